import { chmodSync, mkdirSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ActionError } from '../../../src/core/error.ts';
import { readConnection } from '../../../src/kubernetes/config/connection.ts';
import { listenOnLoopback } from '../../fakes/loopback.ts';
import { expectWithNote } from '../../jest-support.ts';
import { clock, config, folder, secrets, write } from './read.ts';

/** Programs that print credentials: what they say on standard error, and how they fail. */

const closers: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const apiVersion = 'client.authentication.k8s.io/v1';
const plugin = (script: string, more: object = {}) => ({
  exec: { apiVersion, command: process.execPath, args: ['-e', script], ...more },
});
const credential = JSON.stringify({ kind: 'ExecCredential', status: { token: 'a-token' } });
const name = basename(process.execPath);

/** Starts to read the credentials of a user. */
async function login(user: object, { given = config({ user }), path = '' } = {}) {
  const shown: string[] = [];
  let shows = Promise.withResolvers<void>();
  const stop = new AbortController();
  const { credentials } = await readConnection({
    given,
    context: undefined,
    env: { PATH: `${path}:${process.env['PATH']}` },
    cwd: folder,
    clock,
    secrets,
    signal: stop.signal,
    show: (text) => {
      shown.push(text);
      shows.resolve();
      shows = Promise.withResolvers();
    },
  });
  const identity = credentials.current();
  identity.catch(() => {});
  return { identity, credentials, shown, stop, nextShown: () => shows.promise };
}

/** The message and remedy of a login that fails. */
async function failureOf(user: object, options: { given?: string; path?: string } = {}) {
  const { identity, shown } = await login(user, options);
  const thrown = await identity.catch((error: unknown) => error);
  if (!(thrown instanceof ActionError)) throw thrown;
  return { code: thrown.code, text: `${thrown.message}\n→ ${thrown.remedy}`, shown: shown.join('\n') };
}

describe('an exec plugin', () => {
  it.each([
    ['a line', 'console.error("To sign in, open https://login.example/device and enter the code AB-CD.");'],
    [
      'a prompt without a line break',
      'process.stderr.write("To sign in, open https://login.example/device and enter the code AB-CD.");',
    ],
  ])('shows at once what it asks a person to do: %s', async (_what, asks) => {
    const connected = Promise.withResolvers<Socket>();
    const person = createServer((socket) => connected.resolve(socket));
    const port = await listenOnLoopback(person);
    closers.push(() => person.close());
    const script = `${asks} require("node:net").connect(${port}, "127.0.0.1").on("data", () => { console.log(${JSON.stringify(credential)}); process.exit(0); });`;
    const { identity, credentials, shown, nextShown } = await login(plugin(script));
    if (shown.length === 0) await nextShown();
    const says = 'To sign in, open https://login.example/device and enter the code AB-CD.';
    expect(shown).toStrictEqual([`${name}: ${says}`]);
    expect(credentials.runningProgram).toStrictEqual({ command: process.execPath, lastLines: [says] });
    (await connected.promise).write('logged in');
    expect((await identity).headers['authorization']).toBe('Bearer a-token');
    expect(shown.length).toBe(1);
  });

  it('ends when the wait ends, while it waits for a person', async () => {
    const ended = Promise.withResolvers<void>();
    const connected = Promise.withResolvers<void>();
    const person = createServer((socket) => {
      connected.resolve();
      socket.on('error', () => {}).on('close', () => ended.resolve());
    });
    const port = await listenOnLoopback(person);
    closers.push(() => person.close());
    const script = `console.error("Code: AB-CD"); require("node:net").connect(${port}, "127.0.0.1").resume();`;
    const { identity, stop } = await login(plugin(script));
    await connected.promise;
    stop.abort(new Error('the wait is over'));
    await ended.promise;
    await expect(identity).rejects.toThrow('the wait is over');
  });

  it('shows no credential of what it says, and not every line of a plugin that never stops', async () => {
    const key = ['-----BEGIN PRIVATE KEY-----', 'aB3d'.repeat(16), 'gH9k'.repeat(16), '-----END PRIVATE KEY-----'];
    const said = [`token: ghp_${'aB3d'.repeat(9)}`, ...key, 'ERROR: the key is not accepted', ...key, 'Bye.'];
    const script = `process.stderr.write(require("node:fs").readFileSync(${JSON.stringify(write('said', said.join('\n')))})); for (let i = 0; i < 5000; i++) console.error("line " + i); process.exitCode = 1;`;
    const { text, shown } = await failureOf(plugin(script));
    for (const place of [text, shown]) {
      expectWithNote(place, place).not.toMatch(/ghp_|aB3d|gH9k/);
      expect(place.split('\n').length).toBeLessThan(220);
      expect(place).toContain('ERROR: the key is not accepted');
    }
  });
});

