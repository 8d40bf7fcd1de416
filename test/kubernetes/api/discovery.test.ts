import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createDiscovery, type Discovery } from '../../../src/kubernetes/api/discovery.ts';
import { BriskClock } from '../../fakes/brisk-clock.ts';
import { FakeKubernetes } from '../../fakes/kubernetes/server.ts';
import { served } from '../../fakes/kubernetes/types.ts';
import { type Connected, connect } from '../client.ts';

/** Clusters that are not like others: kinds of one name, parts that are down, doors that are closed. */

let double: FakeKubernetes;
let connected: Connected;
let discovery: Discovery;

beforeEach(async () => {
  double = await FakeKubernetes.start({ token: 'good-token' });
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
    await expect(discovery.byName('widget')).rejects.toMatchObject({
      code: 'kind-ambiguous',
      message: '"widget" names two kinds of the cluster: widgets.one.example and widgets.two.example.',
      remedy: expect.stringMatching(/widget\.one\.example\/name/),
    });
    expect((await discovery.byName('widget.two.example')).version).toBe('v1beta1');
    expect((await discovery.byName('wd')).group).toBe('one.example');
    expect((await discovery.byKind('two.example', 'Widget'))?.version).toBe('v1beta1');
  });

for (const aggregated of [true, false])
  test(`a kind that is served only in a later version of its group is known (${aggregated ? 'one answer' : 'group by group'})`, async () => {
    double.aggregatedDiscovery = aggregated;
    double.types.push(served('one.example', 'v1alpha2', 'Gadget', 'gadgets'));
    double.types.push(served('one.example', 'v1alpha2', 'Widget', 'widgets'));
    expect((await discovery.byName('gadget')).version).toBe('v1alpha2');
    expect((await discovery.byKind('one.example', 'Gadget'))?.version).toBe('v1alpha2');
    expect((await discovery.byName('widget.one.example')).version).toBe('v1');
  });

test('a part of the API whose own server is down does not hide the others', async () => {
  double.aggregatedDiscovery = false;
  double.faults.inject(/one\.example/, { kind: 'status', status: 503 }, 20);
  expect((await discovery.byName('widgets')).group).toBe('two.example');
});

test('the kinds are asked for once, however many are looked up side by side', async () => {
  await Promise.all(['wd', 'ks', 'hr', 'gitrepo'].map((word) => discovery.byName(word)));
  expect(double.requests.map(({ path }) => path).sort()).toStrictEqual(['/api', '/apis']);
});

test('a near miss of a custom kind is suggested, and of what is like nothing it is said where to look', async () => {
  await expect(discovery.byName('kustomisation')).rejects.toMatchObject({ remedy: 'Did you mean "kustomization"?' });
  await expect(discovery.byName('elasticsearch')).rejects.toMatchObject({
    code: 'kind-unknown',
    message: 'The cluster (context double) has no kind "elasticsearch".',
    remedy: expect.stringMatching(/CRD\) is not installed there/),
  });
});

test('who may not look is told so', async () => {
  double.token = 'another';
  await expect(discovery.byName('wd')).rejects.toMatchObject({ code: 'kubernetes-unauthorized' });
});
