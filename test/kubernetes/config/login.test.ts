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
import { connect, type World } from '../client.ts';

/** What gets through to an API server, and as whom. */

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
  const double = await FakeKubernetes.start(options);
  closers.push(() => double.stop());
  return double;
}

async function log(world: World): Promise<KubernetesClient> {
  const connected = await connect({ clock, cwd: folder, ...world });
  closers.push(connected.close);
  return connected.client;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

function config(double: FakeKubernetes, user: object, cluster: object = {}): string {
  return JSON.stringify({
    'current-context': 'c',
    clusters: [{ name: 'c', cluster: { server: double.url, ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
  });
}

const pods = { type: wellKnown.pods, namespace: 'staging' };
const trusted = { 'certificate-authority-data': base64(server.cert) };

/** The name by which the server knows the asker: it says so when it refuses. */
async function whoAmI(double: FakeKubernetes, asker: KubernetesClient): Promise<string | undefined> {
  double.deny({ resource: 'pods', namespace: 'whoami' });
  const message = await asker.list({ ...pods, namespace: 'whoami' }).then(
    () => '',
    (thrown: unknown) => String(thrown),
  );
  return /User "([^"]+)"/.exec(message)?.[1];
}

describe('a client certificate', () => {
  const tls = { ...server, clientCa: client.cert };

  it('logs in, as data or as files beside the kubeconfig', async () => {
    const double = await start({ token: 'nobody-has-it', tls });
    const data = { 'client-certificate-data': base64(client.cert), 'client-key-data': base64(client.key) };
    expect(await whoAmI(double, await log({ kubeconfig: config(double, data, trusted) }))).toBe('deployer');

    await writeFile(join(folder, 'me.crt'), client.cert);
    await writeFile(join(folder, 'me.key'), client.key);
    await writeFile(join(folder, 'ca.crt'), server.cert);
    const files = { 'client-certificate': 'me.crt', 'client-key': 'me.key' };
    await writeFile(join(folder, 'config'), config(double, files, { 'certificate-authority': 'ca.crt' }));
    const asker = await log({ kubeconfig: join(folder, 'config'), cwd: '/nowhere' });
    expect(await whoAmI(double, asker)).toBe('deployer');
  });

  it('may come from a program', async () => {
    const double = await start({ token: 'nobody-has-it', tls });
    await writeFile(join(folder, 'me.json'), JSON.stringify({ cert: client.cert, key: client.key }));
    const script =
      "const { cert, key } = require('./me.json'); console.log(JSON.stringify({ status: { clientCertificateData: cert, clientKeyData: key } }))";
    expect(await whoAmI(double, await log({ kubeconfig: config(double, plugin(script), trusted) }))).toBe('deployer');
  });
});

describe('a token', () => {
  it('is sent with every request; without one the asker is nobody', async () => {
    const double = await start({ token: 'good-token' });
    const known = await log({ kubeconfig: double.kubeconfig });
    expect(await whoAmI(double, known)).toBe('system:serviceaccount:ci:deployer');
    const unknown = await log({ kubeconfig: config(double, {}) });
    expect(await whoAmI(double, unknown)).toBe('system:anonymous');
  });

  it('of a program is asked for again when the server refuses it', async () => {
    const double = await start({ token: 'token-1' });
    const script = `
      const fs = require('node:fs');
      fs.appendFileSync('runs', 'x');
      console.log(JSON.stringify({ status: { token: 'token-' + fs.readFileSync('runs', 'utf8').length } }))`;
    const asker = await log({ kubeconfig: config(double, plugin(script)) });
    await asker.list(pods);
    await asker.list(pods);
    expect(await readFile(join(folder, 'runs'), 'utf8')).toBe('x');
    double.token = 'token-2';
    await asker.list(pods);
    expect(await readFile(join(folder, 'runs'), 'utf8')).toBe('xx');
    expect(asker.traffic.requests).toBe(4);
  });

  it('of a program that keeps being refused is not asked for without end', async () => {
    const double = await start({ token: 'something-else' });
    const script =
      "require('node:fs').appendFileSync('runs', 'x'); console.log(JSON.stringify({ status: { token: 'stale' } }))";
    const asker = await log({ kubeconfig: config(double, plugin(script)) });
    await expect(asker.list(pods)).rejects.toMatchObject({ status: 401 });
    expect(await readFile(join(folder, 'runs'), 'utf8')).toBe('xx');
  });
});

describe('the account of a pod', () => {
  it('reaches the server by the mounted CA and token', async () => {
    const double = await start({ token: 'mounted-token', tls: server });
    for (const [name, text] of [
      ['token', 'mounted-token\n'],
      ['ca.crt', server.cert],
      ['namespace', 'runners'],
    ] as const)
      await writeFile(join(folder, name), text);
    const env = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: new URL(double.url).port };
    const asker = await log({ env, serviceAccountFolder: folder });
    expect((await asker.list(pods)).items).toStrictEqual([]);
    expect(asker.connection.namespace).toBe('runners');
  });
});

describe('several files in KUBECONFIG', () => {
  it('are read as one; those that are not there are passed over, as kubectl does', async () => {
    const double = await start({ token: 'good-token' });
    const [clusters, users] = [join(folder, 'clusters'), join(folder, 'users')];
    const whole: unknown = JSON.parse(config(double, { token: 'good-token' }));
    invariant(typeof whole === 'object' && whole !== null && 'users' in whole);
    await writeFile(clusters, JSON.stringify({ ...whole, users: [] }));
    await writeFile(users, JSON.stringify({ users: whole.users }));
    const env = { KUBECONFIG: [join(folder, 'missing'), clusters, users].join(delimiter) };
    expect((await (await log({ env })).list(pods)).items).toStrictEqual([]);
  });

  it('must not all be missing', async () => {
    const env = { KUBECONFIG: [join(folder, 'missing'), join(folder, 'too')].join(delimiter) };
    await expect(log({ env })).rejects.toMatchObject({
      code: 'kubeconfig-unreadable',
      message: expect.stringMatching(/missing/),
    });
  });
});

describe('the way to the server', () => {
  it("goes through the cluster's own proxy, whatever the environment says", async () => {
    const double = await start({ token: 'good-token', tls: server });
    const proxy = await startProxy();
    const kubeconfig = config(double, { token: 'good-token' }, { ...trusted, 'proxy-url': proxy.url });
    const asker = await log({ kubeconfig, env: { HTTPS_PROXY: 'http://127.0.0.1:1' } });
    expect((await asker.list(pods)).items).toStrictEqual([]);
    expect(proxy.asked).toStrictEqual([new URL(double.url).host]);
  });

  it("goes through the environment's proxy, except where NO_PROXY says otherwise", async () => {
    const double = await start({ token: 'good-token', tls: server });
    const proxy = await startProxy();
    const kubeconfig = config(double, { token: 'good-token' }, trusted);
    const proxied = await log({ kubeconfig, env: { HTTPS_PROXY: proxy.url } });
    await proxied.list(pods);
    expect(proxy.asked.length).toBe(1);
    const direct = await log({ kubeconfig, env: { HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.1' } });
    await direct.list(pods);
    expect(proxy.asked.length).toBe(1);
  });

  it('may bear another name than the certificate', async () => {
    const double = await start({ tls: server });
    const named = (name: string) => log({ kubeconfig: config(double, {}, { ...trusted, 'tls-server-name': name }) });
    expect((await (await named('localhost')).list(pods)).items).toStrictEqual([]);
    const wrong = await named('kubernetes.example');
    const thrown = await wrong.list(pods).catch((error: unknown) => explain(error, 'list pods', wrong.connection));
    invariant(thrown instanceof Error);
    expect(thrown.message).toMatch(/certificate .* is not trusted/);
  });

  it('that leads nowhere is told with the address and the context', async () => {
    const double = await start();
    const kubeconfig = double.kubeconfig;
    await double.stop();
    const asker = await log({ kubeconfig });
    const thrown = await asker.list(pods).catch((error: unknown) => explain(error, 'list pods', asker.connection));
    invariant(thrown instanceof Error);
    expect(thrown.message).toMatch(/API server 127\.0\.0\.1:\d+ \(context double\) does not answer: .*ECONNREFUSED/);
    await double.restart();
  });
});

function plugin(script: string): object {
  return { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: ['-e', script] } };
}

/** A proxy that tunnels (CONNECT) and remembers where to. */
async function startProxy() {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const proxy = createServer((_, response) => response.writeHead(405).end());
  proxy.on('connect', (request, socket, head) => {
    const [host, port] = (request.url ?? '').split(':');
    asked.push(request.url ?? '');
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
  return { url, asked };
}
