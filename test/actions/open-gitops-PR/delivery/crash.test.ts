import { describe, expect, it } from '@jest/globals';
import type { Fault } from '../../../fakes/faults.ts';
import { expectWithNote } from '../../../jest-support.ts';
import { type ActionRun, GitOpsHarness, manifest, SHOP } from '../harness.ts';

/** The delivery with the most requests: an older pull request is rebuilt on a base that has moved, updated, and merged. */
async function prepared(): Promise<GitOpsHarness> {
  const harness = await GitOpsHarness.open();
  await harness.deploy('1.4.1', '1.4.2');
  harness.repository.push('main', { [SHOP]: manifest('shop', '1.4.1', 3) }, 'Scale');
  return harness;
}

const deliver = (harness: GitOpsHarness): Promise<ActionRun> =>
  harness.deploy('1.4.1', '1.5.0', {
    labels: 'deployment',
    assignees: 'ada',
    reviewers: 'grace',
    merge: 'direct',
    wait: 'merged',
  });

/** The result that every delivery must have, whatever fault occurred. */
function assertDelivered(harness: GitOpsHarness, ran: ActionRun): void {
  const { repository } = harness;
  expectWithNote(ran.exitCode, ran.log).toBe(0);
  expect(repository.file('main', SHOP)).toBe(manifest('shop', '1.5.0', 3));
  expectWithNote(
    repository.pulls.map((pull) => [pull.merged !== undefined, pull.title, pull.labels.map(({ name }) => name)]),
    ran.log,
  ).toStrictEqual([[true, 'Deploy shop 1.5.0 to staging', ['deployment']]]);
  const [pull] = repository.pulls;
  expect([pull?.assignees[0]?.login, pull?.reviewers[0]?.login]).toStrictEqual(['ada', 'grace']);
  expect([ran.outputs['merged'], ran.outputs['merge-commit-sha']]).toStrictEqual(['true', repository.branch('main')]);
  expect(repository.branch('gitops-next/gitops/staging/shop')).toBeUndefined();
}

/** Injects a fault after a number of successful requests. */
function injectAfter(harness: GitOpsHarness, requests: number, fault: Fault, times: number): void {
  if (requests > 0) harness.github.faults.inject(/./, { kind: 'delay', ms: 0 }, requests);
  harness.github.faults.inject(/./, fault, times);
}

const reference = await prepared();
const before = reference.github.requests.length;
assertDelivered(reference, await deliver(reference));
const requests = reference.github.requests.slice(before);
await reference.close();

/** In pairs: the request was carried out but its response was lost; the request was not carried out. */
const FAULTS: readonly Fault[] = [
  { kind: 'lost-answer' },
  { kind: 'reset' },
  { kind: 'truncated', bytes: 20 },
  { kind: 'status', status: 502, body: '<html>Bad gateway</html>' },
];

describe('a delivery succeeds although one response is lost', () => {
  const losses = requests.flatMap(({ operation, write }, index) => {
    // A read is repeated after any fault, so one fault each is enough. A write needs both: carried out, and not carried out.
    const [carriedOut, notCarriedOut] = index % 2 === 0 ? [0, 1] : [2, 3];
    return FAULTS.filter((_, i) => (write ? i === carriedOut || i === notCarriedOut : i === index % FAULTS.length)).map(
      (fault) => ({ operation, index, number: index + 1, fault }),
    );
  });

  it.each(losses)('$operation (request $number): $fault.kind', async ({ index, fault }) => {
    const harness = await prepared();
    injectAfter(harness, index, fault, 1);
    assertDelivered(harness, await deliver(harness));
    await harness.close();
  });
});

describe('opening a pull request', () => {
  it.each(FAULTS)('opens it once and reports "created", although the response fails with $kind', async (fault) => {
    const harness = await GitOpsHarness.open();
    harness.github.faults.inject(/POST .*\/pulls$/, fault);
    const { exitCode, outputs, log } = await harness.deploy('1.4.1', '1.4.2');
    expectWithNote([exitCode, outputs['operation'], outputs['number'], outputs['attempts']], log).toStrictEqual([
      0,
      'created',
      '1',
      '2',
    ]);
    expect(harness.repository.pulls.length).toBe(1);
    await harness.close();
  });
});

describe('the next run completes a run that was interrupted', () => {
  const writes = requests
    .map(({ operation, write }, index) => ({ operation, write, number: index + 1 }))
    .filter(({ write }) => write);

  it.each(writes)('after $operation (request $number)', async ({ number }) => {
    const harness = await prepared();
    injectAfter(harness, number, { kind: 'reset' }, 10_000);
    const interrupted = await deliver(harness);
    const merged = harness.repository.pull(1)?.merged !== undefined;
    expect(interrupted.exitCode).toBe(merged ? 0 : 1);
    harness.github.faults.clear();
    assertDelivered(harness, await deliver(harness));
    await harness.close();
  });
});
