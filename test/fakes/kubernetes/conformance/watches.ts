import { expect, it } from '@jest/globals';
import { at, numberAt, stringAt } from '../../../../src/json/json.ts';
import { type ConformanceClient, expectRefusal } from './conformance-client.ts';

/** Tests of watches. */
export function testWatches(open: () => ConformanceClient): void {
  it('a watch from a version reports later changes in order', async () => {
    const api = open();
    const { body } = await api.request('GET', api.configMaps);
    const version = stringAt(body, 'metadata', 'resourceVersion') ?? '';
    const events = api.watch(`${api.configMaps}?watch=true&resourceVersion=${version}&labelSelector=watched%3Dyes`);
    await api.create('watched', { watched: 'yes' }, { step: '1' });
    await api.create('unwatched', { watched: 'no' });
    await api.patch('watched', { data: { step: '2' } });
    await api.patch('watched', { metadata: { labels: { watched: 'no' } } });
    await api.patch('watched', { metadata: { labels: { watched: 'yes' } } });
    await api.request('DELETE', `${api.configMaps}/watched`);
    const seen = await events.take(5);
    expect(seen.map((event) => [stringAt(event, 'type'), stringAt(event, 'object', 'metadata', 'name')])).toStrictEqual(
      [
        ['ADDED', 'watched'],
        ['MODIFIED', 'watched'],
        // It left the selection and came back. This watch sees that as a deletion and an addition.
        ['DELETED', 'watched'],
        ['ADDED', 'watched'],
        ['DELETED', 'watched'],
      ],
    );
    expect(stringAt(seen[1], 'object', 'data', 'step')).toBe('2');
    expect(stringAt(seen[1], 'object', 'kind')).toBe('ConfigMap');
    const versions = seen.map((event) => Number(stringAt(event, 'object', 'metadata', 'resourceVersion')));
    expect(versions).toStrictEqual(versions.toSorted((a, b) => a - b));
    await events.stop();
  });

  it('a watch without a version starts with all existing objects', async () => {
    const api = open();
    await api.create('present', { present: 'yes' });
    const events = api.watch(`${api.configMaps}?watch=true&labelSelector=present`);
    const [event] = await events.take(1);
    expect(stringAt(event, 'type')).toBe('ADDED');
    expect(stringAt(event, 'object', 'metadata', 'name')).toBe('present');
    await events.stop();
  });

  it('a watch with sendInitialEvents starts with all existing objects and a bookmark', async () => {
    const api = open();
    await api.create('streamed', { streamed: 'yes' });
    const query = 'watch=true&sendInitialEvents=true&allowWatchBookmarks=true&labelSelector=streamed';
    const events = api.watch(`${api.configMaps}?${query}&resourceVersionMatch=NotOlderThan`);
    const [added] = await events.take(1);
    if (stringAt(added, 'type') === 'ERROR') {
      // With an etcd that is too old, the server answers with this error.
      expect(stringAt(added, 'object', 'message') ?? '').toMatch(/required storage feature \w+ is disabled/);
      await events.stop();
      return;
    }
    const [mark] = await events.take(1);
    expect(stringAt(added, 'object', 'metadata', 'name')).toBe('streamed');
    expect(stringAt(mark, 'type')).toBe('BOOKMARK');
    expect(stringAt(mark, 'object', 'metadata', 'annotations', 'k8s.io/initial-events-end')).toBe('true');
    await events.stop();
    expectRefusal(
      await api.request('GET', `${api.configMaps}?${query}`),
      422,
      'Invalid',
      /sendInitialEvents requires setting resourceVersionMatch/,
    );
  });

  it('a watch sends a bookmark before it times out', async () => {
    const api = open();
    const { body } = await api.request('GET', api.configMaps);
    const version = stringAt(body, 'metadata', 'resourceVersion') ?? '';
    const query = `watch=true&allowWatchBookmarks=true&timeoutSeconds=5&labelSelector=none&resourceVersion=${version}`;
    const watching = api.watch(`${api.configMaps}?${query}`);
    await watching.started();
    const events = watching.rest();
    // Outside the selection, so only a bookmark can report the new version.
    const created = Number(stringAt(await api.create('passing-by'), 'metadata', 'resourceVersion'));
    const last = (await events).at(-1);
    expect(stringAt(last, 'type')).toBe('BOOKMARK');
    expect(stringAt(last, 'object', 'kind')).toBe('ConfigMap');
    expect(Number(stringAt(last, 'object', 'metadata', 'resourceVersion'))).toBeGreaterThanOrEqual(created);
    expect(at(last, 'object', 'data')).toBeUndefined();
  });

  it('a watch from an expired version ends with 410 Expired', async () => {
    const api = open();
    const { path, resourceVersion } = api.expired;
    const [event] = await api.watch(`${path}?watch=true&resourceVersion=${resourceVersion}`).take(1);
    expect(stringAt(event, 'type')).toBe('ERROR');
    expect(stringAt(event, 'object', 'kind')).toBe('Status');
    expect(numberAt(event, 'object', 'code')).toBe(410);
    expect(stringAt(event, 'object', 'reason')).toBe('Expired');
    expect(stringAt(event, 'object', 'message') ?? '').toMatch(/^too old resource version: /);
  });
}
