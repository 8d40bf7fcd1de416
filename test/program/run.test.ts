import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MAX_OUTPUT, runProgram } from '../../src/program/run.ts';
import { listenOnLoopback } from '../fakes/loopback.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { invariant, onTestFinished } from '../jest-support.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'program-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const node = (script: string, ...args: string[]) => ({ program: process.execPath, args: ['-e', script, ...args] });

test('a program gets its arguments unchanged, without a shell', async () => {
  const result = await runProgram(node('console.log(process.argv.slice(1).join("\\n"))', '$(id)', '; ls', 'a b', '*'));
  expect(result).toStrictEqual({ kind: 'exited', code: 0, stdout: '$(id)\n; ls\na b\n*\n', stderr: '' });
});

test('a program gets its input, and its exit code and the lines of both streams are returned', async () => {
  const lines: string[] = [];
  const script =
    'process.stdin.on("data", (d) => { process.stdout.write("got " + d); process.stderr.write("bad"); process.exitCode = 3; })';
  const result = await runProgram({ ...node(script), input: 'x\ny\n', onLine: (line) => lines.push(line) });
  expect(result.kind === 'exited' && result.code).toBe(3);
  expect(lines.sort()).toStrictEqual(['bad', 'got x', 'y']);
});

test('a program does not get the inputs of the action', async () => {
  const show = node('console.log(Object.keys(process.env).filter((name) => /^(INPUT_|KEPT)/.test(name)).join())');
  const given = await runProgram({ ...show, env: { ...process.env, 'INPUT_REGISTRY-PASSWORD': 'hunter2', KEPT: '1' } });
  expect(given.kind === 'exited' && given.stdout).toBe('KEPT\n');
  process.env['INPUT_TOKEN'] = 'hunter2';
  try {
    const own = await runProgram(show);
    expect(own.kind === 'exited' && own.stdout).toBe('\n');
  } finally {
    delete process.env['INPUT_TOKEN'];
  }
});

