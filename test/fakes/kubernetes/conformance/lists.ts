import { expect, it } from '@jest/globals';
import { at, listAt, stringAt } from '../../../../src/json/json.ts';
import { expectWithNote } from '../../../jest-support.ts';
import type { ConformanceClient } from './conformance-client.ts';

/** Tests of lists. */
export function testLists(open: () => ConformanceClient): void {
  it('lists the objects that label and field selectors match', async () => {
    const api = open();
    await api.create('red', { 'list-test': 'red' });
    await api.create('green', { 'list-test': 'green' });
    const names = async (query: string) => {
      const { status, body } = await api.request('GET', `${api.configMaps}?${query}`);
      expect(status).toBe(200);
      expect(stringAt(body, 'kind')).toBe('ConfigMapList');
      expect(stringAt(body, 'metadata', 'resourceVersion') ?? '').toMatch(/^\d+$/);
      return listAt(body, 'items').map((item) => stringAt(item, 'metadata', 'name'));
    };
    expect(await names('labelSelector=list-test')).toStrictEqual(['green', 'red']);
    expect(await names('labelSelector=list-test%3Dred')).toStrictEqual(['red']);
    expect(await names('labelSelector=list-test%21%3Dred%2Clist-test')).toStrictEqual(['green']);
    expect(await names('labelSelector=list-test%20in%20(red%2Cblue)')).toStrictEqual(['red']);
    expect(await names('labelSelector=list-test%20notin%20(red)%2Clist-test')).toStrictEqual(['green']);
    expect(await names('fieldSelector=metadata.name%3Dgreen')).toStrictEqual(['green']);
    expect(await names('labelSelector=list-test%3Dnone')).toStrictEqual([]);
    const wrong = await api.request('GET', `${api.configMaps}?fieldSelector=data.color%3Dred`);
    expectWithNote(wrong.status, wrong.text).toBe(400);
    expect((await api.request('GET', `${api.configMaps}?labelSelector=a%3D%3D%3Db`)).status).toBe(400);
  });

  it('returns a list in pages with limit and continue', async () => {
    const api = open();
    for (const page of ['a', 'b', 'c']) await api.create(`page-${page}`, { paged: 'yes' });
    const first = await api.request('GET', `${api.configMaps}?labelSelector=paged&limit=2`);
    const token = stringAt(first.body, 'metadata', 'continue') ?? '';
    expect(token).not.toBe('');
    expect(listAt(first.body, 'items').length).toBe(2);
    const second = await api.request(
      'GET',
      `${api.configMaps}?labelSelector=paged&limit=2&continue=${encodeURIComponent(token)}`,
    );
    expect(listAt(second.body, 'items').map((item) => stringAt(item, 'metadata', 'name'))).toStrictEqual(['page-c']);
    expect(stringAt(second.body, 'metadata', 'continue') ?? '').toBe('');
    expect(stringAt(second.body, 'metadata', 'resourceVersion')).toBe(
      stringAt(first.body, 'metadata', 'resourceVersion'),
    );
    expect((await api.request('GET', `${api.configMaps}?limit=2&continue=nonsense`)).status).toBe(400);
  });

  it('lists and watches only the metadata for PartialObjectMetadata', async () => {
    const api = open();
    await api.create('thin', { thin: 'yes' }, { secret: 'x' });
    const partial = async (as: string, query: string) => {
      const headers = { Accept: `application/json;as=${as};g=meta.k8s.io;v=v1` };
      return fetch(`${api.url}${api.configMaps}?labelSelector=thin${query}`, { headers });
    };
    const list: unknown = await (await partial('PartialObjectMetadataList', '')).json();
    const [item] = listAt(list, 'items');
    expect(stringAt(item, 'metadata', 'labels', 'thin')).toBe('yes');
    expect(at(item, 'data')).toBeUndefined();
    const watched = await (await partial('PartialObjectMetadata', '&watch=true&timeoutSeconds=1')).text();
    const event: unknown = JSON.parse(watched.split('\n')[0] ?? '');
    expect(stringAt(event, 'object', 'kind')).toBe('PartialObjectMetadata');
    expect(at(event, 'object', 'data')).toBeUndefined();
  });
}
