import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from '@jest/globals';
import { Harness } from './components/harness.ts';
import { until } from './components/until.ts';

/** A program that creates a harness with a mount and a daemon whose child process ignores SIGTERM. */
const holder = `
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Harness } from ${JSON.stringify(join(import.meta.dirname, 'components/harness.ts'))};
const harness = new Harness();
execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', harness.scratch('mounted')]);
const output = () => readFileSync(harness.logs + '/stubborn.log', 'utf8').trim();
await harness.daemon({
  name: 'stubborn',
  program: 'sh',
  args: ['-c', 'trap "" TERM; (exec env --ignore-environment sleep 1000) & echo $!; wait'],
  probe: async () => output() !== '',
});
console.log(JSON.stringify({ folder: harness.folder, pid: Number(output()) }));
`;

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'if its process ends by %s, nothing of a harness is left',
  async (signal) => {
    const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', holder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface(child.stdout), 'line');
    const { folder, pid } = JSON.parse(line);
    expect(existsSync(`/proc/${pid}`)).toBeTruthy();
    expect(mounts()).toContain(folder);
    child.kill(signal);
    await once(child, 'exit');
    await until('the folder is gone', async () => (existsSync(folder) ? undefined : true));
    expect(mounts().includes(folder)).toBeFalsy();
    expect(!existsSync(`/proc/${pid}`) || /^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))).toBeTruthy();
  },
);

test('daemon() rejects with the end of the log if the program ends before it is ready, and the harness still closes', async () => {
  const harness = new Harness();
  const start = harness.daemon({
    name: 'broken',
    program: 'sh',
    args: ['-c', 'echo the port is taken; exit 7'],
    probe: async () => false,
  });
  await expect(start).rejects.toThrow(/broken ended with code 7[\s\S]*the port is taken/);
  await harness.close();
  expect(existsSync(harness.folder)).toBeFalsy();
});

test('daemon() rejects with the error of the last probe if the program never gets ready', async () => {
  const harness = new Harness();
  const start = harness.daemon({
    name: 'slow',
    program: 'sleep',
    args: ['1000'],
    probe: async () => {
      throw new Error('connection refused');
    },
    timeout: 300,
  });
  await expect(start).rejects.toThrow(/slow did not get ready: connection refused/);
  await harness.close();
});

function mounts(): string {
  return readFileSync('/proc/self/mounts', 'utf8');
}
