import { afterEach, beforeEach, describe, expect, it, test } from '@jest/globals';
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

/** What can be wrong with the server of `one.example`, which is a server of its own. */
const outages: Readonly<Record<string, (server: FakeKubernetes) => void>> = {
  'answers 503': ({ downGroups }) => downGroups.add('one.example'),
  'answers 500': (server) => server.faults.inject(ONE, { kind: 'status', status: 500 }, 100),
  'answers 429 with Retry-After': (server) =>
    server.faults.inject(ONE, { kind: 'status', status: 429, headers: { 'retry-after': '60' } }, 100),
  'answers 403': (server) => server.faults.inject(ONE, { kind: 'status', status: 403 }, 100),
  'answers with a web page': (server) =>
    server.faults.inject(ONE, { kind: 'status', status: 200, body: '<html></html>' }, 100),
  'resets the connection': (server) => server.faults.inject(ONE, { kind: 'reset' }, 100),
  hangs: (server) => server.faults.inject(ONE, { kind: 'delay', ms: 3_600_000 }, 100),
};
const ONE = /\/apis\/one\.example/;

describe.each(Object.entries(outages))('an API group whose server %s', (_what, breakDown) => {
  it.each(discoveryFormats)('holds up no lookup in another group (%s)', async (_format, aggregated) => {
    fake.aggregatedDiscovery = aggregated;
    breakDown(fake);
    const startedAt = performance.now();
    expect((await discovery.byKind('two.example', 'Widget'))?.version).toBe('v1beta1');
    expect((await discovery.byName('widgets.two.example')).version).toBe('v1beta1');
    expect(requestsTo(fake, ONE)).toBe(0);
    expect((await discovery.byName('gitrepo')).kind).toBe('GitRepository');
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect(requestsTo(fake, ONE)).toBeLessThanOrEqual(1);
  });
});

it.each(discoveryFormats)(
  'a group whose server is down is waited for if it has the kind (%s)',
  async (_format, aggregated) => {
    fake.aggregatedDiscovery = aggregated;
    fake.downGroups.add('one.example');
    fake.faults.inject(ONE, { kind: 'status', status: 503 }, 3);
    fake.faults.inject(ONE, { kind: 'meanwhile', happen: () => fake.downGroups.clear() });
    expect((await discovery.byName('widget.one.example')).version).toBe('v1');
  },
);

it.each(discoveryFormats)(
  'an unknown kind is told together with the groups that are down (%s)',
  async (_format, aggregated) => {
    fake.aggregatedDiscovery = aggregated;
    fake.downGroups.add('one.example');
    await expect(discovery.byName('gizmo')).rejects.toMatchObject({
      code: 'kind-unknown',
      message:
        'The cluster (context double) has no kind "gizmo" in the API groups that answer. These don\'t: one.example/v1 (HTTP 503, service unavailable).',
      remedy: expect.stringMatching(/kubectl get apiservices/),
    });
    await expect(discovery.byName('wd.one.example')).rejects.toMatchObject({
      code: 'kubernetes-refused',
      message: expect.stringMatching(/could not list the kinds of one\.example\/v1: HTTP 503, service unavailable/),
    });
  },
);

function requestsTo({ requests }: FakeKubernetes, path: RegExp): number {
  return requests.filter((request) => path.test(request.path)).length;
}

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
