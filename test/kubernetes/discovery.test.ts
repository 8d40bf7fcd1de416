import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { createDiscovery, type Discovery } from '../../src/kubernetes/discovery.ts';
import { BriskClock } from '../doubles/brisk-clock.ts';
import { KubernetesDouble } from '../doubles/kubernetes/server.ts';
import { served } from '../doubles/kubernetes/types.ts';
import { type Connected, connect } from './client.ts';

/** Clusters that are not like others: kinds of one name, parts that are down, doors that are closed. */

let double: KubernetesDouble;
let connected: Connected;
let discovery: Discovery;

beforeEach(async () => {
  double = await KubernetesDouble.start({ token: 'good-token' });
  double.types.push(
    served('one.example', 'v1', 'Widget', 'widgets', { short: ['wd'] }),
    served('two.example', 'v1beta1', 'Widget', 'widgets'),
  );
  connected = await connect({ kubeconfig: double.kubeconfig, clock: new BriskClock() });
  discovery = createDiscovery(connected.client);
});
afterEach(async () => {
  await connected.close();
  await double.stop();
});

for (const aggregated of [true, false])
  test(`of two kinds with one name the user says which (${aggregated ? 'one answer' : 'group by group'})`, async () => {
    double.aggregatedDiscovery = aggregated;
    await assert.rejects(discovery.byName('widget'), {
      code: 'kind-ambiguous',
      message: '"widget" names two kinds of the cluster: widgets.one.example and widgets.two.example.',
      remedy: /widget\.one\.example\/name/,
    });
    assert.equal((await discovery.byName('widget.two.example')).version, 'v1beta1');
    assert.equal((await discovery.byName('wd')).group, 'one.example');
    assert.equal((await discovery.byKind('two.example', 'Widget'))?.version, 'v1beta1');
  });

for (const aggregated of [true, false])
  test(`a kind that is served only in a later version of its group is known (${aggregated ? 'one answer' : 'group by group'})`, async () => {
    double.aggregatedDiscovery = aggregated;
    double.types.push(served('one.example', 'v1alpha2', 'Gadget', 'gadgets'));
    double.types.push(served('one.example', 'v1alpha2', 'Widget', 'widgets'));
    assert.equal((await discovery.byName('gadget')).version, 'v1alpha2');
    assert.equal((await discovery.byKind('one.example', 'Gadget'))?.version, 'v1alpha2');
    assert.equal((await discovery.byName('widget.one.example')).version, 'v1');
  });

test('a part of the API whose own server is down does not hide the others', async () => {
  double.aggregatedDiscovery = false;
  double.faults.inject(/one\.example/, { kind: 'status', status: 503 }, 20);
  assert.equal((await discovery.byName('widgets')).group, 'two.example');
});

test('the kinds are asked for once, however many are looked up side by side', async () => {
  await Promise.all(['wd', 'ks', 'hr', 'gitrepo'].map((word) => discovery.byName(word)));
  assert.deepEqual(double.requests.map(({ path }) => path).sort(), ['/api', '/apis']);
});

test('a near miss of a custom kind is suggested, and of what is like nothing it is said where to look', async () => {
  await assert.rejects(discovery.byName('kustomisation'), { remedy: 'Did you mean "kustomization"?' });
  await assert.rejects(discovery.byName('elasticsearch'), {
    code: 'kind-unknown',
    message: 'The cluster (context double) has no kind "elasticsearch".',
    remedy: /CRD\) is not installed there/,
  });
});

test('who may not look is told so', async () => {
  double.token = 'another';
  await assert.rejects(discovery.byName('wd'), { code: 'kubernetes-unauthorized' });
});
