import { expect, test } from '@jest/globals';
import { runProgram } from '../../src/program/run.ts';

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

test('a program that is not there is an outcome, not an exception', async () => {
  expect(await runProgram({ program: 'no-such-program-here', args: [] })).toStrictEqual({ kind: 'not-found' });
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
