import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { at, objectAt, stringAt } from '../../../src/json/json.ts';
import type { KubernetesObject } from '../../../src/kubernetes/objects/object.ts';
import { wellKnown } from '../../../src/kubernetes/objects/well-known.ts';
import { gitopsOwner } from '../../../src/kubernetes/undo/gitops-owner.ts';
import { previousRevision } from '../../../src/kubernetes/undo/history.ts';
import { undo } from '../../../src/kubernetes/undo/undo.ts';
import type { Obj } from '../../fakes/kubernetes/model.ts';
import { FakeKubernetes } from '../../fakes/kubernetes/server.ts';
import { invariant } from '../../jest-support.ts';
import { type Connected, connect } from '../connect.ts';
import { object } from '../objects.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const CAUSE = 'kubernetes.io/change-cause';

let fake: FakeKubernetes;
let connected: Connected;
beforeEach(async () => {
  fake = await FakeKubernetes.start();
  connected = await connect({ kubeconfig: fake.kubeconfig });
});
afterEach(async () => {
  await connected.close();
  await fake.stop();
});

const templateOf = (image: string, labels: object = {}) => ({
  metadata: { labels: { app: 'shop', ...labels } },
  spec: { containers: [{ name: 'app', image }] },
});
const found = () => connected.client.get(wellKnown.deployments, 'staging', 'shop');
const imageOf = (of: KubernetesObject | undefined) =>
  stringAt(of, 'spec', 'template', 'spec', 'containers', 0, 'image');

/** A Deployment at revision 3 with the ReplicaSets of revisions 1 and 3. */
async function deployed(more: { annotations?: object; cause?: string; spec?: object } = {}) {
  const annotations = { [REVISION]: '3', ...more.annotations };
  fake.apply({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'shop', namespace: 'staging', annotations },
    spec: { replicas: 2, selector: { matchLabels: { app: 'shop' } }, template: templateOf('shop:3'), ...more.spec },
  });
  const uid = (await found())?.metadata.uid;
  const set = (revision: string): Obj => ({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `shop-${revision}`,
      namespace: 'staging',
      annotations: { [REVISION]: revision, ...(more.cause ? { [CAUSE]: more.cause } : {}) },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop', uid, controller: true }],
    },
    spec: {
      selector: { matchLabels: { app: 'shop' } },
      template: templateOf(`shop:${revision}`, { 'pod-template-hash': `h${revision}` }),
    },
  });
  fake.apply(set('1'), set('3'));
  fake.setStatus({ kind: 'Deployment', namespace: 'staging', name: 'shop' }, { observedGeneration: 1 });
  const failed = await found();
  invariant(failed);
  return failed;
}

/** Calls a function just before the next patch is sent. */
function beforePatch(act: () => void): void {
  const { patch } = connected.client;
  let done = false;
  Object.assign(connected.client, {
    patch: (...args: Parameters<typeof patch>) => {
      if (!done) act();
      done = true;
      return patch(...args);
    },
  });
}
const edit = (spec: object) => {
  const type = fake.typeOf({ kind: 'Deployment' });
  const current = fake.store.find(type, 'staging', 'shop');
  invariant(current);
  fake.store.update(type, { ...current, spec: { ...objectAt(current, 'spec'), ...spec } });
};

