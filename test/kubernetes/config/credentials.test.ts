import { describe, expect, it } from '@jest/globals';
import { errorLike } from '../../jest-support.ts';
import { clock, config, connect, folder, identity, problem, secrets, write } from './read.ts';

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
