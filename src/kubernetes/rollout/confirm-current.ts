import { counted } from '../../core/counted.ts';
import { shortDigest } from '../../image/digest.ts';
import type { StatusCauseId } from '../failures/causes.ts';
import type { HealthVerdict } from '../health/rule/kind-rule.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { PodSet } from '../pods/pod-set.ts';
import { isLive, isReady } from '../pods/pod-state.ts';
import type { ExpectedImage } from './expected-image.ts';
import type { ImageProof, ProvenImage } from './image-proof.ts';

export interface Confirmation {
  readonly status: 'current' | 'progressing';
  readonly message: string;
  /** Why waiting can't help. */
  readonly cause?: StatusCauseId;
}

/** Checks a workload whose status is current against its pods and images. */
export function confirmCurrent(
  verdict: HealthVerdict,
  pods: PodSet | undefined,
  imageProofs: readonly ProvenImage[],
): Confirmation {
  if (pods && !pods.countsAttempts) {
    const old = liveOldPods(pods).length;
    if (old > 0) return { status: 'progressing', message: `${counted(old, 'old pod')} left` };
    const ready = pods.current.filter((pod) => isReady(pod) && isLive(pod)).length;
    if (ready < pods.desired)
      return { status: 'progressing', message: `${ready}/${pods.desired} pods of the new revision ready` };
  }
  for (const { proof } of imageProofs)
    if (proof.kind === 'pending' || proof.kind === 'resolving')
      return { status: 'progressing', message: proof.message };
  for (const { proof } of imageProofs)
    if (proof.kind === 'unproven') return { status: 'progressing', message: proof.message, cause: 'image-unproven' };
  const ran = imageProofs.flatMap(({ expectedImage, proof }) =>
    proof.kind === 'proven' ? describeProof(expectedImage, proof) : [],
  );
  return { status: 'current', message: [verdict.message, ...ran].join(', ') };
}

function describeProof(
  { digest }: ExpectedImage,
  { pods, platforms }: Extract<ImageProof, { kind: 'proven' }>,
): string[] {
  const note = platforms.length > 0 ? ` (${platforms.join(', ')} of the index)` : '';
  return pods === 0 ? [] : [`${pods === 1 ? 'its pod runs' : 'all pods run'} ${shortDigest(digest)}${note}`];
}

/** The pods of earlier revisions that still run. A terminating pod gets no new requests, so it doesn't count. */
export function liveOldPods(pods: PodSet): readonly KubernetesObject[] {
  return pods.old.filter(isLive);
}
