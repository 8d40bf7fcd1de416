import { expect, it } from '@jest/globals';
import { stringAt } from '../../../../src/json/json.ts';
import { type ConformanceClient, expectRefusal, MERGE_PATCH } from './conformance-client.ts';

/** Tests of reading and creating objects. */
export function testObjects(open: () => ConformanceClient): void {
  it('GET returns a created object with uid, resourceVersion and creationTimestamp', async () => {
    const api = open();
    const created = await api.create('created', { team: 'a' }, { color: 'blue' });
    const { status, body } = await api.request('GET', `${api.configMaps}/created`);
    expect(status).toBe(200);
    expect(body).toStrictEqual(created);
    expect(stringAt(body, 'kind')).toBe('ConfigMap');
    expect(stringAt(body, 'metadata', 'resourceVersion') ?? '').toMatch(/^\d+$/);
    expect(stringAt(body, 'metadata', 'uid') ?? '').toMatch(/^[0-9a-f-]{36}$/);
    expect(stringAt(body, 'metadata', 'creationTimestamp') ?? '').toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(stringAt(body, 'metadata', 'namespace')).toBe(api.namespace);
  });

  it('answers 409 to an existing name, and 404 to a missing object or an unknown kind', async () => {
    const api = open();
    await api.create('taken');
    const again = await api.request('POST', api.configMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'taken' },
    });
    expectRefusal(again, 409, 'AlreadyExists', /^configmaps "taken" already exists$/);
    expectRefusal(
      await api.request('GET', `${api.configMaps}/absent`),
      404,
      'NotFound',
      /^configmaps "absent" not found$/,
    );
    expectRefusal(await api.patch('absent', {}), 404, 'NotFound', /^configmaps "absent" not found$/);
    expect((await api.request('GET', `/apis/no.such.group/v1/namespaces/${api.namespace}/things`)).status).toBe(404);
    expect((await api.request('GET', `/api/v1/namespaces/${api.namespace}/nosuchthings`)).status).toBe(404);
  });

  it('rejects objects that are invalid, in the wrong namespace or of the wrong kind', async () => {
    const api = open();
    const deployments = `/apis/apps/v1/namespaces/${api.namespace}/deployments`;
    const deployment = (name: string, app = 'valid') => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'valid' } },
        template: {
          metadata: { labels: { app } },
          spec: { containers: [{ name: 'app', image: 'example.invalid/a:1' }] },
        },
      },
    });
    const post = (body: unknown, path = deployments) => api.request('POST', path, body);
    expectRefusal(
      await post(deployment('Valid')),
      422,
      'Invalid',
      /^Deployment\.apps "Valid" is invalid: metadata\.name: /,
    );
    expectRefusal(
      await post(deployment('valid', 'other')),
      422,
      'Invalid',
      /`selector` does not match template `labels`$/,
    );
    expectRefusal(
      await post({ ...deployment('valid'), kind: 'StatefulSet' }),
      400,
      'BadRequest',
      /cannot be handled as a/,
    );
    const elsewhere = { ...deployment('valid'), metadata: { name: 'valid', namespace: 'elsewhere' } };
    expectRefusal(await post(elsewhere), 400, 'BadRequest', /does not match the namespace sent on the request$/);
    const nowhere = await post(deployment('valid'), '/apis/apps/v1/namespaces/nowhere/deployments');
    expectRefusal(nowhere, 404, 'NotFound', /^namespaces "nowhere" not found$/);
    expectRefusal(
      await post(deployment('valid'), '/apis/apps/v1/deployments'),
      405,
      'MethodNotAllowed',
      /does not allow/,
    );
    expect((await post(deployment('valid'))).status).toBe(201);
    const change = (body: unknown) => api.request('PATCH', `${deployments}/valid`, body, MERGE_PATCH);
    expectRefusal(
      await change({ metadata: { name: 'other' } }),
      400,
      'BadRequest',
      /does not match the name on the URL/,
    );
    expectRefusal(await change({ metadata: { uid: 'other' } }), 422, 'Invalid', /metadata\.uid: .*field is immutable$/);
    expectRefusal(
      await api.request('GET', `${deployments}?resourceVersion=abc`),
      400,
      'BadRequest',
      /invalid resource version/,
    );
    const gone = await api.request('DELETE', `${deployments}/valid`);
    expect([gone.status, stringAt(gone.body, 'status')]).toStrictEqual([200, 'Success']);
  });
}
