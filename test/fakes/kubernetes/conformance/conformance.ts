import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { at, listAt, numberAt, objectAt, stringAt } from '../../../../src/json/json.ts';
import { expectWithNote } from '../../../jest-support.ts';

/** A Kubernetes API that is asked over plain HTTP without a login. */
export interface Api {
  readonly url: string;
  /** An empty namespace to work in. */
  readonly namespace: string;
  /** A collection (path) and a resourceVersion of it that is too old for a watch. */
  readonly tooOld: { readonly path: string; readonly resourceVersion: string };
  /** A pod in the namespace whose container `app` wrote the lines `one`, `two`, `three`. */
  readonly talkative: string;
  readonly close: () => Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
}

const json = 'application/json';
const mergePatch = 'application/merge-patch+json';

/** What our client counts on, to be answered alike by a real API server and by the double. Registers the tests. */
export function kubernetesConforms(name: string, start: () => Promise<Api>): void {
  describe(`${name}: the Kubernetes API`, () => {
    let api: Api;
    beforeAll(async () => {
      api = await start();
    });
    afterAll(() => api.close());

    const maps = () => `/api/v1/namespaces/${api.namespace}/configmaps`;
    const ask = async (method: string, path: string, body?: unknown, type = json): Promise<Answer> => {
      const response = await fetch(`${api.url}${path}`, {
        method,
        headers: { Accept: json, 'Content-Type': type },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.startsWith(json) ?? false;
      return { status: response.status, text, body: isJson ? JSON.parse(text) : undefined };
    };
    const create = async (name: string, labels: Record<string, string> = {}, data: Record<string, string> = {}) => {
      const answer = await ask('POST', maps(), {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, labels },
        data,
      });
      expectWithNote(answer.status, answer.text).toBe(201);
      return answer.body;
    };
    const patch = (name: string, body: unknown, type = mergePatch, query = '') =>
      ask('PATCH', `${maps()}/${name}${query}`, body, type);
    const refused = (answer: Answer, status: number, reason: string, message: RegExp) => {
      expectWithNote(answer.status, answer.text).toBe(status);
      expect(stringAt(answer.body, 'kind')).toBe('Status');
      expect(stringAt(answer.body, 'status')).toBe('Failure');
      expect(numberAt(answer.body, 'code')).toBe(status);
      expect(stringAt(answer.body, 'reason')).toBe(reason);
      expect(stringAt(answer.body, 'message') ?? '').toMatch(message);
    };

    it('gives what was created, with an identity and a version', async () => {
      const created = await create('created', { team: 'a' }, { colour: 'blue' });
      const { status, body } = await ask('GET', `${maps()}/created`);
      expect(status).toBe(200);
      expect(body).toStrictEqual(created);
      expect(stringAt(body, 'kind')).toBe('ConfigMap');
      expect(stringAt(body, 'metadata', 'resourceVersion') ?? '').toMatch(/^\d+$/);
      expect(stringAt(body, 'metadata', 'uid') ?? '').toMatch(/^[0-9a-f-]{36}$/);
      expect(stringAt(body, 'metadata', 'creationTimestamp') ?? '').toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(stringAt(body, 'metadata', 'namespace')).toBe(api.namespace);
    });

    it('refuses what is there already, what is not there, and kinds that it does not know', async () => {
      await create('taken');
      const again = await ask('POST', maps(), { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'taken' } });
      refused(again, 409, 'AlreadyExists', /^configmaps "taken" already exists$/);
      refused(await ask('GET', `${maps()}/absent`), 404, 'NotFound', /^configmaps "absent" not found$/);
      refused(await patch('absent', {}), 404, 'NotFound', /^configmaps "absent" not found$/);
      expect((await ask('GET', `/apis/no.such.group/v1/namespaces/${api.namespace}/things`)).status).toBe(404);
      expect((await ask('GET', `/api/v1/namespaces/${api.namespace}/nosuchthings`)).status).toBe(404);
    });

    it('refuses what is not valid, misplaced or of another kind', async () => {
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
      const post = (body: unknown, path = deployments) => ask('POST', path, body);
      refused(
        await post(deployment('Valid')),
        422,
        'Invalid',
        /^Deployment\.apps "Valid" is invalid: metadata\.name: /,
      );
      refused(await post(deployment('valid', 'other')), 422, 'Invalid', /`selector` does not match template `labels`$/);
      refused(await post({ ...deployment('valid'), kind: 'StatefulSet' }), 400, 'BadRequest', /cannot be handled as a/);
      const elsewhere = { ...deployment('valid'), metadata: { name: 'valid', namespace: 'elsewhere' } };
      refused(await post(elsewhere), 400, 'BadRequest', /does not match the namespace sent on the request$/);
      const nowhere = await post(deployment('valid'), '/apis/apps/v1/namespaces/nowhere/deployments');
      refused(nowhere, 404, 'NotFound', /^namespaces "nowhere" not found$/);
      refused(await post(deployment('valid'), '/apis/apps/v1/deployments'), 405, 'MethodNotAllowed', /does not allow/);
      expect((await post(deployment('valid'))).status).toBe(201);
      const change = (body: unknown) => ask('PATCH', `${deployments}/valid`, body, mergePatch);
      refused(await change({ metadata: { name: 'other' } }), 400, 'BadRequest', /does not match the name on the URL/);
      refused(await change({ metadata: { uid: 'other' } }), 422, 'Invalid', /metadata\.uid: .*field is immutable$/);
      refused(await ask('GET', `${deployments}?resourceVersion=abc`), 400, 'BadRequest', /invalid resource version/);
      const gone = await ask('DELETE', `${deployments}/valid`);
      expect([gone.status, stringAt(gone.body, 'status')]).toStrictEqual([200, 'Success']);
    });

    it('lists what labels and fields select', async () => {
      await create('red', { 'list-test': 'red' });
      await create('green', { 'list-test': 'green' });
      const names = async (query: string) => {
        const { status, body } = await ask('GET', `${maps()}?${query}`);
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
      const wrong = await ask('GET', `${maps()}?fieldSelector=data.colour%3Dred`);
      expectWithNote(wrong.status, wrong.text).toBe(400);
      expect((await ask('GET', `${maps()}?labelSelector=a%3D%3D%3Db`)).status).toBe(400);
    });

    it('lists page by page', async () => {
      for (const page of ['a', 'b', 'c']) await create(`page-${page}`, { paged: 'yes' });
      const first = await ask('GET', `${maps()}?labelSelector=paged&limit=2`);
      const token = stringAt(first.body, 'metadata', 'continue') ?? '';
      expect(token).not.toBe('');
      expect(listAt(first.body, 'items').length).toBe(2);
      const second = await ask('GET', `${maps()}?labelSelector=paged&limit=2&continue=${encodeURIComponent(token)}`);
      expect(listAt(second.body, 'items').map((item) => stringAt(item, 'metadata', 'name'))).toStrictEqual(['page-c']);
      expect(stringAt(second.body, 'metadata', 'continue') ?? '').toBe('');
      expect(stringAt(second.body, 'metadata', 'resourceVersion')).toBe(
        stringAt(first.body, 'metadata', 'resourceVersion'),
      );
      expect((await ask('GET', `${maps()}?limit=2&continue=nonsense`)).status).toBe(400);
    });

    it('tells a watch what happened after a version, in order', async () => {
      const { body } = await ask('GET', maps());
      const version = stringAt(body, 'metadata', 'resourceVersion') ?? '';
      const events = watch(`${maps()}?watch=true&resourceVersion=${version}&labelSelector=watched%3Dyes`);
      await create('watched', { watched: 'yes' }, { step: '1' });
      await create('unwatched', { watched: 'no' });
      await patch('watched', { data: { step: '2' } });
      await patch('watched', { metadata: { labels: { watched: 'no' } } });
      await patch('watched', { metadata: { labels: { watched: 'yes' } } });
      await ask('DELETE', `${maps()}/watched`);
      const seen = await events.take(5);
      expect(
        seen.map((event) => [stringAt(event, 'type'), stringAt(event, 'object', 'metadata', 'name')]),
      ).toStrictEqual([
        ['ADDED', 'watched'],
        ['MODIFIED', 'watched'],
        // It left the selection, and came back: to this watch that is its end and its beginning.
        ['DELETED', 'watched'],
        ['ADDED', 'watched'],
        ['DELETED', 'watched'],
      ]);
      expect(stringAt(seen[1], 'object', 'data', 'step')).toBe('2');
      expect(stringAt(seen[1], 'object', 'kind')).toBe('ConfigMap');
      const versions = seen.map((event) => Number(stringAt(event, 'object', 'metadata', 'resourceVersion')));
      expect(versions).toStrictEqual(versions.toSorted((a, b) => a - b));
      await events.stop();
    });

    it('begins a watch without a version with all that is there', async () => {
      await create('present', { present: 'yes' });
      const events = watch(`${maps()}?watch=true&labelSelector=present`);
      const [event] = await events.take(1);
      expect(stringAt(event, 'type')).toBe('ADDED');
      expect(stringAt(event, 'object', 'metadata', 'name')).toBe('present');
      await events.stop();
    });

    it('begins a watch with all that is there where that is asked for, and marks where that ends', async () => {
      await create('streamed', { streamed: 'yes' });
      const query = 'watch=true&sendInitialEvents=true&allowWatchBookmarks=true&labelSelector=streamed';
      const events = watch(`${maps()}?${query}&resourceVersionMatch=NotOlderThan`);
      const [added] = await events.take(1);
      if (stringAt(added, 'type') === 'ERROR') {
        // Over an etcd that is too old for it the server says so.
        expect(stringAt(added, 'object', 'message') ?? '').toMatch(/required storage feature \w+ is disabled/);
        await events.stop();
        return;
      }
      const [mark] = await events.take(1);
      expect(stringAt(added, 'object', 'metadata', 'name')).toBe('streamed');
      expect(stringAt(mark, 'type')).toBe('BOOKMARK');
      expect(stringAt(mark, 'object', 'metadata', 'annotations', 'k8s.io/initial-events-end')).toBe('true');
      await events.stop();
      refused(
        await ask('GET', `${maps()}?${query}`),
        422,
        'Invalid',
        /sendInitialEvents requires setting resourceVersionMatch/,
      );
    });

    it('shows no more than the metadata to who asks for that', async () => {
      await create('thin', { thin: 'yes' }, { secret: 'x' });
      const partial = async (as: string, query: string) => {
        const headers = { Accept: `application/json;as=${as};g=meta.k8s.io;v=v1` };
        return fetch(`${api.url}${maps()}?labelSelector=thin${query}`, { headers });
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

    it('tells what the asker may do in a namespace, in one answer', async () => {
      const apiVersion = 'authorization.k8s.io/v1';
      const { status, body } = await ask('POST', `/apis/${apiVersion}/selfsubjectrulesreviews`, {
        apiVersion,
        kind: 'SelfSubjectRulesReview',
        spec: { namespace: api.namespace },
      });
      expect(status).toBe(201);
      const [rule] = listAt(body, 'status', 'resourceRules').filter((each) => listAt(each, 'verbs').includes('*'));
      expect([listAt(rule, 'apiGroups'), listAt(rule, 'resources')]).toStrictEqual([['*'], ['*']]);
    });

    it('marks how far a watch has come before it ends it in time', async () => {
      const { body } = await ask('GET', maps());
      const version = stringAt(body, 'metadata', 'resourceVersion') ?? '';
      const query = `watch=true&allowWatchBookmarks=true&timeoutSeconds=5&labelSelector=none&resourceVersion=${version}`;
      const watching = watch(`${maps()}?${query}`);
      await watching.begun();
      const events = watching.rest();
      // Outside the selection: only a mark can tell that the world went on.
      const passed = Number(stringAt(await create('passing-by'), 'metadata', 'resourceVersion'));
      const last = (await events).at(-1);
      expect(stringAt(last, 'type')).toBe('BOOKMARK');
      expect(stringAt(last, 'object', 'kind')).toBe('ConfigMap');
      expect(Number(stringAt(last, 'object', 'metadata', 'resourceVersion'))).toBeGreaterThanOrEqual(passed);
      expect(at(last, 'object', 'data')).toBeUndefined();
    });

    it('ends a watch from a version that is too old with an error that says so', async () => {
      const { path, resourceVersion } = api.tooOld;
      const [event] = await watch(`${path}?watch=true&resourceVersion=${resourceVersion}`).take(1);
      expect(stringAt(event, 'type')).toBe('ERROR');
      expect(stringAt(event, 'object', 'kind')).toBe('Status');
      expect(numberAt(event, 'object', 'code')).toBe(410);
      expect(stringAt(event, 'object', 'reason')).toBe('Expired');
      expect(stringAt(event, 'object', 'message') ?? '').toMatch(/^too old resource version: /);
    });

    it('patches in the ways that there are', async () => {
      await create('patched', { a: '1' }, { x: '1', y: '1' });
      const merged = await patch('patched', { data: { x: '2', y: null } });
      expect(objectAt(merged.body, 'data')).toStrictEqual({ x: '2' });
      const byJson = await patch(
        'patched',
        [{ op: 'add', path: '/data/z', value: '3' }],
        'application/json-patch+json',
      );
      expect(objectAt(byJson.body, 'data')).toStrictEqual({ x: '2', z: '3' });
      const failing = [{ op: 'test', path: '/data/x', value: 'other' }];
      expect((await patch('patched', failing, 'application/json-patch+json')).status).toBe(422);
      refused(await patch('patched', {}, 'application/yaml'), 415, 'UnsupportedMediaType', /Unsupported Media Type/);
      refused(
        await patch('patched', { metadata: { resourceVersion: '1' } }),
        409,
        'Conflict',
        /the object has been modified; please apply your changes to the latest version/,
      );
    });

    it('merges lists by their keys in a strategic patch', async () => {
      const deployments = `/apis/apps/v1/namespaces/${api.namespace}/deployments`;
      const container = (name: string) => ({ name, image: `example.invalid/${name}:1` });
      const labels = { app: 'strategic' };
      const { status, text } = await ask('POST', deployments, {
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
      const { body } = await ask('PATCH', `${deployments}/strategic`, change, type);
      expect(
        listAt(body, 'spec', 'template', 'spec', 'containers')
          .map((one) => stringAt(one, 'image'))
          .sort(),
      ).toStrictEqual(['example.invalid/app:1', 'example.invalid/side:2']);
    });

    it('gives the end of a log', async () => {
      const log = `/api/v1/namespaces/${api.namespace}/pods/${api.talkative}/log`;
      expect((await ask('GET', `${log}?container=app&tailLines=2`)).text).toBe('two\nthree\n');
      expect((await ask('GET', `${log}?container=app`)).text).toBe('one\ntwo\nthree\n');
      const wrong = await ask('GET', `${log}?container=nobody`);
      refused(wrong, 400, 'BadRequest', /container nobody is not valid for pod /);
      const before = await ask('GET', `${log}?container=app&previous=true`);
      refused(before, 400, 'BadRequest', /previous terminated container "app" in pod ".*" not found/);
    });

    it('tells what it serves', async () => {
      const { body } = await ask('GET', '/apis/apps/v1');
      expect(stringAt(body, 'kind')).toBe('APIResourceList');
      const resource = listAt(body, 'resources').find((one) => stringAt(one, 'name') === 'deployments');
      expect(stringAt(resource, 'kind')).toBe('Deployment');
      expect(at(resource, 'namespaced')).toBe(true);
      expect(listAt(resource, 'verbs')).toContain('watch');
      const groups = await ask('GET', '/apis');
      expect(listAt(groups.body, 'groups').some((group) => stringAt(group, 'name') === 'apps')).toBeTruthy();
      expect(stringAt((await ask('GET', '/version')).body, 'gitVersion') ?? '').toMatch(/^v\d+\.\d+/);
    });

    it('says what the asker may do', async () => {
      const attributes = { namespace: api.namespace, verb: 'list', resource: 'pods' };
      const { status, body } = await ask('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: attributes },
      });
      expect(status).toBe(201);
      expect(at(body, 'status', 'allowed')).toBe(true);
    });

    /** A watch that runs from now on; its events are taken as they come. */
    function watch(path: string) {
      const controller = new AbortController();
      const response = fetch(`${api.url}${path}`, { signal: controller.signal });
      const events = lines(response);
      return {
        /** Resolves when the server has begun: what happens from now on is seen. */
        async begun(): Promise<void> {
          await response;
        },
        async take(count: number): Promise<unknown[]> {
          const taken: unknown[] = [];
          while (taken.length < count) {
            const { value, done } = await events.next();
            if (done) throw new Error(`the watch ended after ${JSON.stringify(taken)}`);
            taken.push(value);
          }
          return taken;
        },
        async rest(): Promise<unknown[]> {
          const all: unknown[] = [];
          for await (const event of events) all.push(event);
          return all;
        },
        async stop(): Promise<void> {
          controller.abort();
          await events.next().catch(() => {});
        },
      };
    }
  });
}

async function* lines(answer: Promise<Response>): AsyncGenerator<unknown> {
  const response = await answer;
  expectWithNote(response.status, response.status === 200 ? '' : await response.text()).toBe(200);
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body ?? []) {
    const parts = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) yield JSON.parse(part);
  }
}
