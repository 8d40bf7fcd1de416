import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readRegularFile } from '../../src/files/regular-file.ts';
import { readRulesFile } from '../../src/files/rules-file.ts';
import { expectWithNote, onTestFinished } from '../jest-support.ts';
import { type Machine, newMachine, runStep, type StepResult } from './step.ts';

/** A pipe, a socket, a device or a folder in place of a file never makes an action wait: it is refused with a sentence. */

/** Each puts something that isn't a file at a path, or returns another path. */
const KINDS: Readonly<Record<string, (path: string) => string | Promise<string>>> = {
  'a named pipe': (path) => {
    spawnSync('mkfifo', [path]);
    return path;
  },
  'a socket': async (path) => {
    const server = createServer().listen(path);
    await once(server, 'listening');
    onTestFinished(() => server.close());
    return path;
  },
  'a folder': (path) => {
    mkdirSync(path);
    return path;
  },
  'a device that never ends': () => '/dev/zero',
  'a terminal': () => '/dev/ptmx',
  'a link to a pipe': (path) => {
    spawnSync('mkfifo', [`${path}.pipe`]);
    symlinkSync(`${path}.pipe`, path);
    return path;
  },
};

const REASON =
  /it is (?:a named pipe|a socket|a folder|a device|a socket or device), not a file|it is a folder|is a folder|is a file/;

interface Reader {
  /** Where the file lies in the workspace. */
  readonly file: string;
  readonly read: (path: string, machine: Machine) => Promise<StepResult>;
}

const kubeconfig = (user: string, cluster = '') => `
current-context: c
contexts: [{ name: c, context: { cluster: c, user: u } }]
clusters: [{ name: c, cluster: { server: 'https://127.0.0.1:9'${cluster} } }]
users: [{ name: u, user: { ${user} } }]
`;
const wait = (inputs: Readonly<Record<string, string>>, machine: Machine) =>
  runStep('wait-for-rollout', { resources: 'deployment/shop', timeout: '1s', ...inputs }, machine);

const READERS: Readonly<Record<string, Reader>> = {
  'canary-gate: config': {
    file: 'canary.yaml',
    read: (path, machine) =>
      runStep('canary-gate', { address: 'http://127.0.0.1:9', config: path, baseline: 'a', canary: 'b' }, machine),
  },
  'wait-for-rollout: kubeconfig': { file: 'kubeconfig', read: (path, machine) => wait({ kubeconfig: path }, machine) },
  'wait-for-rollout: the token file of a kubeconfig': {
    file: 'token',
    read: (path, machine) => wait({ kubeconfig: kubeconfig(`tokenFile: ${path}`) }, machine),
  },
  'wait-for-rollout: the CA file of a kubeconfig': {
    file: 'ca.crt',
    read: (path, machine) =>
      wait({ kubeconfig: kubeconfig('token: abc', `, certificate-authority: ${path}`) }, machine),
  },
  'wait-for-rollout: the client key of a kubeconfig': {
    file: 'client.key',
    read: (path, machine) =>
      wait({ kubeconfig: kubeconfig(`client-certificate: ${path}, client-key: ${path}`) }, machine),
  },
};

const cases = Object.keys(READERS).flatMap((reader) => Object.keys(KINDS).map((kind) => ({ reader, kind })));

test.each(cases)('$reader, $kind', async ({ reader, kind }) => {
  const { file = '', read } = READERS[reader] ?? {};
  const machine = newMachine();
  const path = (await KINDS[kind]?.(join(machine.workspace, file))) ?? '';
  const result = await read?.(path, machine);
  expectWithNote(result?.exitCode, result?.shown).toBe(1);
  expect(result?.shown).toMatch(REASON);
});

describe('a pipe among the files of a folder', () => {
  const image = 'ghcr.io/acme/shop';
  const put = ({ workspace }: Machine, name: string) => {
    mkdirSync(dirname(join(workspace, name)), { recursive: true });
    spawnSync('mkfifo', [join(workspace, name)]);
  };

  test('is no manifest for bump-manifest-tag', async () => {
    const machine = newMachine();
    put(machine, 'pipe.yaml');
    writeFileSync(join(machine.workspace, 'shop.yaml'), `image: ${image}:1.0.0\n`);
    const { exitCode, shown } = await runStep('bump-manifest-tag', { image: `${image}:2.0.0` }, machine);
    expectWithNote(exitCode, shown).toBe(0);
  });

  test('is no Dockerfile for build-image', async () => {
    const machine = newMachine();
    put(machine, 'Dockerfile');
    const { exitCode, shown } = await runStep('build-image', { image, tags: '1.0.0' }, machine);
    expect([exitCode, shown]).toStrictEqual([1, expect.stringContaining('there is no Dockerfile in the context')]);
  });

  test.each(['.dockerignore', '.containerignore', 'Dockerfile.dockerignore'])(
    'is refused as %s, which engines read',
    async (name) => {
      const machine = newMachine();
      writeFileSync(join(machine.workspace, 'Dockerfile'), 'FROM scratch\n');
      put(machine, name);
      const { exitCode, shown } = await runStep('build-image', { image, tags: '1.0.0' }, machine);
      expect([exitCode, shown]).toStrictEqual([1, expect.stringContaining(`contains ${name}, which is no file`)]);
    },
  );

  test('is refused in `files` of build-image', async () => {
    const machine = newMachine();
    put(machine, 'dist/pipe');
    const inputs = { image, tags: '1.0.0', base: 'scratch', files: 'dist => /app', push: 'false' };
    const { exitCode, shown } = await runStep('build-image', inputs, machine);
    expect([exitCode, shown]).toStrictEqual([1, expect.stringContaining('source-unsupported')]);
  });

  test.each(['.gitignore', '.gitattributes', '.dockerignore'])('is no %s', (name) => {
    const machine = newMachine();
    put(machine, name);
    expect(readRulesFile(join(machine.workspace, name))).toBeUndefined();
  });

  test.each(['.git/HEAD', '.git/index', '.git/config', '.git/commondir', '.git'])(
    'is refused as %s of a checkout by open-gitops-PR',
    async (name) => {
      const machine = newMachine();
      mkdirSync(join(machine.workspace, name === '.git' ? '' : '.git'), { recursive: true });
      if (name === '.git/index') {
        writeFileSync(join(machine.workspace, '.git/HEAD'), '0'.repeat(40));
      }
      put(machine, name);
      const inputs = { path: '.', 'add-paths': '**', application: 'shop' };
      const { exitCode, shown } = await runStep('open-gitops-PR', inputs, machine);
      expectWithNote(exitCode, shown).toBe(1);
      expect(shown).toMatch(/checkout-invalid/);
    },
  );
});

describe('a file that never ends', () => {
  test.each(['/proc/self/pagemap', '/dev/zero', '/dev/urandom'])('%s is refused', (path) => {
    expect(() => readRegularFile(path, { limit: 1024 * 1024 })).toThrow(/larger than 1 MiB|not a file/);
  });

  test('a file of /proc, which has no size, is read to its end', () => {
    expect(readRegularFile('/proc/self/status').toString()).toMatch(/^Name:[\s\S]*\n$/);
  });
});
