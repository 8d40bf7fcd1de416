import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { at, objectAt, stringAt } from '../../../src/json/json.ts';
import { notFound } from '../../fakes/kubernetes/controllers/images.ts';
import type { Obj } from '../../fakes/kubernetes/model.ts';
import { daemonSet, deployment, digestOf, job, REPOSITORY, statefulSet } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { ClusterHarness } from './harness.ts';

const [V1, V2] = [`${REPOSITORY}:v1`, `${REPOSITORY}:v2`];
const makers = { deployment, statefulSet, daemonSet };

let harness: ClusterHarness;
beforeEach(async () => {
  harness = await ClusterHarness.open({ nodes: ['node-1', 'node-2'] });
  harness.images[V1] = { kind: 'serves', digest: digestOf('1') };
  harness.images[V2] = notFound(V2);
});
afterEach(() => harness.close());

const named = (object: Obj) => `${stringAt(object, 'kind')?.toLowerCase()}/${stringAt(object, 'metadata', 'name')}`;
const imagesOf = (kind: string) =>
  harness.kubernetes.store
    .list(harness.kubernetes.typeOf({ kind }), 'default')
    .filter((object) => at(object, 'metadata', 'deletionTimestamp') === undefined)
    .map((object) =>
      stringAt(object, ...(kind === 'Pod' ? [] : ['spec', 'template']), 'spec', 'containers', 0, 'image'),
    );
const patches = () => harness.kubernetes.requests.filter(({ method }) => method === 'PATCH').length;

/** Waits for a workload that ran v1 and has just been changed. */
async function release(
  make: typeof deployment,
  inputs: Record<string, string> = {},
  changed: Obj = make({ image: V2 }),
) {
  harness.apply(make({ image: V1 }));
  await harness.pass(30_000);
  harness.apply(changed);
  return harness.wait({ resources: named(changed), 'on-failure': 'undo', ...inputs });
}

