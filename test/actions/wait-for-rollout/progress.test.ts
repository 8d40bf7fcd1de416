import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deployment, digestOf, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { ClusterHarness } from './harness.ts';

let harness: ClusterHarness;
beforeEach(async () => {
  harness = await ClusterHarness.open({ nodes: ['node-1'] });
  for (const version of ['v1', 'v2'])
    harness.images[`${REPOSITORY}:${version}`] = { kind: 'serves', digest: digestOf('1'), readyAfterMs: 1000 };
});
afterEach(() => harness.close());

describe('the log of wait-for-rollout', () => {
  it('has a limited number of lines for a workload with many pods', async () => {
    harness.apply(deployment({ spec: { replicas: 60 } }));
    harness.images[`${REPOSITORY}:v1`] = () => ({
      kind: 'serves',
      digest: digestOf('1'),
      readyAfterMs: 1000 + 400 * harness.kubernetes.store.version,
    });
    const { exitCode, changes, error } = await harness.wait({ resources: 'deployment/shop', timeout: '2h' });
    expectWithNote(exitCode, error).toBe(0);
    const counts = changes.filter((line) => /\d+\/60 available/.test(line) && !line.startsWith('still'));
    expectWithNote(counts.length <= 32 && counts.length >= 10, `${counts.length}`).toBeTruthy();
    expect(changes.some((line) => /^still waiting for shop \(\d+\/60 available/.test(line))).toBeTruthy();
    expect(changes.at(-1)).toBe('shop  60/60 updated and available');
  });

  it('has a line for the result of each of many targets', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `shop-${index}`);
    harness.apply(...names.map((name) => deployment({ name, spec: { replicas: 3 } })));
    const resources = names.map((name) => `deployment/${name}`).join('\n');
    const { exitCode, changes } = await harness.wait({ resources });
    expect(exitCode).toBe(0);
    expect(changes.filter((line) => line.endsWith('3/3 updated and available')).length).toBe(20);
    expectWithNote(changes.length, `${changes.length}`).toBeLessThanOrEqual(20 * 6);
  });
});
