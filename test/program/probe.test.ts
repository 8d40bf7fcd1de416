import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { exec } from '@actions/exec';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { probe, probeOutput } from '../../src/program/probe.ts';
import { runProgram } from '../../src/program/run.ts';
import { listenOnLoopback } from '../fakes/loopback.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { invariant, onTestFinished } from '../jest-support.ts';

let folder: string;
beforeEach(() => {
  // With spaces and quotes, because the package splits the path of the program at them.
  folder = mkdtempSync(join(tmpdir(), 'probe "test" '));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A request to run a script as a program, which is the only one on PATH. */
function requestFor(script: string, env: Readonly<Record<string, string>> = {}) {
  const path = join(folder, 'oracle');
  writeFileSync(path, `#!${process.execPath}\n${script}`);
  chmodSync(path, 0o755);
  return { program: 'oracle', args: ['a b', '$(id)'], env: { PATH: folder, ...env } };
}

/** What this process prints while `body` runs. */
async function printed(body: () => Promise<unknown>): Promise<string> {
  let text = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    await body();
  } finally {
    write.mockRestore();
  }
  return text;
}

test('probeOutput returns the trimmed standard output of the program', async () => {
  expect(await probeOutput(requestFor('console.log(" " + process.argv.slice(2).join("|"), "\\n")'))).toBe('a b|$(id)');
});

test.each([
  ['is not there', () => ({ ...requestFor(''), program: 'nobody' }), { kind: 'not-found' }],
  ['fails', () => requestFor('console.error("no"); process.exit(3)'), { kind: 'exited', code: 3, stderr: 'no\n' }],
  ['is killed', () => requestFor('process.kill(process.pid, "SIGKILL")'), { kind: 'killed', signal: 'SIGKILL' }],
  [
    'prints for ever',
    () => requestFor('for (;;) require("node:fs").writeSync(1, "x".repeat(1e5))'),
    { kind: 'too-much-output' },
  ],
  ['has a folder that is a file', () => ({ ...requestFor(''), cwd: join(folder, 'oracle') }), { kind: 'no-folder' }],
  ['has no folder', () => ({ ...requestFor(''), cwd: join(folder, 'gone') }), { kind: 'no-folder' }],
])('the result of a program that %s is described, and probeOutput returns undefined', async (_, request, outcome) => {
  expect(await probe(request())).toMatchObject(outcome);
  expect(await probeOutput(request())).toBeUndefined();
});

test('nothing is logged, although the package logs the command and its output', async () => {
  const request = requestFor('console.log("::add-mask::x")');
  expect(await printed(() => exec(`"${process.execPath}"`, ['-e', '1', 'hunter2']))).toMatch(/\[command\].* hunter2/);
  expect(await printed(() => probe(request))).toBe('');
});

test('a program does not get the inputs of the action and the tokens of the job', async () => {
  const given = {
    'INPUT_REGISTRY-PASSWORD': 'a',
    ACTIONS_RUNTIME_TOKEN: 'b',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'c',
    KEPT: 'd',
  };
  const names = 'console.log(Object.keys(process.env).filter((name) => /^(INPUT|ACTIONS|KEPT)/.test(name)).join())';
  expect(await probeOutput(requestFor(names, given))).toBe('KEPT');
});

test('standard input is closed, and a program that does not read it does no harm', async () => {
  expect(await probeOutput(requestFor('process.stdin.on("end", () => console.log("end")).resume()'))).toBe('end');
  expect(await probeOutput(requestFor('process.stdin.destroy(); console.log("deaf")'))).toBe('deaf');
});

test('concurrent programs each get their own result', async () => {
  const request = requestFor('console.log(process.argv[2])');
  const answers = await Promise.all([1, 2, 3].map((n) => probeOutput({ ...request, args: [String(n)] })));
  expect(answers).toStrictEqual(['1', '2', '3']);
});

/** A script that connects to this process, which shows that it is running, and then hangs. */
async function hanging(ignoredSignal = '') {
  const server = createServer();
  onTestFinished(() => server.close());
  const connected = once(server, 'connection').then(([socket]) => {
    invariant(socket instanceof Socket);
    socket.on('error', () => {});
    return { socket, gone: once(socket, 'close') };
  });
  const port = await listenOnLoopback(server);
  const script = `process.on("${ignoredSignal || 'exit'}", () => {}); require("node:net").connect(${port}, "127.0.0.1").on("end", process.exit)`;
  return { script, connected };
}

test('a program that hangs is terminated after its timeout, which the package does not have', async () => {
  const { script, connected } = await hanging('SIGTERM');
  const clock = new ManualClock();
  let isOver = false;
  const run = probe({ ...requestFor(script), timeout: 5000, clock }).finally(() => {
    isOver = true;
  });
  const { gone } = await connected;
  while (!isOver) {
    if (clock.nextAt !== undefined) await clock.advanceTo(clock.nextAt, nextTurn);
    await nextTurn();
  }
  expect(await run).toMatchObject({ kind: 'timed-out', ms: 5000 });
  await gone;
});

test('an aborted signal terminates the program, and its reason is thrown', async () => {
  const { script, connected } = await hanging();
  const cancel = new AbortController();
  const run = probe({ ...requestFor(script), signal: cancel.signal });
  const { gone } = await connected;
  cancel.abort(new Error('cancelled'));
  await expect(run).rejects.toThrow('cancelled');
  await gone;
  await expect(probe({ ...requestFor(''), signal: cancel.signal })).rejects.toThrow('cancelled');
});

test('a background process does not delay the result, although the package would wait for the end of its output', async () => {
  const { script, connected } = await hanging();
  const background = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(script)}], { stdio: "inherit" })`;
  const { program, env } = requestFor(`console.log("answer"); ${background}.on("spawn", process.exit)`);
  const module = JSON.stringify(join(import.meta.dirname, '../../src/program/probe.ts'));
  const caller = `import { probeOutput } from ${module}; console.log(await probeOutput(${JSON.stringify({ program, args: [], env })}));`;
  const result = await runProgram({ program: process.execPath, args: ['--input-type=module', '-e', caller] });
  expect(result).toMatchObject({ kind: 'exited', code: 0, stdout: 'answer\n' });
  const { socket, gone } = await connected;
  expect(socket.destroyed).toBe(false);
  socket.end();
  await gone;
});
