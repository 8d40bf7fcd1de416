import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ActionError } from '../../../src/core/error.ts';
import { ApiError } from '../../../src/kubernetes/api/api-error.ts';
import { createDiscovery } from '../../../src/kubernetes/api/discovery.ts';
import { explain } from '../../../src/kubernetes/api/explain.ts';
import { wellKnown } from '../../../src/kubernetes/objects/well-known.ts';
import { FakeKubernetes, type KubernetesOptions } from '../../fakes/kubernetes/server.ts';
import { cert, key } from '../../fakes/registry/certificate.ts';
import { errorLike, expectWithNote, invariant } from '../../jest-support.ts';
import { connect as open } from '../connect.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function connect(options: KubernetesOptions = {}, rewrite = (kubeconfig: string) => kubeconfig) {
  const fake = await FakeKubernetes.start(options);
  closers.push(() => fake.stop());
  const { client, close } = await open({ kubeconfig: rewrite(fake.kubeconfig) });
  closers.push(close);
  return { fake, client };
}

const settings = (name: string, labels = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'staging', labels },
});
const pods = { type: wellKnown.pods, namespace: 'staging' };

describe('a Kubernetes client', () => {
  it('gets, lists by selector and page by page, and patches', async () => {
    const { fake, client } = await connect({ token: 'good-token' });
    fake.apply(...Array.from({ length: 1201 }, (_, index) => settings(`c-${index}`, { half: String(index % 2) })));
    const type = await createDiscovery(client).byName('cm');
    expect((await client.get(type, 'staging', 'c-7'))?.metadata.name).toBe('c-7');
    expect(await client.get(type, 'staging', 'missing')).toBeUndefined();
    const list = await client.list({ type, namespace: 'staging' });
    expect(new Set(list.items.map(({ metadata }) => metadata.name)).size).toBe(1201);
    expect(list.items[0]?.kind).toBe('ConfigMap');
    expect((await client.list({ type, namespace: 'staging', labelSelector: 'half=1' })).items.length).toBe(600);
    expect((await client.list({ type, namespace: 'staging', fieldSelector: 'metadata.name=c-5' })).items.length).toBe(
      1,
    );
    const target = { namespace: 'staging', name: 'c-7' };
    await client.patch(type, target, [{ op: 'add', path: '/data', value: { a: '1' } }]);
    const patched = await client.patch(type, target, [{ op: 'add', path: '/data/b', value: '2' }]);
    expect(patched['data']).toStrictEqual({ a: '1', b: '2' });
  });

  it('starts a list again if its continue token has expired', async () => {
    const { fake, client } = await connect();
    fake.apply(...Array.from({ length: 600 }, (_, index) => settings(`c-${index}`)));
    fake.faults.inject(/continue=/, {
      kind: 'status',
      status: 410,
      body: '{"kind":"Status","code":410,"reason":"Expired"}',
    });
    const type = await createDiscovery(client).byName('configmaps');
    expect((await client.list({ type, namespace: 'staging' })).items.length).toBe(600);
  });

  it('reviews the permissions of the account', async () => {
    const { fake, client } = await connect();
    fake.deny({ verb: 'watch', resource: 'pods' });
    const access = { group: '', resource: 'pods', namespace: 'staging' };
    expect(await client.allowed({ ...access, verb: 'list' })).toBe(true);
    expect(await client.allowed({ ...access, verb: 'watch' })).toBe(false);
  });

  it('reads the logs of the previous instance of a container', async () => {
    const { fake, client } = await connect();
    fake.apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'shop', namespace: 'staging' },
      spec: { containers: [{ name: 'app', image: 'a' }] },
    });
    fake.setLogs('staging', 'shop', 'app', 'one\ntwo\nthree\n', { previous: true });
    const request = { namespace: 'staging', pod: 'shop', container: 'app', tailLines: 2 };
    expect(await client.logs({ ...request, previous: true })).toBe('two\nthree\n');
  });

  it.each([
    ['an overloaded server', 429, 1],
    ['a failing server', 503, 2],
  ] as const)('repeats a request after an error of %s', async (_what, status, times) => {
    const { fake, client } = await connect();
    fake.faults.inject(/pods/, { kind: 'status', status }, times);
    expect((await client.list(pods)).items).toStrictEqual([]);
    expect(client.traffic.requests).toBe(times + 1);
  });

  it('reads the token file again after a 401', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'token-'));
    closers.push(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'token');
    writeFileSync(file, 'first-token');
    const { fake, client } = await connect({ token: 'first-token' }, (text) =>
      text.replace('token: first-token', `tokenFile: ${file}`),
    );
    await client.list(pods);
    fake.token = 'second-token';
    writeFileSync(file, 'second-token');
    expect((await client.list(pods)).items).toStrictEqual([]);
  });

  it('trusts the CA of the kubeconfig', async () => {
    const ca = `certificate-authority-data: ${Buffer.from(cert).toString('base64')}`;
    const { client } = await connect({ tls: { cert, key } }, (text) =>
      text.replace(/(\n *)server:/, `$1${ca}$1server:`),
    );
    expect((await client.list(pods)).items).toStrictEqual([]);
  });

  it('does not trust a server with an unknown CA, except with insecure-skip-tls-verify', async () => {
    const { client } = await connect({ tls: { cert, key } });
    await expect(client.list(pods)).rejects.toThrow(
      errorLike((thrown) => {
        const explained = explain(thrown, 'list pods', client.connection);
        invariant(explained instanceof ActionError && explained.code === 'kubernetes-certificate', String(explained));
        return true;
      }),
    );
    const insecure = await connect({ tls: { cert, key } }, (text) =>
      text.replace(/(\n *)server:/, '$1insecure-skip-tls-verify: true$1server:'),
    );
    expect((await insecure.client.list(pods)).items).toStrictEqual([]);
  });

  it('reports 403 and 401 with different codes', async () => {
    const { fake, client } = await connect({ token: 'good-token' });
    fake.deny({ resource: 'pods' });
    const listError = () =>
      client.list(pods).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
    const first = await listError();
    invariant(first instanceof ApiError && first.status === 403);
    const explained = explain(first, 'list pods in staging', client.connection);
    invariant(
      explained instanceof ActionError &&
        explained.code === 'kubernetes-forbidden' &&
        /may not list pods in staging/.test(explained.message),
    );
    fake.token = 'another';
    const second = explain(await listError(), 'list pods', client.connection);
    invariant(second instanceof ActionError && second.code === 'kubernetes-unauthorized');
  });
});

