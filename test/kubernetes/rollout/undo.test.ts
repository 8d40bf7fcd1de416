import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { at, objectAt, stringAt } from '../../../src/json/json.ts';
import type { KubernetesObject } from '../../../src/kubernetes/object.ts';
import { gitopsOwner } from '../../../src/kubernetes/rollout/gitops-owner.ts';
import { previousRevision } from '../../../src/kubernetes/rollout/history.ts';
import { undo } from '../../../src/kubernetes/rollout/undo.ts';
import { wellKnown } from '../../../src/kubernetes/well-known.ts';
import type { Obj } from '../../doubles/kubernetes/model.ts';
import { KubernetesDouble } from '../../doubles/kubernetes/server.ts';
import { type Connected, connect } from '../client.ts';
import { object } from '../objects.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const CAUSE = 'kubernetes.io/change-cause';

let double: KubernetesDouble;
let connected: Connected;
beforeEach(async () => {
  double = await KubernetesDouble.start();
  connected = await connect({ kubeconfig: double.kubeconfig });
});
afterEach(async () => {
  await connected.close();
  await double.stop();
});

const templateOf = (image: string, labels: object = {}) => ({
  metadata: { labels: { app: 'shop', ...labels } },
  spec: { containers: [{ name: 'app', image }] },
});
const found = () => connected.client.get(wellKnown.deployments, 'staging', 'shop');
const imageOf = (of: KubernetesObject | undefined) =>
  stringAt(of, 'spec', 'template', 'spec', 'containers', 0, 'image');

/** A Deployment at revision 3, of which the controller has kept revisions 1 and 3, and its objects as they stand. */
async function deployed(more: { annotations?: object; cause?: string; spec?: object } = {}) {
  const annotations = { [REVISION]: '3', ...more.annotations };
  double.apply({
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
  double.apply(set('1'), set('3'));
  double.setStatus({ kind: 'Deployment', namespace: 'staging', name: 'shop' }, { observedGeneration: 1 });
  const judged = await found();
  assert.ok(judged);
  return judged;
}

/** Does something just before the next patch arrives. */
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
  const type = double.typeOf({ kind: 'Deployment' });
  const current = double.store.find(type, 'staging', 'shop');
  assert.ok(current);
  double.store.update(type, { ...current, spec: { ...objectAt(current, 'spec'), ...spec } });
};

describe('going back to the previous revision', () => {
  it('brings its template back, without the label of its ReplicaSet, and the note why it was made', async () => {
    const judged = await deployed({ annotations: { [CAUSE]: 'release 3' }, cause: 'release 1' });
    const undone = await undo(connected.client, wellKnown.deployments, judged);
    assert.equal(undone.kind, 'back');
    const now = await found();
    assert.deepEqual(at(now, 'spec', 'template', 'metadata', 'labels'), { app: 'shop' });
    assert.deepEqual([imageOf(now), at(now, 'spec', 'replicas')], ['shop:1', 2]);
    assert.equal(now?.metadata.annotations[CAUSE], 'release 1');
    assert.equal(now?.metadata.annotations[REVISION], '3');
  });

  it('takes the note of the failed one away where the earlier one had none', async () => {
    await undo(connected.client, wellKnown.deployments, await deployed({ annotations: { [CAUSE]: 'release 3' } }));
    assert.equal((await found())?.metadata.annotations[CAUSE], undefined);
  });

  it('tries again where an autoscaler was faster', async () => {
    const judged = await deployed();
    beforePatch(() => edit({ replicas: 5 }));
    const undone = await undo(connected.client, wellKnown.deployments, judged);
    assert.equal(undone.kind, 'back');
    const now = await found();
    assert.deepEqual([imageOf(now), at(now, 'spec', 'replicas')], ['shop:1', 5]);
  });

  it('leaves a release alone that has taken the place of the failed one, however late it came', async () => {
    const judged = await deployed();
    beforePatch(() => edit({ template: templateOf('shop:4') }));
    assert.deepEqual(await undo(connected.client, wellKnown.deployments, judged), {
      kind: 'left',
      why: 'it was changed again meanwhile',
    });
    assert.equal(imageOf(await found()), 'shop:4');
  });

  it('is done where somebody else has done it, or the answer was lost', async () => {
    const judged = await deployed();
    double.faults.inject(/^PATCH/, { kind: 'lost-answer' });
    const undone = await undo(connected.client, wellKnown.deployments, judged);
    assert.equal(undone.kind, 'back');
    assert.equal(imageOf(await found()), 'shop:1');
  });

  it('is refused where nothing has been rolled out, or is paused', async () => {
    const judged = await deployed();
    edit({ template: templateOf('shop:4') });
    const unseen = await found();
    assert.ok(unseen);
    assert.match(
      JSON.stringify(await undo(connected.client, wellKnown.deployments, unseen)),
      /has not yet seen the change/,
    );
    edit({ template: templateOf('shop:3'), paused: true });
    assert.match(JSON.stringify(await undo(connected.client, wellKnown.deployments, judged)), /it is paused/);
  });
});

describe('the revision to go back to', () => {
  const owner = object({ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'agent', uid: 'uid-agent' } });
  const kept = (revision: number, uid = 'uid-agent') =>
    object({
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: { name: `agent-${revision}`, ownerReferences: [{ kind: 'DaemonSet', name: 'agent', uid }] },
      data: { spec: { template: { $patch: 'replace', ...templateOf(`agent:${revision}`) } } },
      revision,
    });

  it('is the one before the newest, whatever the order in which they come', () => {
    const previous = previousRevision(owner, [kept(7), kept(9), kept(2), kept(8, 'uid-other')]);
    assert.deepEqual([previous?.number, previous?.template], [7, templateOf('agent:7')]);
    assert.equal(previousRevision(owner, [kept(9)]), undefined);
    assert.equal(previousRevision(owner, []), undefined);
  });
});

describe('the GitOps controller that keeps an object', () => {
  const owner = (metadata: object) =>
    gitopsOwner(object({ kind: 'Deployment', metadata: { name: 'shop', ...metadata } }));
  const written = (...managers: string[]) => managers.map((manager) => ({ manager, operation: 'Apply' }));

  it('is known by what it writes on the object', () => {
    const id = { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:staging/shop' };
    assert.equal(owner({ annotations: id }), 'Argo CD (application shop)');
    assert.equal(owner({ labels: { 'argocd.argoproj.io/instance': 'shop' } }), 'Argo CD (application shop)');
    assert.equal(owner({ labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } }), 'Flux (kustomization apps)');
    assert.equal(owner({ labels: { 'helm.toolkit.fluxcd.io/name': 'shop' } }), 'Flux (helmrelease shop)');
    const labels = { 'app.kubernetes.io/instance': 'shop' };
    assert.equal(owner({ labels, managedFields: written('argocd-controller') }), 'Argo CD (application shop)');
    assert.equal(owner({ managedFields: written('helm-controller') }), 'Flux (helm-controller)');
  });

  it('is none for what people, kubectl and Helm apply', () => {
    const labels = { 'app.kubernetes.io/instance': 'shop', 'app.kubernetes.io/managed-by': 'Helm' };
    assert.equal(owner({ labels, managedFields: written('helm', 'kubectl-client-side-apply') }), undefined);
    assert.equal(owner({}), undefined);
  });
});