describe('undo', () => {
  it('restores the template without the pod-template-hash, and the change-cause', async () => {
    const failed = await deployed({ annotations: { [CAUSE]: 'release 3' }, cause: 'release 1' });
    const undone = await undo(connected.client, wellKnown.deployments, failed);
    expect(undone.kind).toBe('restored');
    const now = await found();
    expect(at(now, 'spec', 'template', 'metadata', 'labels')).toStrictEqual({ app: 'shop' });
    expect([imageOf(now), at(now, 'spec', 'replicas')]).toStrictEqual(['shop:1', 2]);
    expect(now?.metadata.annotations[CAUSE]).toBe('release 1');
    expect(now?.metadata.annotations[REVISION]).toBe('3');
  });

  it('removes the change-cause if the previous revision had none', async () => {
    await undo(connected.client, wellKnown.deployments, await deployed({ annotations: { [CAUSE]: 'release 3' } }));
    expect((await found())?.metadata.annotations[CAUSE]).toBeUndefined();
  });

  it('retries if an autoscaler changes the replicas at the same time', async () => {
    const failed = await deployed();
    beforePatch(() => edit({ replicas: 5 }));
    const undone = await undo(connected.client, wellKnown.deployments, failed);
    expect(undone.kind).toBe('restored');
    const now = await found();
    expect([imageOf(now), at(now, 'spec', 'replicas')]).toStrictEqual(['shop:1', 5]);
  });

  it('does not change a newer release, even if it arrives just before the patch', async () => {
    const failed = await deployed();
    beforePatch(() => edit({ template: templateOf('shop:4') }));
    expect(await undo(connected.client, wellKnown.deployments, failed)).toStrictEqual({
      kind: 'unchanged',
      reason: 'it was changed again in the meantime',
    });
    expect(imageOf(await found())).toBe('shop:4');
  });

  it('changes nothing if a GitOps controller takes the object over just before the patch', async () => {
    const failed = await deployed();
    const labels = { 'kustomize.toolkit.fluxcd.io/name': 'shop' };
    const adopt = () =>
      fake.apply({
        ...failed,
        metadata: { name: 'shop', namespace: 'staging', labels, annotations: failed.metadata.annotations },
      });
    fake.faults.inject(/^GET .*\/deployments\/shop/, { kind: 'meanwhile', happen: adopt });
    expect(await undo(connected.client, wellKnown.deployments, failed)).toStrictEqual({
      kind: 'unchanged',
      reason: 'Flux (kustomization shop) would revert the change: revert the commit in Git instead',
    });
    expect(imageOf(await found())).toBe('shop:3');
  });

  it('succeeds if the response to the patch was lost', async () => {
    const failed = await deployed();
    fake.faults.inject(/^PATCH/, { kind: 'lost-answer' });
    const undone = await undo(connected.client, wellKnown.deployments, failed);
    expect(undone.kind).toBe('restored');
    expect(imageOf(await found())).toBe('shop:1');
  });

  it('changes nothing if the change was not observed yet, or the Deployment is paused', async () => {
    const failed = await deployed();
    edit({ template: templateOf('shop:4') });
    const unobserved = await found();
    invariant(unobserved);
    expect(JSON.stringify(await undo(connected.client, wellKnown.deployments, unobserved))).toMatch(
      /has not yet seen the change/,
    );
    edit({ template: templateOf('shop:3'), paused: true });
    expect(JSON.stringify(await undo(connected.client, wellKnown.deployments, failed))).toMatch(/it is paused/);
  });
});

describe('the previous revision', () => {
  const owner = object({ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'agent', uid: 'uid-agent' } });
  const kept = (revision: number, uid = 'uid-agent') =>
    object({
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: { name: `agent-${revision}`, ownerReferences: [{ kind: 'DaemonSet', name: 'agent', uid }] },
      data: { spec: { template: { $patch: 'replace', ...templateOf(`agent:${revision}`) } } },
      revision,
    });

  it('is the second newest of the workload, in any order of the list', () => {
    const previous = previousRevision(owner, [kept(7), kept(9), kept(2), kept(8, 'uid-other')]);
    expect([previous?.number, previous?.template]).toStrictEqual([7, templateOf('agent:7')]);
    expect(previousRevision(owner, [kept(9)])).toBeUndefined();
    expect(previousRevision(owner, [])).toBeUndefined();
  });
});

describe('the GitOps controller of an object', () => {
  const owner = (metadata: object) =>
    gitopsOwner(object({ kind: 'Deployment', metadata: { name: 'shop', ...metadata } }));
  const written = (...managers: string[]) => managers.map((manager) => ({ manager, operation: 'Apply' }));

  it('is recognized by its labels, annotations and field managers', () => {
    const id = { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:staging/shop' };
    expect(owner({ annotations: id })).toBe('Argo CD (application shop)');
    expect(owner({ labels: { 'argocd.argoproj.io/instance': 'shop' } })).toBe('Argo CD (application shop)');
    expect(owner({ labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } })).toBe('Flux (kustomization apps)');
    expect(owner({ labels: { 'helm.toolkit.fluxcd.io/name': 'shop' } })).toBe('Flux (helmrelease shop)');
    const labels = { 'app.kubernetes.io/instance': 'shop' };
    expect(owner({ labels, managedFields: written('argocd-controller') })).toBe('Argo CD (application shop)');
    expect(owner({ managedFields: written('helm-controller') })).toBe('Flux (helm-controller)');
  });

  it('is undefined for objects applied by kubectl or Helm', () => {
    const labels = { 'app.kubernetes.io/instance': 'shop', 'app.kubernetes.io/managed-by': 'Helm' };
    expect(owner({ labels, managedFields: written('helm', 'kubectl-client-side-apply') })).toBeUndefined();
    expect(owner({})).toBeUndefined();
  });
});