describe('discovery', () => {
  it.each([
    ['with aggregated discovery', true],
    ['without aggregated discovery (before 1.27)', false],
  ] as const)('finds a kind by each of its names, %s', async (_server, aggregated) => {
    const { fake, client } = await connect();
    fake.aggregatedDiscovery = aggregated;
    const discovery = createDiscovery(client);
    for (const word of [
      'ks',
      'kustomization',
      'Kustomization',
      'kustomizations',
      'kustomizations.kustomize.toolkit.fluxcd.io',
      'kustomization.v1.kustomize.toolkit.fluxcd.io',
    ]) {
      const { plural, version, namespaced } = await discovery.byName(word);
      expectWithNote([plural, version, namespaced], word).toStrictEqual(['kustomizations', 'v1', true]);
    }
    expect((await discovery.byKind('', 'Node'))?.namespaced).toBe(false);
    expect(await discovery.byKind('example.com', 'Nothing')).toBeUndefined();
  });

  it('sends no request for well-known kinds', async () => {
    const { client } = await connect();
    expect((await createDiscovery(client).byName('sts')).kind).toBe('StatefulSet');
    expect(client.traffic.requests).toBe(0);
  });

  it('suggests the kind with the most similar name', async () => {
    const { client } = await connect();
    await expect(createDiscovery(client).byName('deploymnet')).rejects.toThrow(
      errorLike((thrown) => {
        invariant(thrown instanceof ActionError && thrown.code === 'kind-unknown');
        expect(thrown.remedy).toMatch(/Did you mean "deployment"/);
        return true;
      }),
    );
  });
});
