import { expect, it } from '@jest/globals';
import { listAt, objectAt, stringAt } from '../../../../src/json/json.ts';
import { expectWithNote } from '../../../jest-support.ts';
import { type ConformanceClient, expectRefusal } from './conformance-client.ts';

/** Tests of patches. */
export function testPatches(open: () => ConformanceClient): void {
  it('applies merge patches and JSON patches, and rejects stale versions and unknown patch types', async () => {
    const api = open();
    await api.create('patched', { a: '1' }, { x: '1', y: '1' });
    const merged = await api.patch('patched', { data: { x: '2', y: null } });
    expect(objectAt(merged.body, 'data')).toStrictEqual({ x: '2' });
    const byJson = await api.patch(
      'patched',
      [{ op: 'add', path: '/data/z', value: '3' }],
      'application/json-patch+json',
    );
    expect(objectAt(byJson.body, 'data')).toStrictEqual({ x: '2', z: '3' });
    const failing = [{ op: 'test', path: '/data/x', value: 'other' }];
    expect((await api.patch('patched', failing, 'application/json-patch+json')).status).toBe(422);
    expectRefusal(
      await api.patch('patched', {}, 'application/yaml'),
      415,
      'UnsupportedMediaType',
      /Unsupported Media Type/,
    );
    expectRefusal(
      await api.patch('patched', { metadata: { resourceVersion: '1' } }),
      409,
      'Conflict',
      /the object has been modified; please apply your changes to the latest version/,
    );
  });

  it('merges lists by key in a strategic merge patch', async () => {
    const api = open();
    const deployments = `/apis/apps/v1/namespaces/${api.namespace}/deployments`;
    const container = (name: string) => ({ name, image: `example.invalid/${name}:1` });
    const labels = { app: 'strategic' };
    const { status, text } = await api.request('POST', deployments, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'strategic' },
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container('app'), container('side')] } },
      },
    });
    expectWithNote(status, text).toBe(201);
    const change = {
      spec: { template: { spec: { containers: [{ name: 'side', image: 'example.invalid/side:2' }] } } },
    };
    const type = 'application/strategic-merge-patch+json';
    const { body } = await api.request('PATCH', `${deployments}/strategic`, change, type);
    expect(
      listAt(body, 'spec', 'template', 'spec', 'containers')
        .map((one) => stringAt(one, 'image'))
        .sort(),
    ).toStrictEqual(['example.invalid/app:1', 'example.invalid/side:2']);
  });
}
