import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createDiscovery, type Discovery } from '../../../src/kubernetes/api/discovery.ts';
import { BriskClock } from '../../fakes/brisk-clock.ts';
import { FakeKubernetes } from '../../fakes/kubernetes/server.ts';
import { served } from '../../fakes/kubernetes/types.ts';
import { type Connected, connect } from '../connect.ts';

/** Unusual clusters: several kinds with one name, unavailable API groups, missing permissions. */

let fake: FakeKubernetes;
let connected: Connected;
let discovery: Discovery;

beforeEach(async () => {
  fake = await FakeKubernetes.start({ token: 'good-token' });
  fake.types.push(
    served('one.example', 'v1', 'Widget', 'widgets', { short: ['wd'] }),
    served('two.example', 'v1beta1', 'Widget', 'widgets'),
  );
  connected = await connect({ kubeconfig: fake.kubeconfig, clock: new BriskClock() });
  discovery = createDiscovery(connected.client);
});
afterEach(async () => {
  await connected.close();
  await fake.stop();
});

const discoveryFormats = [
  ['aggregated', true],
  ['group by group', false],
] as const;

test.each(discoveryFormats)(
  'a name that two kinds share is an error, a full name is not (%s)',
  async (_format, aggregated) => {
    fake.aggregatedDiscovery = aggregated;
    await expect(discovery.byName('widget')).rejects.toMatchObject({
      code: 'kind-ambiguous',
      message: 'The cluster has two kinds named "widget": widgets.one.example and widgets.two.example.',
      remedy: expect.stringMatching(/widget\.one\.example\/name/),
    });
    expect((await discovery.byName('widget.two.example')).version).toBe('v1beta1');
    expect((await discovery.byName('wd')).group).toBe('one.example');
    expect((await discovery.byKind('two.example', 'Widget'))?.version).toBe('v1beta1');
  },
);

test.each(discoveryFormats)(
  'a kind that only a less preferred version of its group serves is found (%s)',
  async (_format, aggregated) => {
    fake.aggregatedDiscovery = aggregated;
    fake.types.push(served('one.example', 'v1alpha2', 'Gadget', 'gadgets'));
    fake.types.push(served('one.example', 'v1alpha2', 'Widget', 'widgets'));
    expect((await discovery.byName('gadget')).version).toBe('v1alpha2');
    expect((await discovery.byKind('one.example', 'Gadget'))?.version).toBe('v1alpha2');
    expect((await discovery.byName('widget.one.example')).version).toBe('v1');
  },
);

test('an API group whose server is down does not hide the others', async () => {
  fake.aggregatedDiscovery = false;
  fake.faults.inject(/one\.example/, { kind: 'status', status: 503 }, 20);
  expect((await discovery.byName('widgets')).group).toBe('two.example');
});

test('several concurrent lookups send the discovery requests only once', async () => {
  await Promise.all(['wd', 'ks', 'hr', 'gitrepo'].map((word) => discovery.byName(word)));
  expect(fake.requests.map(({ path }) => path).sort()).toStrictEqual(['/api', '/apis']);
});

test('the error for an unknown kind suggests a similar kind, or says that the CRD is missing', async () => {
  await expect(discovery.byName('kustomisation')).rejects.toMatchObject({ remedy: 'Did you mean "kustomization"?' });
  await expect(discovery.byName('elasticsearch')).rejects.toMatchObject({
    code: 'kind-unknown',
    message: 'The cluster (context double) has no kind "elasticsearch".',
    remedy: expect.stringMatching(/CRD\) is not installed there/),
  });
});

test('an invalid token is reported as kubernetes-unauthorized', async () => {
  fake.token = 'another';
  await expect(discovery.byName('wd')).rejects.toMatchObject({ code: 'kubernetes-unauthorized' });
});
