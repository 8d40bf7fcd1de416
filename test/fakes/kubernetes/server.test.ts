import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { at, listAt, numberAt, stringAt } from '../../../src/json/json.ts';
import { expectWithNote, invariant } from '../../jest-support.ts';
import { apiVersionOf } from './model.ts';
import { FakeKubernetes } from './server.ts';

/** What the conformance body does not ask of a real server: who may do what, and how kinds behave. */

let double: FakeKubernetes;
beforeEach(async () => {
  double = await FakeKubernetes.start({ token: 'good-token' });
});
afterEach(() => double.stop());

const authorized = { authorization: 'Bearer good-token' };

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = authorized) {
  const response = await fetch(`${double.url}${path}`, {
    method,
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  const answer: unknown = isJson ? JSON.parse(text) : text;
  return { status: response.status, answer, message: stringAt(answer, 'message') ?? text };
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

describe('who asks', () => {
  it('is refused with a wrong token, and is nobody without one', async () => {
    const wrong = await ask('GET', '/api/v1/pods', undefined, { authorization: 'Bearer other' });
    expect([wrong.status, stringAt(wrong.answer, 'reason')]).toStrictEqual([401, 'Unauthorized']);
    const nobody = await ask('GET', '/api/v1/pods', undefined, {});
    expect(nobody.status).toBe(403);
    expect(nobody.message).toBe(
      'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope',
    );
    expect((await ask('GET', '/version', undefined, {})).status).toBe(200);
    expect((await ask('GET', '/apis', undefined, {})).status).toBe(403);
  });

  it('may do what is granted last, and is told so by a review', async () => {
    double.deny({ group: 'apps' });
    double.grant({ group: 'apps', verb: 'get' });
    double.apply(deployment());
    expect((await ask('GET', `${deployments}/shop`)).status).toBe(200);
    const refused = await ask('PATCH', `${deployments}/shop`, {}, { ...authorized });
    expect(refused.message).toBe(
      'deployments.apps "shop" is forbidden: User "system:serviceaccount:ci:deployer" cannot patch resource "deployments" in API group "apps" in the namespace "staging"',
    );
    const review = async (verb: string) => {
      const body = { spec: { resourceAttributes: { verb, group: 'apps', resource: 'deployments' } } };
      const { answer } = await ask('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body);
      return at(answer, 'status', 'allowed');
    };
    expect([await review('get'), await review('watch')]).toStrictEqual([true, false]);
  });

  it('acts as somebody else where it impersonates', async () => {
    double.deny({ resource: 'secrets' });
    const { message } = await ask('GET', '/api/v1/secrets', undefined, { ...authorized, 'impersonate-user': 'ada' });
    expect(message).toMatch(/User "ada" cannot list/);
  });
});

describe('objects', () => {
  it('get the defaults of their kind, and count changes of their spec alone', async () => {
    const [created] = double.apply(deployment());
    expect(numberAt(created, 'spec', 'replicas')).toBe(1);
    expect(stringAt(created, 'spec', 'strategy', 'rollingUpdate', 'maxSurge')).toBe('25%');
    expect(numberAt(created, 'metadata', 'generation')).toBe(1);
    const told = double.setStatus({ kind: 'Deployment', name: 'shop', namespace: 'staging' }, { replicas: 1 });
    expect(numberAt(told, 'metadata', 'generation')).toBe(1);
    const [same] = double.apply(deployment());
    expect(stringAt(same, 'metadata', 'resourceVersion')).toBe(stringAt(told, 'metadata', 'resourceVersion'));
    const [changed] = double.apply(deployment('shop:2'));
    expect(numberAt(changed, 'metadata', 'generation')).toBe(2);
    expect(numberAt(changed, 'status', 'replicas')).toBe(1);
  });

  it('keep their status apart where it is a resource of its own', async () => {
    double.apply(deployment());
    const type = { ...authorized, 'content-type': 'application/merge-patch+json' };
    await ask('PATCH', `${deployments}/shop`, { status: { replicas: 9 } }, type);
    expect(at((await ask('GET', `${deployments}/shop`)).answer, 'status')).toStrictEqual({});
    await ask('PATCH', `${deployments}/shop/status`, { spec: { replicas: 9 }, status: { replicas: 3 } }, type);
    const { answer } = await ask('GET', `${deployments}/shop`);
    expect([at(answer, 'status', 'replicas'), at(answer, 'spec', 'replicas')]).toStrictEqual([3, 1]);
  });

  it('are refused where they are not valid', async () => {
    double.apply(deployment());
    const post = (body: unknown) => ask('POST', deployments, body);
    const wrongLabels = deployment('shop:1', 'other');
    wrongLabels.spec.template.metadata.labels = { app: 'cart' };
    for (const [body, status, message] of [
      [deployment('shop:1', 'Shop'), 422, /lowercase RFC 1123 subdomain/],
      [wrongLabels, 422, /`selector` does not match template `labels`/],
      [{ ...deployment(), kind: 'StatefulSet' }, 400, /cannot be handled as a Deployment/],
      [{ ...deployment(), metadata: { name: 'x', namespace: 'elsewhere' } }, 400, /does not match the namespace/],
    ] as const) {
      const answer = await post(body);
      expectWithNote(answer.status, answer.message).toBe(status);
      expect(answer.message).toMatch(message);
    }
    const nowhere = { ...deployment(), metadata: { name: 'shop' } };
    const missing = await ask('POST', '/apis/apps/v1/namespaces/nowhere/deployments', nowhere);
    expect([missing.status, missing.message]).toStrictEqual([404, 'namespaces "nowhere" not found']);
  });

  it('are listed across namespaces', async () => {
    double.apply(deployment(), { ...deployment(), metadata: { name: 'shop', namespace: 'production' } });
    const { answer } = await ask('GET', '/apis/apps/v1/deployments');
    expect(listAt(answer, 'items').map((item) => stringAt(item, 'metadata', 'namespace'))).toStrictEqual([
      'production',
      'staging',
    ]);
  });

  it('are applied by the server where a manager is named', async () => {
    double.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'staging' } });
    const type = { ...authorized, 'content-type': 'application/apply-patch+yaml' };
    expect((await ask('PATCH', `${deployments}/shop`, deployment(), type)).status).toBe(422);
    const manager = `${deployments}/shop?fieldManager=test`;
    expect((await ask('PATCH', manager, deployment(), type)).status).toBe(201);
    expect((await ask('PATCH', manager, deployment('shop:2'), type)).status).toBe(200);
  });

  it('of custom kinds know no strategic merge', async () => {
    const application = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'shop' } };
    double.apply(application);
    const type = { ...authorized, 'content-type': 'application/strategic-merge-patch+json' };
    const path = '/apis/argoproj.io/v1alpha1/namespaces/default/applications/shop';
    expect((await ask('PATCH', path, {}, type)).status).toBe(415);
  });
});