/** What is written to standard error, and the cause in it. */
const failures: Readonly<Record<string, readonly [said: string, cause: string]>> = {
  'gcloud, whose session has expired': [
    `F0313 10:00:00.000000   12345 cred.go:145] print credential failed with error: Failed to retrieve access token:: failure while executing gcloud, with args [config config-helper --format=json]: exit status 1 (err: ERROR: (gcloud.config.config-helper) There was a problem refreshing your current auth tokens: Reauthentication failed. cannot prompt during non-interactive execution.
Please run:

  $ gcloud auth login

to obtain new credentials.

If you have already logged in with a different account, run:

  $ gcloud config set account ACCOUNT

to select an already authenticated account to use.
)`,
    'There was a problem refreshing your current auth tokens',
  ],
  'gcloud, with a warning first': [
    'WARNING: Could not open the configuration file: [/root/.config/gcloud].\nERROR: (gcloud.config.config-helper) You do not currently have an active account selected.\nPlease run:\n\n  $ gcloud auth login\n\nto obtain new credentials.\n',
    'You do not currently have an active account selected',
  ],
  'aws, without credentials': [
    '\nUnable to locate credentials. You can configure credentials by running "aws configure".\n',
    'Unable to locate credentials',
  ],
  'aws, with an expired session': [
    '\nThe SSO session associated with this profile has expired or is otherwise invalid. To refresh this SSO session run aws sso login with the corresponding profile.\n',
    'has expired or is otherwise invalid',
  ],
  'aws, without a permission': [
    '\nAn error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity\n',
    'Not authorized to perform sts:AssumeRoleWithWebIdentity',
  ],
  'kubelogin, which lists its flags': [
    `Error: failed to get token: AADSTS7000222: The provided client secret keys are expired\nUsage:\n  kubelogin get-token [flags]\n\nFlags:\n${'      --flag string   A flag\n'.repeat(40)}`,
    'The provided client secret keys are expired',
  ],
  'a Python program': [
    `Traceback (most recent call last):\n${'  File "/usr/lib/plugin.py", line 3, in run\n    raise_for_status()\n'.repeat(20)}plugin.errors.LoginError: no ticket for deployer@EXAMPLE\n`,
    'no ticket for deployer@EXAMPLE',
  ],
  'a Node program': [
    "/usr/lib/plugin.js:3\nthrow new Error('no ticket');\n^\n\nError: no ticket\n    at Object.<anonymous> (/usr/lib/plugin.js:3:7)\n    at node:internal/main:28:49\n\nNode.js v24.0.0\n",
    'exit code 1: Error: no ticket',
  ],
  'a program with a structured log': [
    'time="2026-03-01" level=info msg="reading"\ntime="2026-03-01" level=error msg="oidc: no ticket"\ntime="2026-03-01" level=info msg="bye"\n',
    'oidc: no ticket',
  ],
  'a program that says something else': ['Hello.\nSee you later.\n', 'exit code 1: See you later.'],
};

