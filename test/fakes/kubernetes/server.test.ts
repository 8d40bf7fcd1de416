import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { at, stringAt } from '../../../src/json/json.ts';
import { invariant } from '../../jest-support.ts';
import { apiVersionOf } from './model.ts';
import { authorized, deployment, deployments, pod, request } from './request.ts';
import { FakeKubernetes } from './server.ts';

/** What the conformance tests don't cover in authorization, logs and requests. */

let fake: FakeKubernetes;
beforeEach(async () => {
  fake = await FakeKubernetes.start({ token: 'good-token' });
});
afterEach(() => fake.stop());

describe('a user', () => {
  it('gets 401 with a wrong token, and is anonymous without one', async () => {
    const wrong = await request(fake, 'GET', '/api/v1/pods', undefined, { authorization: 'Bearer other' });
    expect([wrong.status, stringAt(wrong.body, 'reason')]).toStrictEqual([401, 'Unauthorized']);
    const anonymous = await request(fake, 'GET', '/api/v1/pods', undefined, {});
    expect(anonymous.status).toBe(403);
    expect(anonymous.message).toBe(
      'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope',
    );
    expect((await request(fake, 'GET', '/version', undefined, {})).status).toBe(200);
    expect((await request(fake, 'GET', '/apis', undefined, {})).status).toBe(403);
  });

  it('has the permission of the last matching rule, and an access review confirms it', async () => {
    fake.deny({ group: 'apps' });
    fake.grant({ group: 'apps', verb: 'get' });
    fake.apply(deployment());
    expect((await request(fake, 'GET', `${deployments}/shop`)).status).toBe(200);
    const refused = await request(fake, 'PATCH', `${deployments}/shop`, {}, { ...authorized });
    expect(refused.message).toBe(
      'deployments.apps "shop" is forbidden: User "system:serviceaccount:ci:deployer" cannot patch resource "deployments" in API group "apps" in the namespace "staging"',
    );
    const isAllowed = async (verb: string) => {
      const review = { spec: { resourceAttributes: { verb, group: 'apps', resource: 'deployments' } } };
      const { body } = await request(fake, 'POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review);
      return at(body, 'status', 'allowed');
    };
    expect([await isAllowed('get'), await isAllowed('watch')]).toStrictEqual([true, false]);
  });

  it('acts as the impersonated user', async () => {
    fake.deny({ resource: 'secrets' });
    const { message } = await request(fake, 'GET', '/api/v1/secrets', undefined, {
      ...authorized,
      'impersonate-user': 'ada',
    });
    expect(message).toMatch(/User "ada" cannot list/);
  });
});

describe('logs', () => {
  const log = (query: string) => request(fake, 'GET', `/api/v1/namespaces/staging/pods/shop/log?${query}`);

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
      (await request(fake, 'GET', '/api/v1/pods', undefined, { ...authorized, accept: 'application/cbor' })).status,
    ).toBe(406);
    expect((await request(fake, 'POST', '/api/v1/pods', pod('x'))).status).toBe(405);
    expect((await request(fake, 'GET', '/api/v1/pods?resourceVersion=999999')).status).toBe(504);
    expect((await request(fake, 'GET', '/apis/nothing.example/v1')).status).toBe(404);
  });

  it('for a kind that a test added is served', async () => {
    const [first] = fake.types;
    invariant(first);
    const type = { ...first, group: 'example.com', kind: 'Widget', plural: 'widgets', singular: 'widget' };
    fake.types.push(type);
    fake.apply({ apiVersion: apiVersionOf(type), kind: 'Widget', metadata: { name: 'w' } });
    const { body } = await request(fake, 'GET', '/apis/example.com/v1');
    expect(stringAt(body, 'resources', 0, 'name')).toBe('widgets');
    expect((await request(fake, 'GET', '/apis/example.com/v1/namespaces/default/widgets/w')).status).toBe(200);
  });
});
