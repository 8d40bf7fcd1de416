import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ActionError } from '../../../src/core/error.ts';
import { Secrets } from '../../../src/core/secrets.ts';
import { readConnection } from '../../../src/kubernetes/config/connection.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { errorLike, expectWithNote } from '../../jest-support.ts';

const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Parts {
  readonly cluster?: object;
  readonly user?: object;
  readonly name?: string;
  readonly namespace?: string;
  readonly current?: string;
}

function config({
  cluster = {},
  user = { token: 's3cr3t-token' },
  name = 'staging',
  namespace,
  current,
}: Parts = {}): string {
  return JSON.stringify({
    'current-context': current ?? name,
    clusters: [{ name, cluster: { server: 'https://10.0.0.1:6443', ...cluster } }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name, ...(namespace ? { namespace } : {}) } }],
  });
}

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const secrets = new Secrets();
const clock = new ManualClock();
const connect = (
  given: string | undefined,
  more: { context?: string; env?: Record<string, string>; serviceAccountFolder?: string } = {},
) =>
  readConnection({
    given,
    context: more.context,
    env: { PATH: process.env['PATH'], ...more.env },
    cwd: folder,
    clock,
    secrets,
    ...(more.serviceAccountFolder ? { serviceAccountFolder: more.serviceAccountFolder } : {}),
  });
const identity = async (user: object) => (await connect(config({ user }))).credentials.current();
const problem = (code: string, expected: RegExp) => (thrown: unknown) =>
  thrown instanceof ActionError && thrown.code === code && expected.test(`${thrown.message} ${thrown.remedy}`);

describe('a kubeconfig', () => {
  it('can be given as content, in YAML or JSON', async () => {
    const connection = await connect(config({ namespace: 'shop' }));
    expect(connection.server.href).toBe('https://10.0.0.1:6443/');
    expect([connection.context, connection.namespace]).toStrictEqual(['staging', 'shop']);
    const yaml = `current-context: a\nclusters: [{name: a, cluster: {server: 'http://127.0.0.1:1'}}]\ncontexts: [{name: a, context: {cluster: a}}]\n`;
    expect((await connect(yaml)).server.port).toBe('1');
  });

  it('can be given as a path, directly or in KUBECONFIG', async () => {
    const path = write('one', config());
    expect((await connect('one')).context).toBe('staging');
    expect((await connect(undefined, { env: { KUBECONFIG: path } })).context).toBe('staging');
  });

  it('can consist of several files; the first one that sets a value wins', async () => {
    const first = write('first', config({ name: 'a', cluster: { server: 'https://a' } }));
    const second = write('second', config({ name: 'b', cluster: { server: 'https://b' } }));
    const env = { KUBECONFIG: [first, second].join(delimiter) };
    expect((await connect(undefined, { env })).context).toBe('a');
    expect((await connect(undefined, { env, context: 'b' })).server.host).toBe('b');
  });

  it('resolves relative paths from its own folder', async () => {
    write('token.txt', 'from-file\n');
    write('relative', config({ user: { tokenFile: 'token.txt' } }));
    const { credentials } = await connect('relative');
    expect((await credentials.current()).headers['authorization']).toBe('Bearer from-file');
  });

  it.each([
    ['an unknown context', config(), 'context-unknown', /"stagin"; it has "staging".*Did you mean "staging"/, 'stagin'],
    [
      'no current context',
      config({ current: '' }).replace('"current-context":""', '"current-context":null'),
      'context-unknown',
      /no current-context/,
      undefined,
    ],
    ['no such file', 'nowhere.yaml', 'kubeconfig-unreadable', /nowhere\.yaml, no such file or folder\. /, undefined],
    ['Base64', Buffer.from(config()).toString('base64'), 'kubeconfig-unreadable', /Base64.*Decode/s, undefined],
    ['text that is not YAML', 'clusters:\n  - [s3cr3t-in-yaml', 'kubeconfig-invalid', /not YAML/, undefined],
    [
      'YAML of something else',
      'kind: Pod\nmetadata: {}\n',
      'kubeconfig-invalid',
      /no contexts, clusters or users/,
      undefined,
    ],
    [
      'a server that is not a URL',
      config({ cluster: { server: '10.0.0.1' } }),
      'kubeconfig-invalid',
      /no usable server/,
      undefined,
    ],
    [
      'a CA that is not a certificate',
      config({ cluster: { 'certificate-authority-data': 'bm9wZQ==' } }),
      'kubeconfig-invalid-ca',
      /BEGIN CERTIFICATE/,
      undefined,
    ],
    [
      'a missing CA file',
      config({ cluster: { 'certificate-authority': '/nowhere/ca.crt' } }),
      'kubeconfig-unreadable',
      /certificate-authority of cluster "staging" can't be read: \/nowhere\/ca\.crt, no such file or folder\./,
      undefined,
    ],
    [
      'a SOCKS proxy',
      config({ cluster: { 'proxy-url': 'socks5://me:pw@proxy:1080' } }),
      'kubeconfig-unsupported',
      /socks5:\/\/proxy/,
      undefined,
    ],
    [
      'an auth-provider',
      config({ user: { 'auth-provider': { name: 'gcp' } } }),
      'kubeconfig-unsupported',
      /auth-provider "gcp".*gke-gcloud-auth-plugin/s,
      undefined,
    ],
    [
      'half a client certificate',
      config({ user: { 'client-certificate-data': 'eA==' } }),
      'kubeconfig-invalid',
      /only one of/,
      undefined,
    ],
    [
      'an old exec plugin',
      config({ user: { exec: { apiVersion: 'client.authentication.k8s.io/v1alpha1', command: 'aws' } } }),
      'kubeconfig-unsupported',
      /v1alpha1/,
      undefined,
    ],
    [
      'an interactive exec plugin',
      config({
        user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'login', interactiveMode: 'Always' } },
      }),
      'kubeconfig-unsupported',
      /needs an interactive terminal/,
      undefined,
    ],
  ] as const)('with %s is rejected with a remedy', async (_what, given, code, expected, context) => {
    await expect(connect(given, context ? { context } : {})).rejects.toThrow(
      errorLike((thrown) => {
        expectWithNote(problem(code, expected)(thrown), String(thrown)).toBeTruthy();
        expect(String(thrown)).not.toMatch(/s3cr3t/);
        return true;
      }),
    );
  });

  it('that does not exist is an error with a remedy', async () => {
    await expect(connect(undefined)).rejects.toThrow(
      errorLike(problem('kubeconfig-missing', /Give the content or the path/)),
    );
  });
});

