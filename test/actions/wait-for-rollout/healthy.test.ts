import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { at } from '../../../src/json/json.ts';
import { expectWithNote } from '../../jest-support.ts';
import { Stage } from './stage.ts';
import { daemonSet, deployment, digestOf, job, REPOSITORY, statefulSet } from './workloads.ts';

const OLD = digestOf('1');
const NEW = digestOf('2');
const v2 = { image: `${REPOSITORY}:v2` };

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open({ nodes: ['node-1', 'node-2', 'node-3'] });
  stage.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: OLD, readyAfterMs: 1000 };
  stage.images[`${REPOSITORY}:v2`] = { kind: 'serves', digest: NEW, readyAfterMs: 2000 };
});
afterEach(() => stage.close());

describe('wait-for-rollout, what becomes ready', () => {
  it('waits for a Deployment, and logs each change of its state once', async () => {
    stage.apply(deployment());
    await stage.pass(10_000);
    stage.apply(deployment(v2));
    const { exitCode, outputs, resources, changes, error, elapsed } = await stage.wait({
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

  it('is done at once, with one request a kind, where all is current already', async () => {
    stage.apply(deployment());
    await stage.pass(10_000);
    const { exitCode, elapsed, log } = await stage.wait({ resources: 'deploy/shop', image: `${REPOSITORY}@${OLD}` });
    expect(exitCode).toBe(0);
    expect(elapsed).toBe(0);
    expect(log.at(-1) ?? '').toMatch(/^✓ 1 of 1 current after 0\.0 s \(4 API requests, 4 watches\)$/);
  });

  it('waits for a workload that is yet to be created', async () => {
    stage.after(20_000, () => stage.apply(deployment(v2)));
    const { exitCode, changes } = await stage.wait({ resources: 'deployment/shop' });
    expect(exitCode).toBe(0);
    expect(changes[0]).toBe('shop  does not exist');
  });

  it('proves an index by the image of its platform, and waits while the change of the image is on its way', async () => {
    const { index, platform } = stage.pushIndex();
    const [before, after] = [`${stage.repository}@${OLD}`, `${stage.repository}@${index}`];
    stage.images[before] = { kind: 'serves', digest: OLD };
    stage.images[after] = { kind: 'serves', digest: platform };
    stage.apply(deployment({ image: before }));
    await stage.pass(10_000);
    stage.after(30_000, () => stage.apply(deployment({ image: after })));
    const { exitCode, changes, resources } = await stage.wait({ resources: 'deployment/shop', image: after });
    expect(exitCode).toBe(0);
    const short = `sha256:${index.slice(7, 19)}…`;
    expectWithNote(changes, changes.join('\n')).toContain(
      `shop  its spec names ${stage.repository}@sha256:111111111111…, not yet ${short}`,
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

  it('is not content with pods that run another image than the tag stands for', async () => {
    const { index } = stage.pushIndex();
    stage.images[`${stage.repository}:v1`] = { kind: 'serves', digest: OLD };
    stage.apply(deployment({ image: `${stage.repository}:v1` }));
    await stage.pass(10_000);
    const { exitCode, error } = await stage.wait({
      resources: 'deployment/shop',
      image: `${stage.repository}@${index}`,
      timeout: '1m',
    });
    expect(exitCode).toBe(1);
    expect(error).toMatch(
      /deployment\/shop: pod\/shop-\S+ runs sha256:111111111111…, not sha256:\w{12}… \(for 1 min\)/,
    );
  });

  it('waits until pods are available for minReadySeconds, and the old ones of Recreate are gone', async () => {
    const spec = { strategy: { type: 'Recreate' }, minReadySeconds: 20 };
    stage.apply(deployment({ spec }));
    await stage.pass(60_000);
    stage.apply(deployment({ ...v2, spec }));
    const { exitCode, elapsed, changes } = await stage.wait({ resources: 'deployment/shop' });
    expect(exitCode).toBe(0);
    expectWithNote(elapsed >= 22_000 && elapsed < 25_000, `${elapsed}`).toBeTruthy();
    expectWithNote(changes, changes.join('\n')).toContain('shop  0/3 available');
  });

  it('waits for a StatefulSet, pod by pod from the highest', async () => {
    stage.apply(statefulSet());
    await stage.pass(20_000);
    stage.apply(statefulSet(v2));
    const { exitCode, changes } = await stage.wait({ resources: 'sts/db', image: `${REPOSITORY}@${NEW}` });
    expect(exitCode).toBe(0);
    expect(changes.at(-1)).toBe('db  3/3 ready, all pods run sha256:222222222222…');
    expect(changes.some((line) => line.includes('2/3 updated'))).toBeTruthy();
  });

  it('is content with the part of a StatefulSet above its partition', async () => {
    stage.apply(statefulSet());
    await stage.pass(20_000);
    stage.apply(
      statefulSet({ ...v2, spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } } }),
    );
    const { exitCode, changes } = await stage.wait({ resources: 'sts/db', image: `${REPOSITORY}@${NEW}` });
    expect(exitCode).toBe(0);
    expect(changes.at(-1) ?? '').toMatch(/3\/3 ready \(partition 2: 1 of 3 are updated\), its pod runs sha256:2{12}…/);
  });

  it('says that OnDelete waits for a person, and is current once every pod was deleted', async () => {
    const spec = { updateStrategy: { type: 'OnDelete' } };
    stage.apply(statefulSet({ spec }));
    await stage.pass(20_000);
    stage.apply(statefulSet({ ...v2, spec }));
    const waiting = await stage.wait({ resources: 'sts/db' });
    expect(waiting.exitCode).toBe(1);
    expect(waiting.outputs['result']).toBe('paused');
    expect(waiting.error).toMatch(/0\/3 updated; with updateStrategy OnDelete, somebody must delete the old pods/);
    for (const name of ['db-0', 'db-1', 'db-2']) stage.double.delete({ kind: 'Pod', name });
    await stage.pass(20_000);
    const done = await stage.wait({ resources: 'sts/db', image: `${REPOSITORY}@${NEW}` });
    expectWithNote(done.exitCode, done.error).toBe(0);
  });

  it('waits for a DaemonSet on every node', async () => {
    stage.apply(daemonSet());
    await stage.pass(20_000);
    stage.apply(daemonSet(v2));
    const { exitCode, changes } = await stage.wait({ resources: 'ds/agent', image: `${REPOSITORY}@${NEW}` });
    expect(exitCode).toBe(0);
    expect(changes.at(-1)).toBe('agent  3/3 updated and available, all pods run sha256:222222222222…');
  });

  it('waits for a Job until it is complete, also where it removes itself then', async () => {
    stage.images[`${REPOSITORY}:v2`] = { kind: 'ends', digest: NEW, exitCode: 0, afterMs: 30_000 };
    stage.apply(job({ ...v2, spec: { ttlSecondsAfterFinished: 0 } }));
    const { exitCode, changes, elapsed } = await stage.wait({ resources: 'job/migrate' });
    expect(exitCode).toBe(0);
    expectWithNote(elapsed >= 30_000 && elapsed < 32_000, `${elapsed}`).toBeTruthy();
    expect(changes.at(-1) ?? '').toMatch(/^migrate {2}complete, 1\/1 succeeded/);
  });

  it('lets a Job try again as often as its backoffLimit says', async () => {
    stage.images[`${REPOSITORY}:v2`] = { kind: 'ends', digest: NEW, exitCode: 3 };
    stage.after(15_000, () => {
      stage.images[`${REPOSITORY}:v2`] = { kind: 'ends', digest: NEW, exitCode: 0 };
    });
    stage.apply(job(v2));
    const { exitCode, error } = await stage.wait({ resources: 'job/migrate' });
    expectWithNote(exitCode, error).toBe(0);
  });

  it('finds targets by selector and in manifests, and names what can be in place only', async () => {
    writeFileSync(
      join(stage.folder, 'all.yaml'),
      `${[deployment(), { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } }].map((each) => JSON.stringify(each)).join('\n---\n')}\n`,
    );
    const labels = { part: 'backend' };
    stage.apply(deployment(), statefulSet({ labels }), daemonSet({ labels }));
    const { exitCode, resources } = await stage.wait({ selector: 'part=backend', manifests: 'all.yaml' });
    expect(exitCode).toBe(0);
    expect(resources.map((each) => at(each, 'kind')).sort()).toStrictEqual(['DaemonSet', 'Deployment', 'StatefulSet']);
  });

  it('stays for stable-for, and begins anew where something breaks meanwhile', async () => {
    stage.apply(deployment());
    await stage.pass(10_000);
    const calm = await stage.wait({ resources: 'deployment/shop', 'stable-for': '30s' });
    expect(calm.exitCode).toBe(0);
    expect(calm.elapsed).toBe(30_000);
    stage.after(20_000, () => {
      const [pod] = stage.double.store.list(stage.double.typeOf({ kind: 'Pod' }), 'default');
      if (pod) stage.double.delete(pod);
    });
    const shaken = await stage.wait({ resources: 'deployment/shop', 'stable-for': '30s' });
    expect(shaken.exitCode).toBe(0);
    expectWithNote(shaken.elapsed > 50_000 && shaken.elapsed < 53_000, `${shaken.elapsed}`).toBeTruthy();
  });

  it('never stays silent for longer than 15 s', async () => {
    stage.images[`${REPOSITORY}:v2`] = { kind: 'serves', digest: NEW, readyAfterMs: 100_000 };
    stage.apply(deployment({ ...v2, spec: { replicas: 1 } }));
    const { exitCode, log } = await stage.wait({ resources: 'deployment/shop' });
    expect(exitCode).toBe(0);
    const times = log
      .flatMap((line) => Number(/^ *([\d.]+)s {2}/.exec(line)?.[1] ?? Number.NaN))
      .filter((time) => !Number.isNaN(time));
    for (const [index, time] of times.entries())
      expectWithNote(time - (times[index - 1] ?? 0), log.join('\n')).toBeLessThanOrEqual(15.1);
    expect(log.join('\n')).toMatch(/still waiting for shop \(.*, for \d+ s\)/);
  });

  it('can be rehearsed: looks once, says how all stands, and decides nothing', async () => {
    stage.apply(deployment());
    stage.images[`${REPOSITORY}:v1`] = { kind: 'ends', digest: OLD, exitCode: 1 };
    await stage.pass(60_000);
    const { exitCode, outputs, elapsed, log } = await stage.wait({ resources: 'deployment/shop', 'dry-run': 'true' });
    expect(exitCode).toBe(0);
    expect(elapsed).toBe(0);
    expect(outputs['status']).toBe('success');
    expect(outputs['result']).toBe('');
    expect(outputs['message']).toBe('1 target would be waited for, 0 of them current now');
    expect(log.join('\n')).toMatch(/its container keeps crashing/);
  });
});
