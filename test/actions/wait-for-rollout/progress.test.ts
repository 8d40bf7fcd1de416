import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectWithNote } from '../../jest-support.ts';
import { ClusterHarness } from './harness.ts';
import { deployment, digestOf, REPOSITORY } from './workloads.ts';

let stage: ClusterHarness;
beforeEach(async () => {
  stage = await ClusterHarness.open({ nodes: ['node-1'] });
  for (const version of ['v1', 'v2'])
    stage.images[`${REPOSITORY}:${version}`] = { kind: 'serves', digest: digestOf('1'), readyAfterMs: 1000 };
});
afterEach(() => stage.close());

describe('the log of a wait', () => {
  it('is no flood, however many pods a workload has: the end is told, and how it stands at times', async () => {
    stage.apply(deployment({ spec: { replicas: 60 } }));
    stage.images[`${REPOSITORY}:v1`] = () => ({
      kind: 'serves',
      digest: digestOf('1'),
      readyAfterMs: 1000 + 400 * stage.kubernetes.store.version,
    });
    const { exitCode, changes, error } = await stage.wait({ resources: 'deployment/shop', timeout: '2h' });
    expectWithNote(exitCode, error).toBe(0);
    const counts = changes.filter((line) => /\d+\/60 available/.test(line) && !line.startsWith('still'));
    expectWithNote(counts.length <= 32 && counts.length >= 10, `${counts.length}`).toBeTruthy();
    expect(changes.some((line) => /^still waiting for shop \(\d+\/60 available/.test(line))).toBeTruthy();
    expect(changes.at(-1)).toBe('shop  60/60 updated and available');
  });

  it('has a line for the end of each of many targets', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `shop-${index}`);
    stage.apply(...names.map((name) => deployment({ name, spec: { replicas: 3 } })));
    const resources = names.map((name) => `deployment/${name}`).join('\n');
    const { exitCode, changes } = await stage.wait({ resources });
    expect(exitCode).toBe(0);
    expect(changes.filter((line) => line.endsWith('3/3 updated and available')).length).toBe(20);
    expectWithNote(changes.length, `${changes.length}`).toBeLessThanOrEqual(20 * 6);
  });
});