describe('wait-for-rollout, on-failure: undo', () => {
  it.each(Object.entries(makers))(
    'rolls a failed %s back, waits for that, and fails all the same',
    async (_name, make) => {
      const { exitCode, outputs, resources, error, summary, log } = await release(make);
      expect(exitCode).toBe(1);
      expectWithNote([outputs['result'], outputs['reason']], error).toStrictEqual(['failed', 'image-not-found']);
      const undo = at(resources, 0, 'undo');
      expectWithNote(
        [at(undo, 'done'), at(undo, 'revision'), at(undo, 'images'), at(undo, 'result')],
        JSON.stringify(undo),
      ).toStrictEqual([true, 1, [V1], 'current']);
      expect(error).toMatch(
        /\n↩ \w+\/\w+ is back at revision 1 \(127\.0\.0\.1:9\/acme\/shop:v1\): \d\/\d .*, after [\d.]+ s\n→/,
      );
      expect(summary).toMatch(/\*\*Undone on failure\*\*/);
      expect(log.some((line) => line.startsWith('↩ '))).toBeTruthy();
      expectWithNote(
        imagesOf('Pod').every((image) => image === V1),
        `${imagesOf('Pod')}`,
      ).toBeTruthy();
      expect(patches()).toBe(1);
    },
  );

  it('deletes the broken pods of a StatefulSet even if the response to the rollback was lost', async () => {
    const read = /^GET .*statefulsets\/db/;
    harness.kubernetes.faults.inject(read, { kind: 'meanwhile', happen: () => {} });
    harness.kubernetes.faults.inject(/^PATCH/, { kind: 'lost-answer' });
    harness.kubernetes.faults.inject(read, { kind: 'status', status: 503 });
    const { resources, error } = await release(statefulSet, { timeout: '2m' });
    expectWithNote(at(resources, 0, 'undo', 'result'), error).toBe('current');
  });

  it('rolls back a target that was not ready in time', async () => {
    harness.images[V2] = { kind: 'serves', digest: digestOf('2'), readyAfterMs: 3_600_000 };
    const { outputs, resources } = await release(deployment, { timeout: '30s' });
    expect(outputs['result']).toBe('timeout');
    expect(at(resources, 0, 'undo', 'result')).toBe('current');
    expect(imagesOf('Deployment')).toStrictEqual([V1]);
  });

  it('rolls back every target that is not current, and no other', async () => {
    harness.images[`${REPOSITORY}:slow`] = { kind: 'serves', digest: digestOf('3'), readyAfterMs: 600_000 };
    harness.images[`${REPOSITORY}:good`] = { kind: 'serves', digest: digestOf('4') };
    const all = (image: (name: string) => string) =>
      ['broken', 'slow', 'good'].map((name) => deployment({ name, image: image(name) }));
    harness.apply(...all(() => V1));
    await harness.pass(30_000);
    harness.apply(...all((name) => (name === 'broken' ? V2 : `${REPOSITORY}:${name}`)));
    const { resources } = await harness.wait({
      resources: 'deployment/broken\ndeployment/slow\ndeployment/good',
      'on-failure': 'undo',
    });
    expect(resources.map((each) => at(each, 'undo', 'result'))).toStrictEqual(['current', 'current', undefined]);
    expect(new Set(imagesOf('Deployment'))).toStrictEqual(new Set([V1, `${REPOSITORY}:good`]));
  });

  it('reports that there is no earlier revision', async () => {
    harness.apply(deployment({ image: V2 }));
    const { outputs, resources, error } = await harness.wait({ resources: 'deployment/shop', 'on-failure': 'undo' });
    expect(outputs['reason']).toBe('image-not-found');
    expect(at(resources, 0, 'undo')).toStrictEqual({ done: false, why: 'there is no earlier revision to go back to' });
    expect(error).toMatch(/↩ deployment\/shop was not undone: there is no earlier revision to go back to/);
    expect(patches()).toBe(0);
  });

  it('reports that the earlier revision fails too', async () => {
    harness.images[V1] = { kind: 'serves', digest: digestOf('1') };
    harness.after(1000, () => {
      harness.images[V1] = notFound(V1);
    });
    const recreate = { spec: { strategy: { type: 'Recreate' } } };
    const { resources, error } = await release(deployment, {}, deployment({ image: V2, ...recreate }));
    expectWithNote(at(resources, 0, 'undo', 'result'), error).toBe('failed');
    expect(error).toMatch(
      /↩ deployment\/shop was rolled back to revision 1 \(.*\), but is not current there \(failed\)/,
    );
  });

  it('does not undo a workload whose spec names another digest than the expected one', async () => {
    harness.apply(deployment({ image: `${REPOSITORY}@${digestOf('1')}` }));
    await harness.pass(10_000);
    harness.apply(deployment({ image: `${REPOSITORY}@${digestOf('3')}` }));
    await harness.pass(10_000);
    const image = `${REPOSITORY}@${digestOf('2')}`;
    const { outputs } = await harness.wait({
      resources: 'deployment/shop',
      'on-failure': 'undo',
      image,
      timeout: '20s',
    });
    expect(outputs['result']).toBe('timeout');
    expect(patches()).toBe(0);
  });

  it('does not undo twice if the job runs again and the spec names only a tag', async () => {
    const image = `${REPOSITORY}@${digestOf('2')}`;
    const first = await release(deployment, { image });
    expect(at(first.resources, 0, 'undo', 'result')).toBe('current');
    const inputs = { resources: 'deployment/shop', 'on-failure': 'undo', image, timeout: '20s' };
    const { outputs, error } = await harness.wait(inputs);
    expect(outputs['result']).toBe('timeout');
    expect(error).toMatch(/↩ deployment\/shop was not undone: its pods run another image than the expected one/);
    expect([imagesOf('Deployment'), patches()]).toStrictEqual([[V1], 1]);
  });

  it('does not undo a workload without pods that could prove the image', async () => {
    const { outputs, resources } = await release(
      deployment,
      { image: `${REPOSITORY}@${digestOf('2')}` },
      deployment({ image: V2, spec: { replicas: 0 } }),
    );
    expect(outputs['reason']).toBe('image-unproven');
    expect(at(resources, 0, 'undo')).toBeUndefined();
    expect(patches()).toBe(0);
  });

  it('does nothing if the release succeeds, or without on-failure: undo', async () => {
    harness.images[V2] = { kind: 'serves', digest: digestOf('2') };
    expect((await release(deployment)).exitCode).toBe(0);
    harness.images[V2] = notFound(V2);
    harness.apply(deployment({ name: 'other', image: V1 }));
    await harness.pass(30_000);
    harness.apply(deployment({ name: 'other', image: V2 }));
    await harness.wait({ resources: 'deployment/other' });
    expect(patches()).toBe(0);
  });
});

describe('wait-for-rollout refuses on-failure: undo before the wait', () => {
  const refused = async (inputs: Record<string, string>, ...objects: Obj[]) => {
    harness.apply(...objects);
    await harness.pass(10_000);
    const result = await harness.wait({ 'on-failure': 'undo', ...inputs });
    expect(result.exitCode).toBe(1);
    expect(result.elapsed).toBe(0);
    expect(patches()).toBe(0);
    return result.error;
  };
  const owned = (labels: Record<string, string>, annotations: Record<string, string> = {}): Obj => {
    const object = deployment({ labels });
    return { ...object, metadata: { ...objectAt(object, 'metadata'), annotations } };
  };

  it('for a workload that a GitOps controller manages', async () => {
    const argo = owned({}, { 'argocd.argoproj.io/tracking-id': 'shop-staging:apps/Deployment:default/shop' });
    const said = await refused({ resources: 'deployment/shop' }, argo);
    expect(said).toMatch(
      /deployment\/shop can't be undone on failure: Argo CD \(application shop-staging\) manages it/,
    );
    expect(said).toMatch(/mode: revert/);
  });

  it('for a workload that the account may not change', async () => {
    harness.kubernetes.deny({ verb: 'patch' });
    harness.kubernetes.deny({ verb: 'delete', resource: 'pods' });
    const said = await refused({ resources: 'sts/db' }, statefulSet());
    expect(said).toMatch(/needs: patch statefulsets\.apps in default, delete pods in default/);
  });

  it('with a revision, and for kinds that keep no revisions', async () => {
    const revision = 'a'.repeat(40);
    expect(await refused({ resources: 'deployment/shop', revision }, deployment())).toMatch(
      /^Input `on-failure` can't be `undo` if `revision` is given\./,
    );
    expect(await refused({ resources: 'job/migrate' }, job())).toMatch(/no target keeps earlier revisions/);
  });
});
