import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { at, listAt, numberAt, stringAt } from '../../../src/json/json.ts';
import { expectWithNote, invariant } from '../../jest-support.ts';
import { apiVersionOf } from './model.ts';
import { FakeKubernetes } from './server.ts';

/** What the conformance tests don't cover: authorization, and the behavior of kinds. */

let fake: FakeKubernetes;
beforeEach(async () => {
  fake = await FakeKubernetes.start({ token: 'good-token' });
});
afterEach(() => fake.stop());

const authorized = { authorization: 'Bearer good-token' };

async function request(method: string, path: string, sent?: unknown, headers: Record<string, string> = authorized) {
  const response = await fetch(`${fake.url}${path}`, {
    method,
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  const body: unknown = isJson ? JSON.parse(text) : text;
  return { status: response.status, body, message: stringAt(body, 'message') ?? text };
}

const labels = { app: 'shop' };
const deployment = (image = 'shop:1', name = 'shop') => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'staging' },
  spec: {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'app', image }] } },
  },
});
const deployments = '/apis/apps/v1/namespaces/staging/deployments';
const pod = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'staging' },
  spec: { containers: [{ name: 'app', image: 'shop:1' }], ...more },
});

describe('a user', () => {
  it('gets 401 with a wrong token, and is anonymous without one', async () => {
    const wrong = await request('GET', '/api/v1/pods', undefined, { authorization: 'Bearer other' });
    expect([wrong.status, stringAt(wrong.body, 'reason')]).toStrictEqual([401, 'Unauthorized']);
    const anonymous = await request('GET', '/api/v1/pods', undefined, {});
    expect(anonymous.status).toBe(403);
    expect(anonymous.message).toBe(
      'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope',
    );
    expect((await request('GET', '/version', undefined, {})).status).toBe(200);
    expect((await request('GET', '/apis', undefined, {})).status).toBe(403);
  });

  it('has the permission of the last matching rule, and an access review confirms it', async () => {
    fake.deny({ group: 'apps' });
    fake.grant({ group: 'apps', verb: 'get' });
    fake.apply(deployment());
    expect((await request('GET', `${deployments}/shop`)).status).toBe(200);
    const refused = await request('PATCH', `${deployments}/shop`, {}, { ...authorized });
    expect(refused.message).toBe(
      'deployments.apps "shop" is forbidden: User "system:serviceaccount:ci:deployer" cannot patch resource "deployments" in API group "apps" in the namespace "staging"',
    );
    const isAllowed = async (verb: string) => {
      const review = { spec: { resourceAttributes: { verb, group: 'apps', resource: 'deployments' } } };
      const { body } = await request('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review);
      return at(body, 'status', 'allowed');
    };
    expect([await isAllowed('get'), await isAllowed('watch')]).toStrictEqual([true, false]);
  });

  it('acts as the impersonated user', async () => {
    fake.deny({ resource: 'secrets' });
    const { message } = await request('GET', '/api/v1/secrets', undefined, {
      ...authorized,
      'impersonate-user': 'ada',
    });
    expect(message).toMatch(/User "ada" cannot list/);
  });
});

describe('objects', () => {
  it('get the defaults of their kind, and a generation that only changes of the spec increase', async () => {
    const [created] = fake.apply(deployment());
    expect(numberAt(created, 'spec', 'replicas')).toBe(1);
    expect(stringAt(created, 'spec', 'strategy', 'rollingUpdate', 'maxSurge')).toBe('25%');
    expect(numberAt(created, 'metadata', 'generation')).toBe(1);
    const updated = fake.setStatus({ kind: 'Deployment', name: 'shop', namespace: 'staging' }, { replicas: 1 });
    expect(numberAt(updated, 'metadata', 'generation')).toBe(1);
    const [same] = fake.apply(deployment());
    expect(stringAt(same, 'metadata', 'resourceVersion')).toBe(stringAt(updated, 'metadata', 'resourceVersion'));
    const [changed] = fake.apply(deployment('shop:2'));
    expect(numberAt(changed, 'metadata', 'generation')).toBe(2);
    expect(numberAt(changed, 'status', 'replicas')).toBe(1);
  });

  it('change their status only through the status subresource, if there is one', async () => {
    fake.apply(deployment());
    const type = { ...authorized, 'content-type': 'application/merge-patch+json' };
    await request('PATCH', `${deployments}/shop`, { status: { replicas: 9 } }, type);
    expect(at((await request('GET', `${deployments}/shop`)).body, 'status')).toStrictEqual({});
    await request('PATCH', `${deployments}/shop/status`, { spec: { replicas: 9 }, status: { replicas: 3 } }, type);
    const { body } = await request('GET', `${deployments}/shop`);
    expect([at(body, 'status', 'replicas'), at(body, 'spec', 'replicas')]).toStrictEqual([3, 1]);
  });

  it('are rejected if they are invalid', async () => {
    fake.apply(deployment());
    const post = (object: unknown) => request('POST', deployments, object);
    const wrongLabels = deployment('shop:1', 'other');
    wrongLabels.spec.template.metadata.labels = { app: 'cart' };
    for (const [object, status, message] of [
      [deployment('shop:1', 'Shop'), 422, /lowercase RFC 1123 subdomain/],
      [wrongLabels, 422, /`selector` does not match template `labels`/],
      [{ ...deployment(), kind: 'StatefulSet' }, 400, /cannot be handled as a Deployment/],
      [{ ...deployment(), metadata: { name: 'x', namespace: 'elsewhere' } }, 400, /does not match the namespace/],
    ] as const) {
      const response = await post(object);
      expectWithNote(response.status, response.message).toBe(status);
      expect(response.message).toMatch(message);
    }
    const nowhere = { ...deployment(), metadata: { name: 'shop' } };
    const missing = await request('POST', '/apis/apps/v1/namespaces/nowhere/deployments', nowhere);
    expect([missing.status, missing.message]).toStrictEqual([404, 'namespaces "nowhere" not found']);
  });

  it('are listed across namespaces', async () => {
    fake.apply(deployment(), { ...deployment(), metadata: { name: 'shop', namespace: 'production' } });
    const { body } = await request('GET', '/apis/apps/v1/deployments');
    expect(listAt(body, 'items').map((item) => stringAt(item, 'metadata', 'namespace'))).toStrictEqual([
      'production',
      'staging',
    ]);
  });

  it('are created and updated by a server-side apply with a field manager', async () => {
    fake.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'staging' } });
    const type = { ...authorized, 'content-type': 'application/apply-patch+yaml' };
    expect((await request('PATCH', `${deployments}/shop`, deployment(), type)).status).toBe(422);
    const manager = `${deployments}/shop?fieldManager=test`;
    expect((await request('PATCH', manager, deployment(), type)).status).toBe(201);
    expect((await request('PATCH', manager, deployment('shop:2'), type)).status).toBe(200);
  });

  it('of custom kinds reject a strategic merge patch', async () => {
    const application = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'shop' } };
    fake.apply(application);
    const type = { ...authorized, 'content-type': 'application/strategic-merge-patch+json' };
    const path = '/apis/argoproj.io/v1alpha1/namespaces/default/applications/shop';
    expect((await request('PATCH', path, {}, type)).status).toBe(415);
  });
});

