import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at, listAt, numberAt, objectAt, stringAt } from '../../../src/json/json.ts';

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
    before(async () => {
      api = await start();
    });
    after(() => api.close());

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
      assert.equal(answer.status, 201, answer.text);
      return answer.body;
    };
    const patch = (name: string, body: unknown, type = mergePatch, query = '') =>
      ask('PATCH', `${maps()}/${name}${query}`, body, type);
    const refused = (answer: Answer, status: number, reason: string, message: RegExp) => {
      assert.equal(answer.status, status, answer.text);
      assert.equal(stringAt(answer.body, 'kind'), 'Status');
      assert.equal(stringAt(answer.body, 'status'), 'Failure');
      assert.equal(numberAt(answer.body, 'code'), status);
      assert.equal(stringAt(answer.body, 'reason'), reason);
      assert.match(stringAt(answer.body, 'message') ?? '', message);
    };

    it('gives what was created, with an identity and a version', async () => {
      const created = await create('created', { team: 'a' }, { colour: 'blue' });
      const { status, body } = await ask('GET', `${maps()}/created`);
      assert.equal(status, 200);
      assert.deepEqual(body, created);
      assert.equal(stringAt(body, 'kind'), 'ConfigMap');
      assert.match(stringAt(body, 'metadata', 'resourceVersion') ?? '', /^\d+$/);
      assert.match(stringAt(body, 'metadata', 'uid') ?? '', /^[0-9a-f-]{36}$/);
      assert.match(stringAt(body, 'metadata', 'creationTimestamp') ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      assert.equal(stringAt(body, 'metadata', 'namespace'), api.namespace);
    });

    it('refuses what is there already, what is not there, and kinds that it does not know', async () => {
      await create('taken');
      const again = await ask('POST', maps(), { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'taken' } });
      refused(again, 409, 'AlreadyExists', /^configmaps "taken" already exists$/);
      refused(await ask('GET', `${maps()}/absent`), 404, 'NotFound', /^configmaps "absent" not found$/);
      refused(await patch('absent', {}), 404, 'NotFound', /^configmaps "absent" not found$/);
      assert.equal((await ask('GET', `/apis/no.such.group/v1/namespaces/${api.namespace}/things`)).status, 404);
      assert.equal((await ask('GET', `/api/v1/namespaces/${api.namespace}/nosuchthings`)).status, 404);
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
      assert.equal((await post(deployment('valid'))).status, 201);
      const change = (body: unknown) => ask('PATCH', `${deployments}/valid`, body, mergePatch);
      refused(await change({ metadata: { name: 'other' } }), 400, 'BadRequest', /does not match the name on the URL/);
      refused(await change({ metadata: { uid: 'other' } }), 422, 'Invalid', /metadata\.uid: .*field is immutable$/);
      refused(await ask('GET', `${deployments}?resourceVersion=abc`), 400, 'BadRequest', /invalid resource version/);
      const gone = await ask('DELETE', `${deployments}/valid`);
      assert.deepEqual([gone.status, stringAt(gone.body, 'status')], [200, 'Success']);
    });

    it('lists what labels and fields select', async () => {
      await create('red', { 'list-test': 'red' });
      await create('green', { 'list-test': 'green' });
      const names = async (query: string) => {
        const { status, body } = await ask('GET', `${maps()}?${query}`);
        assert.equal(status, 200);
        assert.equal(stringAt(body, 'kind'), 'ConfigMapList');
        assert.match(stringAt(body, 'metadata', 'resourceVersion') ?? '', /^\d+$/);
        return listAt(body, 'items').map((item) => stringAt(item, 'metadata', 'name'));
      };
      assert.deepEqual(await names('labelSelector=list-test'), ['green', 'red']);
      assert.deepEqual(await names('labelSelector=list-test%3Dred'), ['red']);
      assert.deepEqual(await names('labelSelector=list-test%21%3Dred%2Clist-test'), ['green']);
      assert.deepEqual(await names('labelSelector=list-test%20in%20(red%2Cblue)'), ['red']);
      assert.deepEqual(await names('labelSelector=list-test%20notin%20(red)%2Clist-test'), ['green']);
      assert.deepEqual(await names('fieldSelector=metadata.name%3Dgreen'), ['green']);
      assert.deepEqual(await names('labelSelector=list-test%3Dnone'), []);
      const wrong = await ask('GET', `${maps()}?fieldSelector=data.colour%3Dred`);
      assert.equal(wrong.status, 400, wrong.text);
      assert.equal((await ask('GET', `${maps()}?labelSelector=a%3D%3D%3Db`)).status, 400);
    });

    it('lists page by page', async () => {
      for (const page of ['a', 'b', 'c']) await create(`page-${page}`, { paged: 'yes' });
      const first = await ask('GET', `${maps()}?labelSelector=paged&limit=2`);
      const token = stringAt(first.body, 'metadata', 'continue') ?? '';
      assert.notEqual(token, '');
      assert.equal(listAt(first.body, 'items').length, 2);
      const second = await ask('GET', `${maps()}?labelSelector=paged&limit=2&continue=${encodeURIComponent(token)}`);
      assert.deepEqual(
        listAt(second.body, 'items').map((item) => stringAt(item, 'metadata', 'name')),
        ['page-c'],
      );
      assert.equal(stringAt(second.body, 'metadata', 'continue') ?? '', '');
      assert.equal(
        stringAt(second.body, 'metadata', 'resourceVersion'),
        stringAt(first.body, 'metadata', 'resourceVersion'),
      );
      assert.equal((await ask('GET', `${maps()}?limit=2&continue=nonsense`)).status, 400);
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
      assert.deepEqual(
        seen.map((event) => [stringAt(event, 'type'), stringAt(event, 'object', 'metadata', 'name')]),
        [
          ['ADDED', 'watched'],
          ['MODIFIED', 'watched'],
          // It left the selection, and came back: to this watch that is its end and its beginning.
          ['DELETED', 'watched'],
          ['ADDED', 'watched'],
          ['DELETED', 'watched'],
        ],
      );
      assert.equal(stringAt(seen[1], 'object', 'data', 'step'), '2');
      assert.equal(stringAt(seen[1], 'object', 'kind'), 'ConfigMap');
      const versions = seen.map((event) => Number(stringAt(event, 'object', 'metadata', 'resourceVersion')));
      assert.deepEqual(
        versions,
        versions.toSorted((a, b) => a - b),
      );
      await events.stop();
    });

    it('begins a watch without a version with all that is there', async () => {
      await create('present', { present: 'yes' });
      const events = watch(`${maps()}?watch=true&labelSelector=present`);
      const [event] = await events.take(1);
      assert.equal(stringAt(event, 'type'), 'ADDED');
      assert.equal(stringAt(event, 'object', 'metadata', 'name'), 'present');
      await events.stop();
    });

    it('begins a watch with all that is there where that is asked for, and marks where that ends', async () => {
      await create('streamed', { streamed: 'yes' });
      const query = 'watch=true&sendInitialEvents=true&allowWatchBookmarks=true&labelSelector=streamed';
      const events = watch(`${maps()}?${query}&resourceVersionMatch=NotOlderThan`);
      const [added] = await events.take(1);
      if (stringAt(added, 'type') === 'ERROR') {
        // Over an etcd that is too old for it the server says so.
        assert.match(stringAt(added, 'object', 'message') ?? '', /required storage feature \w+ is disabled/);
        await events.stop();
        return;
      }
      const [mark] = await events.take(1);
      assert.equal(stringAt(added, 'object', 'metadata', 'name'), 'streamed');
      assert.equal(stringAt(mark, 'type'), 'BOOKMARK');
      assert.equal(stringAt(mark, 'object', 'metadata', 'annotations', 'k8s.io/initial-events-end'), 'true');
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
      assert.equal(stringAt(item, 'metadata', 'labels', 'thin'), 'yes');
      assert.equal(at(item, 'data'), undefined);
      const watched = await (await partial('PartialObjectMetadata', '&watch=true&timeoutSeconds=1')).text();
      const event: unknown = JSON.parse(watched.split('\n')[0] ?? '');
      assert.equal(stringAt(event, 'object', 'kind'), 'PartialObjectMetadata');
      assert.equal(at(event, 'object', 'data'), undefined);
    });

    it('tells what the asker may do in a namespace, in one answer', async () => {
      const apiVersion = 'authorization.k8s.io/v1';
      const { status, body } = await ask('POST', `/apis/${apiVersion}/selfsubjectrulesreviews`, {
        apiVersion,
        kind: 'SelfSubjectRulesReview',
        spec: { namespace: api.namespace },
      });
      assert.equal(status, 201);
      const [rule] = listAt(body, 'status', 'resourceRules').filter((each) => listAt(each, 'verbs').includes('*'));
      assert.deepEqual([listAt(rule, 'apiGroups'), listAt(rule, 'resources')], [['*'], ['*']]);
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
      assert.equal(stringAt(last, 'type'), 'BOOKMARK');
      assert.equal(stringAt(last, 'object', 'kind'), 'ConfigMap');
      assert.ok(Number(stringAt(last, 'object', 'metadata', 'resourceVersion')) >= passed);
      assert.equal(at(last, 'object', 'data'), undefined);
    });

    it('ends a watch from a version that is too old with an error that says so', async () => {
      const { path, resourceVersion } = api.tooOld;
      const [event] = await watch(`${path}?watch=true&resourceVersion=${resourceVersion}`).take(1);
      assert.equal(stringAt(event, 'type'), 'ERROR');
      assert.equal(stringAt(event, 'object', 'kind'), 'Status');
      assert.equal(numberAt(event, 'object', 'code'), 410);
      assert.equal(stringAt(event, 'object', 'reason'), 'Expired');
      assert.match(stringAt(event, 'object', 'message') ?? '', /^too old resource version: /);
    });

    it('patches in the ways that there are', async () => {
      await create('patched', { a: '1' }, { x: '1', y: '1' });
      const merged = await patch('patched', { data: { x: '2', y: null } });
      assert.deepEqual(objectAt(merged.body, 'data'), { x: '2' });
      const byJson = await patch(
        'patched',
        [{ op: 'add', path: '/data/z', value: '3' }],
        'application/json-patch+json',
      );
      assert.deepEqual(objectAt(byJson.body, 'data'), { x: '2', z: '3' });
      const failing = [{ op: 'test', path: '/data/x', value: 'other' }];
      assert.equal((await patch('patched', failing, 'application/json-patch+json')).status, 422);
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
      assert.equal(status, 201, text);
      const change = {
        spec: { template: { spec: { containers: [{ name: 'side', image: 'example.invalid/side:2' }] } } },
      };
      const type = 'application/strategic-merge-patch+json';
      const { body } = await ask('PATCH', `${deployments}/strategic`, change, type);
      assert.deepEqual(
        listAt(body, 'spec', 'template', 'spec', 'containers')
          .map((one) => stringAt(one, 'image'))
          .sort(),
        ['example.invalid/app:1', 'example.invalid/side:2'],
      );
    });

    it('gives the end of a log', async () => {
      const log = `/api/v1/namespaces/${api.namespace}/pods/${api.talkative}/log`;
      assert.equal((await ask('GET', `${log}?container=app&tailLines=2`)).text, 'two\nthree\n');
      assert.equal((await ask('GET', `${log}?container=app`)).text, 'one\ntwo\nthree\n');
      const wrong = await ask('GET', `${log}?container=nobody`);
      refused(wrong, 400, 'BadRequest', /container nobody is not valid for pod /);
      const before = await ask('GET', `${log}?container=app&previous=true`);
      refused(before, 400, 'BadRequest', /previous terminated container "app" in pod ".*" not found/);
    });

    it('tells what it serves', async () => {
      const { body } = await ask('GET', '/apis/apps/v1');
      assert.equal(stringAt(body, 'kind'), 'APIResourceList');
      const resource = listAt(body, 'resources').find((one) => stringAt(one, 'name') === 'deployments');
      assert.equal(stringAt(resource, 'kind'), 'Deployment');
      assert.equal(at(resource, 'namespaced'), true);
      assert.ok(listAt(resource, 'verbs').includes('watch'));
      const groups = await ask('GET', '/apis');
      assert.ok(listAt(groups.body, 'groups').some((group) => stringAt(group, 'name') === 'apps'));
      assert.match(stringAt((await ask('GET', '/version')).body, 'gitVersion') ?? '', /^v\d+\.\d+/);
    });

    it('says what the asker may do', async () => {
      const attributes = { namespace: api.namespace, verb: 'list', resource: 'pods' };
      const { status, body } = await ask('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: attributes },
      });
      assert.equal(status, 201);
      assert.equal(at(body, 'status', 'allowed'), true);
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
  assert.equal(response.status, 200, response.status === 200 ? '' : await response.text());
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body ?? []) {
    const parts = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) yield JSON.parse(part);
  }
}
