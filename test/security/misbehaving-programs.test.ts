import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readGitContext } from '../../src/actions/build-image/source/git-context.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createHttp } from '../../src/http/http.ts';
import { credentialHelper } from '../../src/image/registry/keychain/credential-helper.ts';
import { probe } from '../../src/program/probe.ts';
import { runProgram } from '../../src/program/run.ts';

/** Programs that don't end, don't stop printing, or leave something behind. Whoever calls them goes on in time. */

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'misbehaving-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Installs a Node script as a program on the PATH of `folder`. */
function install(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!${process.execPath}\n${script}\n`, { mode: 0o755 });
  return path;
}

const FOREVER = 'setInterval(() => {}, 1000);';
const STUBBORN = 'for (const name of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(name, () => {});';
const SHORT_LIVED = `${STUBBORN} setTimeout(() => {}, 15000);`;
const child = (script: string, options = '{ stdio: "inherit" }') =>
  `const child = require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(script)}], ${options});`;
const IN_OTHER_SESSION = '{ stdio: "inherit", detached: true }';
const flood = (stream: number) =>
  `try { for (;;) require("node:fs").writeSync(${stream}, "x".repeat(65536)) } catch { process.exit() }`;

/** A program that ends by itself, and what remains of it. */
const ENDS: Readonly<Record<string, string>> = {
  'leaves a child that holds its output': `${child(SHORT_LIVED)} child.on("spawn", () => process.exit(3));`,
  'leaves a daemon in a session of its own that holds its output': `${child(SHORT_LIVED, IN_OTHER_SESSION)} child.on("spawn", () => process.exit(3));`,
  'leaves a child that goes on printing': `${child('setInterval(() => console.log("more"), 20); setTimeout(() => process.exit(), 15000)')} child.on("spawn", () => process.exit(3));`,
  'never reads its input': 'setTimeout(() => process.exit(3), 100);',
  'closes its output long before it ends':
    'require("node:fs").closeSync(1); require("node:fs").closeSync(2); setTimeout(() => process.exit(3), 300);',
};

/** A program that doesn't end by itself. */
const GOES_ON: Readonly<Record<string, string>> = {
  hangs: FOREVER,
  'ignores SIGTERM': `${STUBBORN} ${FOREVER}`,
  'has stopped itself, so that SIGTERM does not reach it': 'process.kill(process.pid, "SIGSTOP");',
  'waits for a child that ignores SIGTERM and holds its output': `${child(SHORT_LIVED)} ${FOREVER}`,
  'waits for a child in another session': `${child(SHORT_LIVED, IN_OTHER_SESSION)} ${FOREVER}`,
  'prints errors for ever': flood(2),
  'prints without line breaks for ever': flood(1),
  'reads its input for ever': `process.stdin.resume(); ${FOREVER}`,
};

/** SIGKILL comes 4.5 s after SIGTERM, and the runner kills a cancelled step after 10 s. */
const LATEST = 9000;

const CALLS = {
  runProgram: (program: string, limits: { timeout?: number; signal?: AbortSignal }) =>
    runProgram({ program, args: [], env: { PATH: process.env['PATH'] }, input: 'x'.repeat(1e6), ...limits }),
  probe: (program: string, limits: { timeout?: number; signal?: AbortSignal }) =>
    probe({ program, args: [], env: { PATH: process.env['PATH'] }, ...limits }),
} as const;

describe.each(Object.entries(CALLS))('%s', (_, call) => {
  test.each(Object.entries(ENDS))('goes on soon after the end of a program that %s', async (_name, script) => {
    const startedAt = performance.now();
    expect(await call(install('program', script), { timeout: 30_000 })).toMatchObject({ kind: 'exited', code: 3 });
    expect(performance.now() - startedAt).toBeLessThan(LATEST);
  });

  test.each(Object.entries(GOES_ON))('goes on soon after the timeout of a program that %s', async (_name, script) => {
    const startedAt = performance.now();
    const result = await call(install('program', script), { timeout: 1000 });
    expect(['timed-out', 'too-much-output']).toContain(result.kind);
    expect(performance.now() - startedAt).toBeLessThan(LATEST);
  });
});

test('30 MB without a line break are read in linear time, and 600 MB of lines keep only their end', async () => {
  const lines: number[] = [];
  const onLine = (line: string) => void lines.push(line.length);
  const limits = { env: { PATH: process.env['PATH'] }, args: [], keep: 'end', onLine } as const;
  const write = (line: string, times: number) =>
    `const part = ${line}; for (let i = 0; i < ${times}; i++) require("node:fs").writeSync(1, part);`;
  const one = install('one', `${write('"x".repeat(1e6)', 30)}`);
  expect(await runProgram({ ...limits, program: one, timeout: 60_000 })).toMatchObject({ kind: 'exited', code: 0 });
  expect(lines.length).toBe(1);
  const many = install('many', write('`${"x".repeat(1e6 - 1)}\\n`', 600));
  const result = await runProgram({ ...limits, program: many, timeout: 120_000 });
  expect(result).toMatchObject({ kind: 'exited', code: 0 });
  expect('stdout' in result && result.stdout.length).toBeLessThanOrEqual(64 * 1024);
});

/** Resolves when a program that was installed with `marking` runs. */
const marking = (script: string) =>
  `require("node:fs").writeFileSync(${JSON.stringify(join(folder, 'runs'))}, ""); ${script}`;
async function cancelWhenItRuns(cancel: AbortController): Promise<void> {
  const watcher = watch(folder);
  for (let name: unknown; name !== 'runs'; ) [, name] = await once(watcher, 'change');
  watcher.close();
  cancel.abort(new Error('the job was cancelled'));
}

const CALLERS: Readonly<
  Record<string, { readonly program: string; readonly start: (signal: AbortSignal) => Promise<unknown> }>
> = {
  'a credential helper': {
    program: 'docker-credential-hangs',
    async start(signal) {
      const config = join(folder, 'config');
      mkdirSync(config);
      writeFileSync(join(config, 'config.json'), JSON.stringify({ credsStore: 'hangs' }));
      const env = { PATH: folder, DOCKER_CONFIG: config };
      return credentialHelper.find(
        { registry: 'registry.example.com', repository: 'shop' },
        { env, signal, http: createHttp({ env, userAgent: 'test' }), clock: systemClock },
      );
    },
  },
  git: { program: 'git', start: (signal) => readGitContext(folder, { PATH: folder }, signal) },
};

describe.each(Object.entries(CALLERS))('%s', (_, { program, start }) => {
  test.each(Object.entries(GOES_ON))('that %s ends with the job', async (_name, script) => {
    install(program, marking(script));
    const cancel = new AbortController();
    const cancelling = cancelWhenItRuns(cancel);
    const result = start(cancel.signal);
    result.catch(() => {});
    await cancelling;
    const startedAt = performance.now();
    await expect(result).rejects.toThrow('the job was cancelled');
    expect(performance.now() - startedAt).toBeLessThan(LATEST);
  });
});
