import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect as dial, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KubernetesClient } from '../../../src/kubernetes/api/client.ts';
import { explain } from '../../../src/kubernetes/api/explain.ts';
import { wellKnown } from '../../../src/kubernetes/objects/well-known.ts';
import { BriskClock } from '../../fakes/brisk-clock.ts';
import * as client from '../../fakes/kubernetes/client-certificate.ts';
import { FakeKubernetes, type KubernetesOptions } from '../../fakes/kubernetes/server.ts';
import { listenOnLoopback } from '../../fakes/loopback.ts';
import * as server from '../../fakes/registry/certificate.ts';
import { invariant } from '../../jest-support.ts';
import { type ConnectOptions, connect } from '../connect.ts';

/** How a client authenticates and connects to an API server. */

const closers: (() => unknown)[] = [];
let folder: string;
let clock: BriskClock;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'login-'));
  clock = new BriskClock();
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await rm(folder, { recursive: true });
});

async function start(options: KubernetesOptions = {}): Promise<FakeKubernetes> {
  const fake = await FakeKubernetes.start(options);
  closers.push(() => fake.stop());
  return fake;
}

async function connectClient(options: ConnectOptions): Promise<KubernetesClient> {
  const connected = await connect({ clock, cwd: folder, ...options });
  closers.push(connected.close);
  return connected.client;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

function config(fake: FakeKubernetes, user: object, cluster: object = {}): string {
  return JSON.stringify({
    'current-context': 'c',
    clusters: [{ name: 'c', cluster: { server: fake.url, ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
  });
}

const pods = { type: wellKnown.pods, namespace: 'staging' };
const trusted = { 'certificate-authority-data': base64(server.cert) };

/** The user that the server sees. A refusal contains it. */
async function whoAmI(fake: FakeKubernetes, connectedClient: KubernetesClient): Promise<string | undefined> {
  fake.deny({ resource: 'pods', namespace: 'whoami' });
  const message = await connectedClient.list({ ...pods, namespace: 'whoami' }).then(
    () => '',
    (thrown: unknown) => String(thrown),
  );
  return /User "([^"]+)"/.exec(message)?.[1];
}

describe('a client certificate', () => {
  const tls = { ...server, clientCa: client.cert };

  it('authenticates, as data or as files next to the kubeconfig', async () => {
    const fake = await start({ token: 'nobody-has-it', tls });
    const data = { 'client-certificate-data': base64(client.cert), 'client-key-data': base64(client.key) };
    expect(await whoAmI(fake, await connectClient({ kubeconfig: config(fake, data, trusted) }))).toBe('deployer');

    await writeFile(join(folder, 'me.crt'), client.cert);
    await writeFile(join(folder, 'me.key'), client.key);
    await writeFile(join(folder, 'ca.crt'), server.cert);
    const files = { 'client-certificate': 'me.crt', 'client-key': 'me.key' };
    await writeFile(join(folder, 'config'), config(fake, files, { 'certificate-authority': 'ca.crt' }));
    const connectedClient = await connectClient({ kubeconfig: join(folder, 'config'), cwd: '/nowhere' });
    expect(await whoAmI(fake, connectedClient)).toBe('deployer');
  });

  it('can come from an exec plugin', async () => {
    const fake = await start({ token: 'nobody-has-it', tls });
    await writeFile(join(folder, 'me.json'), JSON.stringify({ cert: client.cert, key: client.key }));
    const script =
      "const { cert, key } = require('./me.json'); console.log(JSON.stringify({ status: { clientCertificateData: cert, clientKeyData: key } }))";
    expect(await whoAmI(fake, await connectClient({ kubeconfig: config(fake, plugin(script), trusted) }))).toBe(
      'deployer',
    );
  });
});

describe('a token', () => {
  it('is sent with every request; without one the user is anonymous', async () => {
    const fake = await start({ token: 'good-token' });
    const known = await connectClient({ kubeconfig: fake.kubeconfig });
    expect(await whoAmI(fake, known)).toBe('system:serviceaccount:ci:deployer');
    const unknown = await connectClient({ kubeconfig: config(fake, {}) });
    expect(await whoAmI(fake, unknown)).toBe('system:anonymous');
  });

  it('from an exec plugin is renewed after a 401', async () => {
    const fake = await start({ token: 'token-1' });
    const script = `
      const fs = require('node:fs');
      fs.appendFileSync('runs', 'x');
      console.log(JSON.stringify({ status: { token: 'token-' + fs.readFileSync('runs', 'utf8').length } }))`;
    const connectedClient = await connectClient({ kubeconfig: config(fake, plugin(script)) });
    await connectedClient.list(pods);
    await connectedClient.list(pods);
    expect(await readFile(join(folder, 'runs'), 'utf8')).toBe('x');
    fake.token = 'token-2';
    await connectedClient.list(pods);
    expect(await readFile(join(folder, 'runs'), 'utf8')).toBe('xx');
    expect(connectedClient.traffic.requests).toBe(4);
  });

  it('from an exec plugin is renewed only once per request', async () => {
    const fake = await start({ token: 'something-else' });
    const script =
      "require('node:fs').appendFileSync('runs', 'x'); console.log(JSON.stringify({ status: { token: 'stale' } }))";
    const connectedClient = await connectClient({ kubeconfig: config(fake, plugin(script)) });
    await expect(connectedClient.list(pods)).rejects.toMatchObject({ status: 401 });
    expect(await readFile(join(folder, 'runs'), 'utf8')).toBe('xx');
  });
});

describe("a pod's service account", () => {
  it('authenticates with the mounted CA and token', async () => {
    const fake = await start({ token: 'mounted-token', tls: server });
    for (const [name, text] of [
      ['token', 'mounted-token\n'],
      ['ca.crt', server.cert],
      ['namespace', 'runners'],
    ] as const)
      await writeFile(join(folder, name), text);
    const env = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: new URL(fake.url).port };
    const connectedClient = await connectClient({ env, serviceAccountFolder: folder });
    expect((await connectedClient.list(pods)).items).toStrictEqual([]);
    expect(connectedClient.connection.namespace).toBe('runners');
  });
});

describe('several files in KUBECONFIG', () => {
  it('are merged, and missing ones are skipped as in kubectl', async () => {
    const fake = await start({ token: 'good-token' });
    const [clusters, users] = [join(folder, 'clusters'), join(folder, 'users')];
    const whole: unknown = JSON.parse(config(fake, { token: 'good-token' }));
    invariant(typeof whole === 'object' && whole !== null && 'users' in whole);
    await writeFile(clusters, JSON.stringify({ ...whole, users: [] }));
    await writeFile(users, JSON.stringify({ users: whole.users }));
    const env = { KUBECONFIG: [join(folder, 'missing'), clusters, users].join(delimiter) };
    expect((await (await connectClient({ env })).list(pods)).items).toStrictEqual([]);
  });

  it('are an error if all of them are missing', async () => {
    const env = { KUBECONFIG: [join(folder, 'missing'), join(folder, 'too')].join(delimiter) };
    await expect(connectClient({ env })).rejects.toMatchObject({
      code: 'kubeconfig-unreadable',
      message: expect.stringMatching(/missing/),
    });
  });
});

describe('the connection to the server', () => {
  it("uses the cluster's proxy-url instead of the proxy of the environment", async () => {
    const fake = await start({ token: 'good-token', tls: server });
    const proxy = await startProxy();
    const kubeconfig = config(fake, { token: 'good-token' }, { ...trusted, 'proxy-url': proxy.url });
    const connectedClient = await connectClient({ kubeconfig, env: { HTTPS_PROXY: 'http://127.0.0.1:1' } });
    expect((await connectedClient.list(pods)).items).toStrictEqual([]);
    expect(proxy.targets).toStrictEqual([new URL(fake.url).host]);
  });

  it('uses the proxy of the environment, except for hosts in NO_PROXY', async () => {
    const fake = await start({ token: 'good-token', tls: server });
    const proxy = await startProxy();
    const kubeconfig = config(fake, { token: 'good-token' }, trusted);
    const proxied = await connectClient({ kubeconfig, env: { HTTPS_PROXY: proxy.url } });
    await proxied.list(pods);
    expect(proxy.targets.length).toBe(1);
    const direct = await connectClient({ kubeconfig, env: { HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.1' } });
    await direct.list(pods);
    expect(proxy.targets.length).toBe(1);
  });

  it('checks the certificate against tls-server-name', async () => {
    const fake = await start({ tls: server });
    const named = (name: string) =>
      connectClient({ kubeconfig: config(fake, {}, { ...trusted, 'tls-server-name': name }) });
    expect((await (await named('localhost')).list(pods)).items).toStrictEqual([]);
    const wrong = await named('kubernetes.example');
    const thrown = await wrong.list(pods).catch((error: unknown) => explain(error, 'list pods', wrong.connection));
    invariant(thrown instanceof Error);
    expect(thrown.message).toMatch(/certificate .* is not trusted/);
  });

  it('that fails is reported with the address and the context', async () => {
    const fake = await start();
    const kubeconfig = fake.kubeconfig;
    await fake.stop();
    const connectedClient = await connectClient({ kubeconfig });
    const thrown = await connectedClient
      .list(pods)
      .catch((error: unknown) => explain(error, 'list pods', connectedClient.connection));
    invariant(thrown instanceof Error);
    expect(thrown.message).toMatch(/API server 127\.0\.0\.1:\d+ \(context double\) does not answer: .*ECONNREFUSED/);
    await fake.restart();
  });
});

function plugin(script: string): object {
  return { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: ['-e', script] } };
}

/** A proxy that tunnels (CONNECT) and records the targets. */
async function startProxy() {
  const targets: string[] = [];
  const sockets = new Set<Socket>();
  const proxy = createServer((_, response) => response.writeHead(405).end());
  proxy.on('connect', (request, socket, head) => {
    const [host, port] = (request.url ?? '').split(':');
    targets.push(request.url ?? '');
    const tunnel = dial(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      tunnel.write(head);
      tunnel.pipe(socket);
      socket.pipe(tunnel);
    });
    sockets.add(tunnel);
    tunnel.on('error', () => socket.destroy());
    socket.on('error', () => tunnel.destroy());
  });
  const url = `http://127.0.0.1:${await listenOnLoopback(proxy)}`;
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    proxy.closeAllConnections();
    proxy.close();
  });
  return { url, targets };
}