describe("a pod's service account", () => {
  it('is used if there is no kubeconfig', async () => {
    write('token', 'mounted');
    write('namespace', 'runners');
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
    const connection = await connect(undefined, { env, serviceAccountFolder: folder });
    expect([connection.context, connection.namespace]).toStrictEqual(['in-cluster', 'runners']);
    expect(connection.server.host).toBe('[fd00::1]');
    expect((await connection.credentials.current()).headers['authorization']).toBe('Bearer mounted');
  });
});

describe('credentials', () => {
  it('can be a token, a password or an impersonation, and are redacted from logs', async () => {
    expect((await identity({ token: 'abcd-token' })).headers['authorization']).toBe('Bearer abcd-token');
    const basic = await identity({ username: 'ada', password: 'pass-word', as: 'deployer', 'as-groups': ['ops'] });
    expect(basic.headers['authorization']).toBe(`Basic ${Buffer.from('ada:pass-word').toString('base64')}`);
    expect([basic.headers['impersonate-user'], basic.headers['impersonate-group']]).toStrictEqual(['deployer', 'ops']);
    expect(secrets.redact('abcd-token pass-word')).toBe('*** ***');
  });

  it('are read again from a token file after a minute and after a 401', async () => {
    const path = write('rotating', 'one');
    const { credentials } = await connect(config({ user: { tokenFile: path } }));
    const token = async () => (await credentials.current()).headers['authorization'];
    expect(await token()).toBe('Bearer one');
    write('rotating', 'two');
    expect(await token()).toBe('Bearer one');
    await clock.advanceTo(clock.now() + 60_000, async () => {});
    expect(await token()).toBe('Bearer two');
    expect(await credentials.renew()).toBe(false);
    write('rotating', 'three');
    expect(await credentials.renew()).toBe(true);
    expect(await token()).toBe('Bearer three');
  });

  const plugin = (script: string, more: object = {}) => ({
    exec: { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: ['-e', script], ...more },
  });
  const answer = (status: string) => `console.log(JSON.stringify({ kind: 'ExecCredential', status: ${status} }))`;

  it('from an exec plugin are reused until they expire', async () => {
    write('count', '');
    const counting = `require('node:fs').appendFileSync('count', 'x'); ${answer("{ token: 't-' + require('node:fs').readFileSync('count', 'utf8'), expirationTimestamp: new Date(Date.parse('2026-03-01T12:01:00Z') + Number(process.env.LIFE)).toISOString() }")}`;
    const user = plugin(counting, { env: [{ name: 'LIFE', value: '60000' }] });
    const { credentials } = await connect(config({ user }));
    const token = async () => (await credentials.current()).headers['authorization'];
    const [a, b] = await Promise.all([token(), token()]);
    expect([a, b, await token()]).toStrictEqual(['Bearer t-x', 'Bearer t-x', 'Bearer t-x']);
    await clock.advanceTo(Date.parse('2026-03-01T12:01:59Z'), async () => {});
    expect(await token()).toBe('Bearer t-xx');
    expect(await credentials.renew()).toBe(true);
  });

  it('can be a certificate from an exec plugin, which gets the cluster with provideClusterInfo', async () => {
    const script = `const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO); ${answer("{ clientCertificateData: info.spec.cluster.server, clientKeyData: 'key-key' }")}`;
    const { certificate } = await identity(plugin(script, { provideClusterInfo: true }));
    expect(certificate).toStrictEqual({ cert: 'https://10.0.0.1:6443', key: 'key-key' });
  });

  it.each([
    [
      'is not installed',
      plugin('', { command: 'no-such-plugin', installHint: 'Install it from the shop.' }),
      'kubeconfig-exec-missing',
      /Install it from the shop/,
    ],
    [
      'fails',
      plugin('console.error("not logged in"); process.exit(2)'),
      'kubeconfig-exec-failed',
      /code 2: not logged in/,
    ],
    [
      'is not executable',
      plugin('', { command: import.meta.filename }),
      'kubeconfig-exec-failed',
      /failed: it can't be executed by the job's user/,
    ],
    ['prints no ExecCredential', plugin('console.log("hello")'), 'kubeconfig-exec-failed', /not an ExecCredential/],
  ] as const)('are an error with a remedy if the exec plugin %s', (_what, user, code, expected) =>
    expect(identity(user)).rejects.toThrow(errorLike(problem(code, expected))),
  );
});