describe('an exec plugin that fails', () => {
  it.each(Object.entries(failures))('names the cause: %s', async (_what, [said, cause]) => {
    const { code, text, shown } = await failureOf(
      plugin(`process.stderr.write(${JSON.stringify(said)}); process.exitCode = 1;`),
    );
    expect(code).toBe('kubeconfig-exec-failed');
    expectWithNote(text.split('\n')[0], text).toContain(cause);
    expect(text).toMatch(/^The program ".*", from which the kubeconfig gets its credentials, failed: it failed with/);
    for (const line of said.split('\n'))
      if (line.trim() !== '') expect(shown).toContain(`${name}: ${secrets.redact(line)}`);
  });

  it('quotes what to do, which follows the cause', async () => {
    const [said] = failures['gcloud, with a warning first'] ?? [''];
    const { text } = await failureOf(plugin(`process.stderr.write(${JSON.stringify(said)}); process.exitCode = 1;`));
    expect(text).toContain('\n| Please run:\n|   $ gcloud auth login\n| to obtain new credentials.\n');
  });

  it('names a cause that thousands of lines follow', async () => {
    const script = `console.error("ERROR: not logged in"); for (let i = 0; i < 20000; i++) console.error("  at frame " + i); process.exitCode = 1;`;
    expect((await failureOf(plugin(script))).text).toContain('failed with exit code 1: ERROR: not logged in.');
  });
});

describe('an exec plugin that does not start', () => {
  const file = (name: string, text: string, mode: number) => {
    const path = write(name, text);
    chmodSync(path, mode);
    return path;
  };
  it.each([
    ['no x bit', () => file('no-x', '#!/bin/sh\n', 0o644), /can't be executed by the job's user.*\n→ .*chmod \+x/],
    ['no x bit, on the PATH', () => basename(file('no-x', '#!/bin/sh\n', 0o644)), /"no-x".*can't be executed/],
    ['a folder in its place', () => folder, /can't be executed by the job's user/],
    [
      'no interpreter',
      () => file('odd', '#!/no/such/shell\n', 0o755),
      /the interpreter in its first line does not exist/,
    ],
    ['a missing file', () => './gone', /gone", which is not installed/],
    ['a NUL byte in its name', () => 'a\0b', /NUL byte/],
    ['no command', () => '', /has no `command`/],
  ])('has a cause and a remedy: %s', async (_what, command, says) => {
    const { code, text } = await failureOf(plugin('', { command: command() }), { path: folder }).catch(
      (thrown: unknown) => {
        if (!(thrown instanceof ActionError)) throw thrown;
        return { code: thrown.code, text: thrown.message };
      },
    );
    expect(code).toMatch(/^kubeconfig-(?:exec-failed|exec-missing|invalid)$/);
    expectWithNote(text, text).toMatch(says);
  });
});

describe('the command of an exec plugin', () => {
  it.each(['./bin/login', 'bin/login', '../tools/bin/login'])(
    '%s starts at the folder of the kubeconfig',
    async (command) => {
      for (const place of ['tools', 'tools/bin']) mkdirSync(join(folder, place), { recursive: true });
      chmodSync(write('tools/bin/login', `#!/bin/sh\necho '${credential}'\n`), 0o755);
      const given = write('tools/kubeconfig', config({ user: { exec: { apiVersion, command } } }));
      const { identity } = await login({}, { given });
      expect((await identity).headers['authorization']).toBe('Bearer a-token');
    },
  );

  it('is looked for on the PATH if it names no folder, even if the kubeconfig has such a neighbor', async () => {
    mkdirSync(join(folder, 'path'), { recursive: true });
    write('login', 'not a program');
    chmodSync(write('path/login', `#!/bin/sh\necho '${credential}'\n`), 0o755);
    const given = write('kubeconfig', config({ user: { exec: { apiVersion, command: 'login' } } }));
    const { identity } = await login({}, { given, path: join(folder, 'path') });
    expect((await identity).headers['authorization']).toBe('Bearer a-token');
  });
});
