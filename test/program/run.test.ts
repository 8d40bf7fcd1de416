import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MAX_OUTPUT } from '../../src/program/output.ts';
import { runProgram } from '../../src/program/run.ts';
import { listenOnLoopback } from '../fakes/loopback.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { invariant, onTestFinished } from '../jest-support.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'program-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const node = (script: string, ...args: string[]) => ({ program: process.execPath, args: ['-e', script, ...args] });

test('a program gets its arguments as they are, without a shell', async () => {
  const result = await runProgram(node('console.log(process.argv.slice(1).join("\\n"))', '$(id)', '; ls', 'a b', '*'));
  expect(result).toStrictEqual({ kind: 'exited', code: 0, stdout: '$(id)\n; ls\na b\n*\n', stderr: '' });
});

test('its input, exit code and both streams are there, line by line as they come', async () => {
  const lines: string[] = [];
  const script =
    'process.stdin.on("data", (d) => { process.stdout.write("got " + d); process.stderr.write("bad"); process.exitCode = 3; })';
  const result = await runProgram({ ...node(script), input: 'x\ny\n', onLine: (line) => lines.push(line) });
  expect(result.kind === 'exited' && result.code).toBe(3);
  expect(lines.sort()).toStrictEqual(['bad', 'got x', 'y']);
});

test('no program sees the inputs of the action, which may hold secrets', async () => {
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

/** A file that is called a program. */
function file(text: string, mode: number): string {
  const path = join(folder, 'program');
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

test.each([
  ['on PATH', () => ({ program: 'no-such-program-here' })],
  ['under its path', () => ({ program: '/nowhere/program' })],
  ['below a file', () => ({ program: `${file('', 0o644)}/program` })],
])('a program that is not there is an outcome, not an exception (%s)', async (_, request) => {
  expect(await runProgram({ ...request(), args: [] })).toStrictEqual({ kind: 'not-found' });
});

test('a program that may not be executed is told from one that is not there', async () => {
  const result = await runProgram({ program: file('#!/bin/sh\n', 0o644), args: [] });
  expect(result).toStrictEqual({ kind: 'not-executable' });
});

test.each([
  ['that is not there', () => join(folder, 'gone')],
  ['that is a file', () => file('', 0o755)],
])('a folder %s is not taken for a missing program', async (_, cwd) => {
  const result = await runProgram({ ...node(''), cwd: cwd() });
  expect(result).toStrictEqual({ kind: 'no-folder', folder: cwd() });
});

test.each([
  [
    'whose interpreter is missing',
    () => ({ program: file('#!/no/such/shell\n', 0o755), args: [] }),
    /first line names/,
  ],
  ['without a name', () => ({ program: '', args: [] }), /name is empty/],
  ['with a NUL byte in an argument', () => node('', 'hunter2\0'), /NUL byte/],
  ['with more arguments than the system takes', () => node('', 'x'.repeat(3_000_000)), /E2BIG/],
])('a program %s was not started, and why is said without its arguments', async (_, request, reason) => {
  const result = await runProgram(request());
  expect(result).toStrictEqual({ kind: 'not-started', reason: expect.stringMatching(reason) });
  expect(JSON.stringify(result)).not.toMatch(/hunter2|xxx/);
});

test('a cancelled job ends the program before it goes on', async () => {
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

/** A script that starts a process which ignores SIGTERM, holds the output of whoever started it, and is seen by its connection. */
async function stubborn() {
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

test('a cancelled program takes along all that it started, which may ignore it and hold its output', async () => {
  const { connected, start } = await stubborn();
  const cancel = new AbortController();
  const run = runProgram({ ...node(`${start}; setInterval(() => {}, 1000)`), signal: cancel.signal });
  const { gone } = await connected;
  const startedAt = Date.now();
  cancel.abort(new Error('cancelled'));
  await expect(run).rejects.toThrow('cancelled');
  await gone;
  // The runner kills the step 10 s after it asked it to end.
  expect(Date.now() - startedAt).toBeLessThan(7000);
});

test('what a program leaves in the background is neither waited for nor ended', async () => {
  const { connected, start } = await stubborn();
  const script = `${start}.unref(); process.stdin.on("data", () => process.exit())`;
  const run = runProgram({ ...node(script), input: 'go' });
  expect(await run).toStrictEqual({ kind: 'exited', code: 0, stdout: '', stderr: '' });
  const { socket, gone } = await connected;
  expect(socket.destroyed).toBe(false);
  socket.end();
  await gone;
});

/** Lets a clock's sleepers wake until something is done. */
async function pass(clock: ManualClock, done: Promise<unknown>): Promise<void> {
  let isDone = false;
  void done.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    if (clock.nextAt !== undefined) await clock.advanceTo(clock.nextAt, nextTurn);
    await nextTurn();
  }
}

test('a program that does not end in time is asked to, then killed, and what it said is kept', async () => {
  const clock = new ManualClock();
  const ready = Promise.withResolvers<void>();
  const script = 'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)';
  const run = runProgram({ ...node(script), timeout: 60_000, clock, onLine: () => ready.resolve() });
  await ready.promise;
  const startedAt = clock.now();
  await pass(clock, run);
  expect(await run).toStrictEqual({ kind: 'timed-out', ms: 60_000, stdout: 'up\n', stderr: '' });
  expect(clock.now() - startedAt).toBeLessThan(67_000);
});

test('a program that prints for ever is ended', async () => {
  const result = await runProgram(node('const part = "x".repeat(1e6); for (;;) require("node:fs").writeSync(1, part)'));
  expect(result).toMatchObject({ kind: 'too-much-output', characters: MAX_OUTPUT });
});

test('where only the end is wanted, only the end is kept', async () => {
  const script = 'for (let i = 0; i < 300; i++) console.log("x".repeat(1e6)); console.log("last words")';
  const result = await runProgram({ ...node(script), keep: 'end' });
  expect(result).toMatchObject({ kind: 'exited', code: 0, stdout: expect.stringMatching(/^x+\nlast words\n$/) });
  expect('stdout' in result && result.stdout.length).toBeLessThanOrEqual(64 * 1024);
});