describe('deletion', () => {
  it('first marks a pod on a node as terminating, and removes other pods at once', async () => {
    fake.apply(pod('running', { nodeName: 'node-1' }), pod('pending'));
    const pods = '/api/v1/namespaces/staging/pods';
    const { body } = await request('DELETE', `${pods}/running`);
    expect(at(body, 'metadata', 'deletionGracePeriodSeconds')).toBe(30);
    expect((await request('GET', `${pods}/running`)).status).toBe(200);
    await request('DELETE', `${pods}/pending`);
    expect((await request('GET', `${pods}/pending`)).status).toBe(404);
    await request('DELETE', `${pods}/running`, { gracePeriodSeconds: 0 });
    expect((await request('GET', `${pods}/running`)).status).toBe(404);
  });

  it('waits for finalizers', async () => {
    const metadata = { name: 'kept', namespace: 'staging', finalizers: ['example.com/keep'] };
    fake.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
    const path = '/api/v1/namespaces/staging/configmaps/kept';
    await request('DELETE', path);
    expect(at((await request('GET', path)).body, 'metadata', 'deletionTimestamp')).toBeDefined();
    const type = { ...authorized, 'content-type': 'application/merge-patch+json' };
    await request('PATCH', path, { metadata: { finalizers: null } }, type);
    expect((await request('GET', path)).status).toBe(404);
  });
});

