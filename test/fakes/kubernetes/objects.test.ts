import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { at, listAt, numberAt, stringAt } from '../../../src/json/json.ts';
import { expectWithNote } from '../../jest-support.ts';
import { authorized, deployment, deployments, pod, request } from './request.ts';
import { FakeKubernetes } from './server.ts';

/** What the conformance tests don't cover in the behavior of kinds. */

let fake: FakeKubernetes;
beforeEach(async () => {
  fake = await FakeKubernetes.start({ token: 'good-token' });
});
afterEach(() => fake.stop());

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
    await request(fake, 'PATCH', `${deployments}/shop`, { status: { replicas: 9 } }, type);
    expect(at((await request(fake, 'GET', `${deployments}/shop`)).body, 'status')).toStrictEqual({});
    await request(
      fake,
      'PATCH',
      `${deployments}/shop/status`,
      { spec: { replicas: 9 }, status: { replicas: 3 } },
      type,
    );
    const { body } = await request(fake, 'GET', `${deployments}/shop`);
    expect([at(body, 'status', 'replicas'), at(body, 'spec', 'replicas')]).toStrictEqual([3, 1]);
  });

  it('are rejected if they are invalid', async () => {
    fake.apply(deployment());
    const post = (object: unknown) => request(fake, 'POST', deployments, object);
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
    const missing = await request(fake, 'POST', '/apis/apps/v1/namespaces/nowhere/deployments', nowhere);
    expect([missing.status, missing.message]).toStrictEqual([404, 'namespaces "nowhere" not found']);
  });

  it('are listed across namespaces', async () => {
    fake.apply(deployment(), { ...deployment(), metadata: { name: 'shop', namespace: 'production' } });
    const { body } = await request(fake, 'GET', '/apis/apps/v1/deployments');
    expect(listAt(body, 'items').map((item) => stringAt(item, 'metadata', 'namespace'))).toStrictEqual([
      'production',
      'staging',
    ]);
  });

  it('are created and updated by a server-side apply with a field manager', async () => {
    fake.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'staging' } });
    const type = { ...authorized, 'content-type': 'application/apply-patch+yaml' };
    expect((await request(fake, 'PATCH', `${deployments}/shop`, deployment(), type)).status).toBe(422);
    const manager = `${deployments}/shop?fieldManager=test`;
    expect((await request(fake, 'PATCH', manager, deployment(), type)).status).toBe(201);
    expect((await request(fake, 'PATCH', manager, deployment('shop:2'), type)).status).toBe(200);
  });

  it('of custom kinds reject a strategic merge patch', async () => {
    const application = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'shop' } };
    fake.apply(application);
    const type = { ...authorized, 'content-type': 'application/strategic-merge-patch+json' };
    const path = '/apis/argoproj.io/v1alpha1/namespaces/default/applications/shop';
    expect((await request(fake, 'PATCH', path, {}, type)).status).toBe(415);
  });
});

describe('deletion', () => {
  it('first marks a pod on a node as terminating, and removes other pods at once', async () => {
    fake.apply(pod('running', { nodeName: 'node-1' }), pod('pending'));
    const pods = '/api/v1/namespaces/staging/pods';
    const { body } = await request(fake, 'DELETE', `${pods}/running`);
    expect(at(body, 'metadata', 'deletionGracePeriodSeconds')).toBe(30);
    const endsAt = Date.parse(stringAt(body, 'metadata', 'deletionTimestamp') ?? '');
    expect(endsAt - Date.parse(stringAt(body, 'metadata', 'creationTimestamp') ?? '')).toBeGreaterThanOrEqual(30_000);
    expect((await request(fake, 'GET', `${pods}/running`)).status).toBe(200);
    await request(fake, 'DELETE', `${pods}/pending`);
    expect((await request(fake, 'GET', `${pods}/pending`)).status).toBe(404);
    await request(fake, 'DELETE', `${pods}/running`, { gracePeriodSeconds: 0 });
    expect((await request(fake, 'GET', `${pods}/running`)).status).toBe(404);
  });

  it('waits for finalizers', async () => {
    const metadata = { name: 'kept', namespace: 'staging', finalizers: ['example.com/keep'] };
    fake.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
    const path = '/api/v1/namespaces/staging/configmaps/kept';
    await request(fake, 'DELETE', path);
    expect(at((await request(fake, 'GET', path)).body, 'metadata', 'deletionTimestamp')).toBeDefined();
    const type = { ...authorized, 'content-type': 'application/merge-patch+json' };
    await request(fake, 'PATCH', path, { metadata: { finalizers: null } }, type);
    expect((await request(fake, 'GET', path)).status).toBe(404);
  });
});