describe('deletion', () => {
  it('takes a pod that a node runs in two steps, and others at once', async () => {
    double.apply(pod('running', { nodeName: 'node-1' }), pod('pending'));
    const pods = '/api/v1/namespaces/staging/pods';
    const { answer } = await ask('DELETE', `${pods}/running`);
    expect(at(answer, 'metadata', 'deletionGracePeriodSeconds')).toBe(30);
    expect((await ask('GET', `${pods}/running`)).status).toBe(200);
    await ask('DELETE', `${pods}/pending`);
    expect((await ask('GET', `${pods}/pending`)).status).toBe(404);
    await ask('DELETE', `${pods}/running`, { gracePeriodSeconds: 0 });
    expect((await ask('GET', `${pods}/running`)).status).toBe(404);
  });

  it('waits for finalizers', async () => {
    const metadata = { name: 'kept', namespace: 'staging', finalizers: ['example.com/keep'] };
    double.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
    const path = '/api/v1/namespaces/staging/configmaps/kept';
    await ask('DELETE', path);
    expect(at((await ask('GET', path)).answer, 'metadata', 'deletionTimestamp')).toBeDefined();
    const type = { ...authorized, 'content-type': 'application/merge-patch+json' };
    await ask('PATCH', path, { metadata: { finalizers: null } }, type);
    expect((await ask('GET', path)).status).toBe(404);
  });
});

describe('logs', () => {
  const log = (query: string) => ask('GET', `/api/v1/namespaces/staging/pods/shop/log?${query}`);

  it('are those of a container that has started, cut as asked', async () => {
    double.apply(pod('shop'));
    double.setLogs('staging', 'shop', 'app', 'one\ntwo\nthree');
    expect((await log('tailLines=2')).answer).toBe('two\nthree');
    expect((await log('tailLines=2&limitBytes=3')).answer).toBe('two');
    expect((await log('tailLines=0')).answer).toBe('');
    expect((await log('tailLines=many')).status).toBe(400);
  });

  it('are none of a pod that no node has, and of an instance before there must have been one', async () => {
    double.apply(pod('shop'));
    expect((await log('previous=true')).status).toBe(204);
    double.apply(pod('shop', { nodeName: 'node-1' }));
    expect(await log('previous=true').then(({ status, message }) => [status, message])).toStrictEqual([
      400,
      'previous terminated container "app" in pod "shop" not found',
    ]);
  });

  for (const [reason, said] of [
    ['ContainerCreating', 'is waiting to start: ContainerCreating'],
    ['ImagePullBackOff', 'is waiting to start: trying and failing to pull image'],
  ] as const)
    it(`are refused in ${reason}`, async () => {
      const [created] = double.apply(pod('shop', { nodeName: 'node-1' }));
      invariant(created);
      double.setStatus(created, { containerStatuses: [{ name: 'app', state: { waiting: { reason } } }] });
      expect(await log('container=app').then(({ status, message }) => [status, message])).toStrictEqual([
        400,
        `container "app" in pod "shop" ${said}`,
      ]);
    });

  it('need a container where there are several', async () => {
    const containers = ['app', 'side'].map((name) => ({ name, image: 'a' }));
    double.apply(pod('shop', { containers, initContainers: [{ name: 'migrate', image: 'a' }] }));
    expect((await log('')).message).toBe(
      'a container name must be specified for pod shop, choose one of: [migrate app side]',
    );
  });
});

describe('what is asked wrongly', () => {
  it('is refused as the protocol has it', async () => {
    expect((await ask('GET', '/api/v1/pods', undefined, { ...authorized, accept: 'application/cbor' })).status).toBe(
      406,
    );
    expect((await ask('POST', '/api/v1/pods', pod('x'))).status).toBe(405);
    expect((await ask('GET', '/api/v1/pods?resourceVersion=999999')).status).toBe(504);
    expect((await ask('GET', '/apis/nothing.example/v1')).status).toBe(404);
  });

  it('does not hide a kind that a test brings along', async () => {
    const [first] = double.types;
    invariant(first);
    const type = { ...first, group: 'example.com', kind: 'Widget', plural: 'widgets', singular: 'widget' };
    double.types.push(type);
    double.apply({ apiVersion: apiVersionOf(type), kind: 'Widget', metadata: { name: 'w' } });
    const { answer } = await ask('GET', '/apis/example.com/v1');
    expect(stringAt(answer, 'resources', 0, 'name')).toBe('widgets');
    expect((await ask('GET', '/apis/example.com/v1/namespaces/default/widgets/w')).status).toBe(200);
  });
});
