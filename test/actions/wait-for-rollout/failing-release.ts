import { stringAt } from '../../../src/json/json.ts';
import { causeOf, isCauseId } from '../../../src/kubernetes/failures/causes.ts';
import type { Obj } from '../../fakes/kubernetes/model.ts';
import { deployment, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { invariant } from '../../jest-support.ts';
import type { ActionResult } from './action-result.ts';
import type { ClusterHarness } from './harness.ts';

export const V2 = `${REPOSITORY}:v2`;

/** Waits for a workload, by default a Deployment, that ran v1 and has just been changed to v2. */
export async function release(
  harness: ClusterHarness,
  object: (image: { image: string }) => Obj = deployment,
  inputs: Record<string, string> = {},
): Promise<ActionResult> {
  harness.apply(object({ image: `${REPOSITORY}:v1` }));
  await harness.pass(30_000);
  const changed = object({ image: V2 });
  harness.apply(changed);
  const name = `${stringAt(changed, 'kind')}/${stringAt(changed, 'metadata', 'name')}`;
  return harness.wait({ resources: name, ...inputs });
}

/** The default grace of a cause that has one, in ms. */
export function graceOf(cause: string): number {
  invariant(isCauseId(cause));
  const { grace } = causeOf(cause);
  invariant(typeof grace === 'number');
  return grace;
}
