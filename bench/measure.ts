import { spawnSync } from 'node:child_process';
import { defined } from '../src/core/defined.ts';

export interface Command {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Throws when a run did not do what is measured: a time of something else is no measurement. */
  readonly check: (result: {
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
  }) => void;
  /** Restores what a run changed; not measured. */
  readonly reset?: () => void;
}

/** Wall-clock milliseconds of the whole process, start to end. */
function timed(command: Command): number {
  command.reset?.();
  const began = performance.now();
  const { status, stdout, stderr, error } = spawnSync(command.program, [...command.args], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...command.env },
    ...defined({ cwd: command.cwd }),
  });
  const elapsed = performance.now() - began;
  if (error) throw error;
  command.check({ status, stdout, stderr });
  return elapsed;
}

/**
 * Medians of several commands that take turns: what else the machine does then falls on all of them alike.
 * A round that nobody measures warms the disk's cache first.
 */
export function medians(commands: readonly Command[], rounds: number): ReadonlyMap<string, number> {
  const times = new Map(commands.map(({ name }): [string, number[]] => [name, []]));
  for (const command of commands) timed(command);
  for (let round = 0; round < rounds; round++)
    for (const command of commands) times.get(command.name)?.push(timed(command));
  return new Map([...times].map(([name, values]) => [name, median(values)]));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  if (low === undefined || high === undefined) throw new RangeError('There is no median of nothing.');
  return (low + high) / 2;
}
