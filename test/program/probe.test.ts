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
  // Blanks and quotes: the package splits the program's path at them.
  folder = mkdtempSync(join(tmpdir(), 'probe "test" '));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A question to a program whose body is a script; `env` beside a PATH on which nothing else is. */
function question(script: string, env: Readonly<Record<string, string>> = {}) {
  const path = join(folder, 'oracle');
  writeFileSync(path, `#!${process.execPath}\n${script}`);
  chmodSync(path, 0o755);
  return { program: 'oracle', args: ['a b', '$(id)'], env: { PATH: folder, ...env } };
}

/** What is printed while `body` runs. */
async function printed(body: () => Promise<unknown>): Promise<string> {
  let text = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((piece) => {
    text += String(piece);
    return true;
  });
  try {
    await body();
  } finally {
    write.mockRestore();
  }
  return text;
}

test('an answer is what the program says, without the blanks around it', async () => {
  expect(await probeOutput(question('console.log(" " + process.argv.slice(2).join("|"), "\\n")'))).toBe('a b|$(id)');
});

test.each([
  ['is not there', () => ({ ...question(''), program: 'nobody' }), { kind: 'not-found' }],
  ['fails', () => question('console.error("no"); process.exit(3)'), { kind: 'exited', code: 3, stderr: 'no\n' }],
  ['is killed', () => question('process.kill(process.pid, "SIGKILL")'), { kind: 'killed', signal: 'SIGKILL' }],
  [
    'prints for ever',
    () => question('for (;;) require("node:fs").writeSync(1, "x".repeat(1e5))'),
    { kind: 'too-much-output' },
  ],
  ['has a folder that is a file', () => ({ ...question(''), cwd: join(folder, 'oracle') }), { kind: 'no-folder' }],
  ['has no folder', () => ({ ...question(''), cwd: join(folder, 'gone') }), { kind: 'no-folder' }],
])('a program that %s gives no answer', async (_, ask_, outcome) => {
  expect(await probe(ask_())).toMatchObject(outcome);
  expect(await probeOutput(ask_())).toBeUndefined();
});

test('nothing of it is printed, where the package alone prints command and output', async () => {
  const asked = question('console.log("::add-mask::x")');
  expect(await printed(() => exec(`"${process.execPath}"`, ['-e', '1', 'hunter2']))).toMatch(/\[command\].* hunter2/);
  expect(await printed(() => probe(asked))).toBe('');
});

test('no program sees the inputs and the tokens of the job', async () => {
  const given = {
    'INPUT_REGISTRY-PASSWORD': 'a',
    ACTIONS_RUNTIME_TOKEN: 'b',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'c',
    KEPT: 'd',
  };
  const names = 'console.log(Object.keys(process.env).filter((name) => /^(INPUT|ACTIONS|KEPT)/.test(name)).join())';
  expect(await probeOutput(question(names, given))).toBe('KEPT');
});

test('its input is at its end, and one that it does not read does no harm', async () => {
  expect(await probeOutput(question('process.stdin.on("end", () => console.log("end")).resume()'))).toBe('end');
  expect(await probeOutput(question('process.stdin.destroy(); console.log("deaf")'))).toBe('deaf');
});

test('several at once get each their own answer', async () => {
  const asked = question('console.log(process.argv[2])');
  const answers = await Promise.all([1, 2, 3].map((n) => probeOutput({ ...asked, args: [String(n)] })));
  expect(answers).toStrictEqual(['1', '2', '3']);
});

/** A script that connects here, so that its life is seen, and then hangs. */
async function hanging(inSpiteOf = '') {
  const server = createServer();
  onTestFinished(() => server.close());
  const connected = once(server, 'connection').then(([socket]) => {
    invariant(socket instanceof Socket);
    socket.on('error', () => {});
    return { socket, gone: once(socket, 'close') };
  });
  const port = await listenOnLoopback(server);
  const script = `process.on("${inSpiteOf || 'exit'}", () => {}); require("node:net").connect(${port}, "127.0.0.1").on("end", process.exit)`;
  return { script, connected };
}

test('a program that hangs is ended at its limit, which the package does not know', async () => {
  const { script, connected } = await hanging('SIGTERM');
  const clock = new ManualClock();
  let isOver = false;
  const run = probe({ ...question(script), timeout: 5000, clock }).finally(() => {
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

test('a cancelled job ends it, and tells why', async () => {
  const { script, connected } = await hanging();
  const cancel = new AbortController();
  const run = probe({ ...question(script), signal: cancel.signal });
  const { gone } = await connected;
  cancel.abort(new Error('cancelled'));
  await expect(run).rejects.toThrow('cancelled');
  await gone;
  await expect(probe({ ...question(''), signal: cancel.signal })).rejects.toThrow('cancelled');
});

test('what it leaves in the background keeps nobody, where the package would wait for the end of its output', async () => {
  const { script, connected } = await hanging();
  const background = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(script)}], { stdio: "inherit" })`;
  const { program, env } = question(`console.log("answer"); ${background}.on("spawn", process.exit)`);
  const module = JSON.stringify(join(import.meta.dirname, '../../src/program/probe.ts'));
  const asking = `import { ask } from ${module}; console.log(await ask(${JSON.stringify({ program, args: [], env })}));`;
  const result = await runProgram({ program: process.execPath, args: ['--input-type=module', '-e', asking] });
  expect(result).toMatchObject({ kind: 'exited', code: 0, stdout: 'answer\n' });
  const { socket, gone } = await connected;
  expect(socket.destroyed).toBe(false);
  socket.end();
  await gone;
});
