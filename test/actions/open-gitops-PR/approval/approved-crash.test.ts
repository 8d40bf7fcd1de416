import { describe, expect, it } from '@jest/globals';
import { expectWithNote } from '../../../jest-support.ts';
import { type ActionRun, GitOpsHarness, manifest, SHOP } from '../harness.ts';

interface Situation {
  readonly harness: GitOpsHarness;
  readonly approved: string;
}

async function proposed(): Promise<Situation> {
  const harness = await GitOpsHarness.open();
  const { outputs } = await harness.deploy('1.4.1', '1.4.2');
  return { harness, approved: outputs['head-sha'] ?? '' };
}

/** The base has changed the same file since the approval. The approved head is our own commit, or a commit of someone else on top. */
const SITUATIONS: Readonly<Record<string, () => Promise<Situation>>> = {
  'its own commit': async () => {
    const situation = await proposed();
    situation.harness.repository.push('main', { [SHOP]: manifest('shop', '1.4.1', 5) }, 'Scale');
    return situation;
  },
  'its commit on top of a commit of others': async () => {
    const { harness } = await proposed();
    const approved = harness.repository.push('gitops/staging/shop', { [SHOP]: manifest('shop', '1.4.2', 5) }, 'Scale');
    harness.repository.push('main', { [SHOP]: manifest('shop', '1.4.1').replace('apps/v1', 'apps/v1 # !') }, 'Note');
    return { harness, approved };
  },
};

const deliver = ({ harness, approved }: Situation): Promise<ActionRun> =>
  harness.deploy('1.4.1', '1.4.2', { merge: 'direct', wait: 'merged', 'approved-head': approved });

const references = await Promise.all(
  Object.entries(SITUATIONS).map(async ([name, prepare]) => {
    const situation = await prepare();
    const { github, repository } = situation.harness;
    const start = github.requests.length;
    const { exitCode, log, outputs } = await deliver(situation);
    expectWithNote(exitCode, log).toBe(0);
    expect(outputs['head-sha']).not.toBe(situation.approved);
    const wanted = repository.file('main', SHOP);
    await situation.harness.close();
    return { name, prepare, wanted, requests: github.requests.slice(start) };
  }),
);

describe.each(references)(
  'with approved-head, the action recognizes $name although a response is lost',
  ({ prepare, wanted, requests }) => {
    const losses = requests.flatMap(({ operation, write }, index) =>
      (['lost-answer', 'reset'] as const)
        .filter(() => write)
        .map((kind) => ({ operation, index, number: index + 1, kind })),
    );

    it.each(losses)('$operation (request $number): $kind', async ({ index, kind }) => {
      const situation = await prepare();
      const { github, repository } = situation.harness;
      github.faults.inject(/./, { kind: 'delay', ms: 0 }, index);
      github.faults.inject(/./, { kind });
      const ran = await deliver(situation);
      expectWithNote(ran.exitCode, ran.log).toBe(0);
      expect(repository.file('main', SHOP)).toBe(wanted);
      expect(repository.pull(1)?.headSha).toBe(ran.outputs['head-sha']);
      await situation.harness.close();
    });
  },
);
