import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { at } from '../../../src/json/json.ts';
import { daemonSet, deployment, digestOf, REPOSITORY, statefulSet } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { ClusterHarness } from './harness.ts';

const OLD = digestOf('1');
const NEW = digestOf('2');
const v2 = { image: `${REPOSITORY}:v2` };

let harness: ClusterHarness;
beforeEach(async () => {
  harness = await ClusterHarness.open({ nodes: ['node-1', 'node-2', 'node-3'] });
  harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: OLD, readyAfterMs: 1000 };
  harness.images[`${REPOSITORY}:v2`] = { kind: 'serves', digest: NEW, readyAfterMs: 2000 };
});
afterEach(() => harness.close());

describe('wait-for-rollout, successful releases', () => {
  it('waits for a Deployment and logs each change of its state once', async () => {
    harness.apply(deployment());
    await harness.pass(10_000);
    harness.apply(deployment(v2));
    const { exitCode, outputs, resources, changes, error, elapsed } = await harness.wait({
      resources: 'deployment/shop',
      image: `${REPOSITORY}@${NEW}`,
    });
    expectWithNote(exitCode, error).toBe(0);
    expect(changes).toStrictEqual([
      'shop  the controller has not seen the change yet',
      'shop  0/3 updated, 3 old pods left',
      'shop  1/3 updated, 3 old pods left',
      'shop  1/3 updated, 2 old pods left',
      'shop  2/3 updated, 2 old pods left',
      'shop  2/3 updated, 1 old pod left',
      'shop  1 old pod left',
      'shop  3/3 updated and available, all pods run sha256:222222222222…',
    ]);
    expect(outputs['result']).toBe('current');
    expect(outputs['reason']).toBe('current');
    expect(outputs['status']).toBe('success');
    expect(Number(outputs['duration'])).toBe(elapsed / 1000);
    expect(at(resources, 0, 'images', 0)).toStrictEqual({
      expected: `${REPOSITORY}@${NEW}`,
      kind: 'proven',
      pods: 3,
      platforms: [],
      pinned: false,
    });
    expect(outputs['summary'] ?? '').toMatch(/\| `deployment\/shop` \| default, double \| ✓ current \| 3\/3 \|/);
    expect(outputs['record'] ?? '').toMatch(new RegExp(`"subject":{"image":"${REPOSITORY}","digest":"${NEW}"}`));
  });

  it('ends at once, with one request per kind, if everything is already current', async () => {
    harness.apply(deployment());
    await harness.pass(10_000);
    const { exitCode, elapsed, log } = await harness.wait({ resources: 'deploy/shop', image: `${REPOSITORY}@${OLD}` });
    expect(exitCode).toBe(0);
    expect(elapsed).toBe(0);
    expect(log.at(-1) ?? '').toMatch(/^✓ 1 of 1 current after 0\.0 s \(4 API requests, 4 watches\)$/);
  });

  it('waits for a workload that does not exist yet', async () => {
    harness.after(20_000, () => harness.apply(deployment(v2)));
    const { exitCode, changes } = await harness.wait({ resources: 'deployment/shop' });
    expect(exitCode).toBe(0);
    expect(changes[0]).toBe('shop  does not exist');
  });

  it('accepts the platform image of an expected index, once the spec names the index', async () => {
    const { index, platform } = harness.pushIndex();
    const [before, after] = [`${harness.repository}@${OLD}`, `${harness.repository}@${index}`];
    harness.images[before] = { kind: 'serves', digest: OLD };
    harness.images[after] = { kind: 'serves', digest: platform };
    harness.apply(deployment({ image: before }));
    await harness.pass(10_000);
    harness.after(30_000, () => harness.apply(deployment({ image: after })));
    const { exitCode, changes, resources } = await harness.wait({ resources: 'deployment/shop', image: after });
    expect(exitCode).toBe(0);
    const short = `sha256:${index.slice(7, 19)}…`;
    expectWithNote(changes, changes.join('\n')).toContain(
      `shop  its spec names ${harness.repository}@sha256:111111111111…, not yet ${short}`,
    );
    expect(changes.at(-1)).toBe(`shop  3/3 updated and available, all pods run ${short} (linux/amd64 of the index)`);
    expect(at(resources, 0, 'images', 0)).toStrictEqual({
      expected: after,
      kind: 'proven',
      pods: 3,
      platforms: ['linux/amd64'],
      pinned: true,
    });
  });

  it('reports in output `resources` that the spec names another image', async () => {
    const { index } = harness.pushIndex();
    const image = `${harness.repository}@${OLD}`;
    harness.images[image] = { kind: 'serves', digest: OLD };
    harness.apply(deployment({ image }));
    await harness.pass(10_000);
    const expected = `${harness.repository}@${index}`;
    const { outputs, resources } = await harness.wait({ resources: 'deployment/shop', image: expected, timeout: '1m' });
    expect(outputs['result']).toBe('timeout');
    expect([at(resources, 0, 'images', 0, 'expected'), at(resources, 0, 'images', 0, 'kind')]).toStrictEqual([
      expected,
      'elsewhere',
    ]);
  });

  it('times out if the pods run another digest than the expected one under the same tag', async () => {
    const { index } = harness.pushIndex();
    harness.images[`${harness.repository}:v1`] = { kind: 'serves', digest: OLD };
    harness.apply(deployment({ image: `${harness.repository}:v1` }));
    await harness.pass(10_000);
    const { exitCode, error } = await harness.wait({
      resources: 'deployment/shop',
      image: `${harness.repository}@${index}`,
      timeout: '1m',
    });
    expect(exitCode).toBe(1);
    expect(error).toMatch(
      /deployment\/shop: pod\/shop-\S+ runs sha256:111111111111…, not sha256:\w{12}… \(for 1 min\)/,
    );
  });

  it('finds targets by selector and in manifests, without kinds that are ready once they exist', async () => {
    writeFileSync(
      join(harness.folder, 'all.yaml'),
      `${[deployment(), { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } }].map((each) => JSON.stringify(each)).join('\n---\n')}\n`,
    );
    const labels = { part: 'backend' };
    harness.apply(deployment(), statefulSet({ labels }), daemonSet({ labels }));
    const { exitCode, resources } = await harness.wait({ selector: 'part=backend', manifests: 'all.yaml' });
    expect(exitCode).toBe(0);
    expect(resources.map((each) => at(each, 'kind')).sort()).toStrictEqual(['DaemonSet', 'Deployment', 'StatefulSet']);
  });

  it('waits for stable-for, and starts it again if a target stops being current', async () => {
    harness.apply(deployment());
    await harness.pass(10_000);
    const calm = await harness.wait({ resources: 'deployment/shop', 'stable-for': '30s' });
    expect(calm.exitCode).toBe(0);
    expect(calm.elapsed).toBe(30_000);
    harness.after(20_000, () => {
      const [pod] = harness.kubernetes.store.list(harness.kubernetes.typeOf({ kind: 'Pod' }), 'default');
      if (pod) harness.kubernetes.delete(pod);
    });
    const shaken = await harness.wait({ resources: 'deployment/shop', 'stable-for': '30s' });
    expect(shaken.exitCode).toBe(0);
    expectWithNote(shaken.elapsed > 50_000 && shaken.elapsed < 53_000, `${shaken.elapsed}`).toBeTruthy();
  });

  it('logs at least every 15 s', async () => {
    harness.images[`${REPOSITORY}:v2`] = { kind: 'serves', digest: NEW, readyAfterMs: 100_000 };
    harness.apply(deployment({ ...v2, spec: { replicas: 1 } }));
    const { exitCode, log } = await harness.wait({ resources: 'deployment/shop' });
    expect(exitCode).toBe(0);
    const times = log
      .flatMap((line) => Number(/^ *([\d.]+)s {2}/.exec(line)?.[1] ?? Number.NaN))
      .filter((time) => !Number.isNaN(time));
    for (const [index, time] of times.entries())
      expectWithNote(time - (times[index - 1] ?? 0), log.join('\n')).toBeLessThanOrEqual(15.1);
    expect(log.join('\n')).toMatch(/still waiting for shop \(.*, for \d+ s\)/);
  });

  it('reports the state of the targets once with dry-run, and succeeds even if they fail', async () => {
    harness.apply(deployment());
    harness.images[`${REPOSITORY}:v1`] = { kind: 'ends', digest: OLD, exitCode: 1 };
    await harness.pass(60_000);
    const { exitCode, outputs, elapsed, log } = await harness.wait({ resources: 'deployment/shop', 'dry-run': 'true' });
    expect(exitCode).toBe(0);
    expect(elapsed).toBe(0);
    expect(outputs['status']).toBe('success');
    expect(outputs['result']).toBe('');
    expect(outputs['message']).toBe('Would wait for 1 target; 0 of them current now');
    expect(log.join('\n')).toMatch(/its container keeps crashing/);
  });
});
