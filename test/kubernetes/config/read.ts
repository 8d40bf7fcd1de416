import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { ActionError } from '../../../src/core/error.ts';
import { Secrets } from '../../../src/core/secrets.ts';
import { readConnection } from '../../../src/kubernetes/config/connection.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';

/** Removed after the tests of the file. */
export const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Parts {
  readonly cluster?: object;
  readonly user?: object;
  readonly name?: string;
  readonly namespace?: string;
  readonly current?: string;
}

/** A kubeconfig with one context. */
export function config({
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

/** Writes a file next to the kubeconfig. @returns its path. */
export function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

export const secrets = new Secrets();
export const clock = new ManualClock();
/** Reads a kubeconfig: its content or path, or what the environment names. */
export const connect = (
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
/** The credentials of a user of a kubeconfig. */
export const identity = async (user: object) => (await connect(config({ user }))).credentials.current();
/** Matches an ActionError by its code, and its message and remedy. */
export const problem = (code: string, expected: RegExp) => (thrown: unknown) =>
  thrown instanceof ActionError && thrown.code === code && expected.test(`${thrown.message} ${thrown.remedy}`);