/** A file that is run as a program. */
function file(text: string, mode: number): string {
  const path = join(folder, 'program');
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

test.each([
  ['on PATH', () => ({ program: 'no-such-program-here' })],
  ['by its path', () => ({ program: '/nowhere/program' })],
  ['inside a file', () => ({ program: `${file('', 0o644)}/program` })],
])('a missing program is a result, not an exception (%s)', async (_, request) => {
  expect(await runProgram({ ...request(), args: [] })).toStrictEqual({ kind: 'not-found' });
});

test('a program that is not executable is distinguished from a missing one', async () => {
  const result = await runProgram({ program: file('#!/bin/sh\n', 0o644), args: [] });
  expect(result).toStrictEqual({ kind: 'not-executable' });
});

test.each([
  ['that is missing', () => join(folder, 'gone')],
  ['that is a file', () => file('', 0o755)],
])('a working folder %s is distinguished from a missing program', async (_, cwd) => {
  const result = await runProgram({ ...node(''), cwd: cwd() });
  expect(result).toStrictEqual({ kind: 'no-folder', folder: cwd() });
});

test.each([
  [
    'whose interpreter is missing',
    () => ({ program: file('#!/no/such/shell\n', 0o755), args: [] }),
    /the interpreter in its first line/,
  ],
  ['without a name', () => ({ program: '', args: [] }), /name is empty/],
  ['with a NUL byte in an argument', () => node('', 'hunter2\0'), /NUL byte/],
  ['with more arguments than the system allows', () => node('', 'x'.repeat(3_000_000)), /E2BIG/],
])('a program %s is not started, and the reason does not contain its arguments', async (_, request, reason) => {
  const result = await runProgram(request());
  expect(result).toStrictEqual({ kind: 'not-started', reason: expect.stringMatching(reason) });
  expect(JSON.stringify(result)).not.toMatch(/hunter2|xxx/);
});

test('an aborted signal terminates the program, and waits for its end', async () => {
  const cancel = new AbortController();
  const lines: string[] = [];
  const started = node(
    'process.on("SIGTERM", () => { console.log("bye"); process.exit(0) }); console.log("up"); setInterval(() => {}, 1000)',
  );
  const run = runProgram({
    ...started,
    signal: cancel.signal,
    onLine: (line) => {
      lines.push(line);
      if (line === 'up') cancel.abort(new Error('cancelled'));
    },
  });
  await expect(run).rejects.toThrow(/cancelled/);
  expect(lines).toStrictEqual(['up', 'bye']);
});

/** A script that starts a background process, which ignores SIGTERM, holds the output of its parent, and connects to this process. */
async function backgroundProcess() {
  const server = createServer();
  const connected = once(server, 'connection').then(([socket]) => {
    invariant(socket instanceof Socket);
    socket.on('error', () => {});
    return { socket, gone: once(socket, 'close') };
  });
  const port = await listenOnLoopback(server);
  onTestFinished(() => server.close());
  const script = `process.on("SIGTERM", () => {}); require("node:net").connect(${port}, "127.0.0.1").on("end", process.exit)`;
  return {
    connected,
    start: `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(script)}], { stdio: "inherit" })`,
  };
}

test('an aborted signal also kills background processes that ignore SIGTERM and hold the output', async () => {
  const { connected, start } = await backgroundProcess();
  const cancel = new AbortController();
  const run = runProgram({ ...node(`${start}; setInterval(() => {}, 1000)`), signal: cancel.signal });
  const { gone } = await connected;
  const startedAt = Date.now();
  cancel.abort(new Error('cancelled'));
  await expect(run).rejects.toThrow('cancelled');
  await gone;
  // The runner kills a cancelled step after 10 s.
  expect(Date.now() - startedAt).toBeLessThan(7000);
});

test('a background process that a program leaves behind is neither awaited nor terminated', async () => {
  const { connected, start } = await backgroundProcess();
  const script = `${start}.unref(); process.stdin.on("data", () => process.exit())`;
  const run = runProgram({ ...node(script), input: 'go' });
  expect(await run).toStrictEqual({ kind: 'exited', code: 0, stdout: '', stderr: '' });
  const { socket, gone } = await connected;
  expect(socket.destroyed).toBe(false);
  socket.end();
  await gone;
});

/** Advances a clock from one sleep to the next, until a promise settles. */
async function advanceUntil(clock: ManualClock, done: Promise<unknown>): Promise<void> {
  let isDone = false;
  void done.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    if (clock.nextAt !== undefined) await clock.advanceTo(clock.nextAt, nextTurn);
    await nextTurn();
  }
}

test('a program that exceeds its timeout gets SIGTERM, then SIGKILL, and its output is kept', async () => {
  const clock = new ManualClock();
  const ready = Promise.withResolvers<void>();
  const script = 'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)';
  const run = runProgram({ ...node(script), timeout: 60_000, clock, onLine: () => ready.resolve() });
  await ready.promise;
  const startedAt = clock.now();
  await advanceUntil(clock, run);
  expect(await run).toStrictEqual({ kind: 'timed-out', ms: 60_000, stdout: 'up\n', stderr: '' });
  expect(clock.now() - startedAt).toBeLessThan(67_000);
});

test('a program that prints without end is terminated', async () => {
  const result = await runProgram(node('const part = "x".repeat(1e6); for (;;) require("node:fs").writeSync(1, part)'));
  expect(result).toMatchObject({ kind: 'too-much-output', characters: MAX_OUTPUT });
});

test('keep: end keeps only the end of the output', async () => {
  const script = 'for (let i = 0; i < 300; i++) console.log("x".repeat(1e6)); console.log("last words")';
  const result = await runProgram({ ...node(script), keep: 'end' });
  expect(result).toMatchObject({ kind: 'exited', code: 0, stdout: expect.stringMatching(/^x+\nlast words\n$/) });
  expect('stdout' in result && result.stdout.length).toBeLessThanOrEqual(64 * 1024);
});