describe('logs', () => {
  const log = (query: string) => request('GET', `/api/v1/namespaces/staging/pods/shop/log?${query}`);

  it('of a started container are limited by tailLines and limitBytes', async () => {
    fake.apply(pod('shop'));
    fake.setLogs('staging', 'shop', 'app', 'one\ntwo\nthree');
    expect((await log('tailLines=2')).body).toBe('two\nthree');
    expect((await log('tailLines=2&limitBytes=3')).body).toBe('two');
    expect((await log('tailLines=0')).body).toBe('');
    expect((await log('tailLines=many')).status).toBe(400);
  });

  it('are empty for a pod without a node, and an error for a previous instance that never existed', async () => {
    fake.apply(pod('shop'));
    expect((await log('previous=true')).status).toBe(204);
    fake.apply(pod('shop', { nodeName: 'node-1' }));
    expect(await log('previous=true').then(({ status, message }) => [status, message])).toStrictEqual([
      400,
      'previous terminated container "app" in pod "shop" not found',
    ]);
  });

  it.each([
    ['ContainerCreating', 'is waiting to start: ContainerCreating'],
    ['ImagePullBackOff', 'is waiting to start: trying and failing to pull image'],
  ] as const)('are an error while the container is in %s', async (reason, expected) => {
    const [created] = fake.apply(pod('shop', { nodeName: 'node-1' }));
    invariant(created);
    fake.setStatus(created, { containerStatuses: [{ name: 'app', state: { waiting: { reason } } }] });
    expect(await log('container=app').then(({ status, message }) => [status, message])).toStrictEqual([
      400,
      `container "app" in pod "shop" ${expected}`,
    ]);
  });

  it('need a container name if the pod has several containers', async () => {
    const containers = ['app', 'side'].map((name) => ({ name, image: 'a' }));
    fake.apply(pod('shop', { containers, initContainers: [{ name: 'migrate', image: 'a' }] }));
    expect((await log('')).message).toBe(
      'a container name must be specified for pod shop, choose one of: [migrate app side]',
    );
  });
});

describe('a request', () => {
  it('that is invalid gets the status that the protocol defines', async () => {
    expect(
      (await request('GET', '/api/v1/pods', undefined, { ...authorized, accept: 'application/cbor' })).status,
    ).toBe(406);
    expect((await request('POST', '/api/v1/pods', pod('x'))).status).toBe(405);
    expect((await request('GET', '/api/v1/pods?resourceVersion=999999')).status).toBe(504);
    expect((await request('GET', '/apis/nothing.example/v1')).status).toBe(404);
  });

  it('for a kind that a test added is served', async () => {
    const [first] = fake.types;
    invariant(first);
    const type = { ...first, group: 'example.com', kind: 'Widget', plural: 'widgets', singular: 'widget' };
    fake.types.push(type);
    fake.apply({ apiVersion: apiVersionOf(type), kind: 'Widget', metadata: { name: 'w' } });
    const { body } = await request('GET', '/apis/example.com/v1');
    expect(stringAt(body, 'resources', 0, 'name')).toBe('widgets');
    expect((await request('GET', '/apis/example.com/v1/namespaces/default/widgets/w')).status).toBe(200);
  });
});
