import { spawnSync } from 'node:child_process';
import { defined } from '../src/core/defined.ts';

export interface Command {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Throws if the run didn't do what is measured. */
  readonly check: (result: {
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
  }) => void;
  /** Undoes the changes of a run; not measured. */
  readonly reset?: () => void;
}

/** Runs a command, and returns its wall-clock time in ms. */
function timeRun(command: Command): number {
  command.reset?.();
  const startedAt = performance.now();
  const { status, stdout, stderr, error } = spawnSync(command.program, [...command.args], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...command.env },
    ...defined({ cwd: command.cwd }),
  });
  const elapsed = performance.now() - startedAt;
  if (error) throw error;
  command.check({ status, stdout, stderr });
  return elapsed;
}

/**
 * Runs several commands alternately, so that other load on the machine affects all of them equally, and returns their median times.
 * The first round, which warms the disk cache, isn't measured.
 */
export function medians(commands: readonly Command[], rounds: number): ReadonlyMap<string, number> {
  const times = new Map(commands.map(({ name }): [string, number[]] => [name, []]));
  for (const command of commands) timeRun(command);
  for (let round = 0; round < rounds; round++)
    for (const command of commands) times.get(command.name)?.push(timeRun(command));
  return new Map([...times].map(([name, values]) => [name, median(values)]));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  if (low === undefined || high === undefined) throw new RangeError('An empty list has no median.');
  return (low + high) / 2;
}
