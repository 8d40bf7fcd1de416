import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { systemClock } from '../core/clock.ts';
import { messageOf } from '../core/error.ts';
import type { Env } from '../core/inputs.ts';
import { findProgram, isUsableFolder } from './find-program.ts';
import { collectOutput } from './output.ts';
import type { NotStarted, ProgramExit, ProgramResult } from './result.ts';
import { drain, type RunLimits, terminate, waitForEnd } from './termination.ts';

/** The limit for output that is kept as a whole, in characters. A longer string than 2^29 would crash the process. */
export const MAX_OUTPUT = 64 * 2 ** 20;

export interface ProgramRequest extends RunLimits {
  readonly program: string;
  /** Passed to the program without a shell. */
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Default: the environment of this process. The action's inputs are removed, because they contain secrets. */
  readonly env?: Env;
  /** Written to standard input. */
  readonly input?: string;
  /** Called with each line of both streams. */
  readonly onLine?: (line: string) => void;
  /** Called with each line of standard error, and with a prompt, which ends without a line break. */
  readonly onErrorLine?: (line: string) => void;
  /** How much of standard output is kept: all of it, up to 64 MiB, or its end. Default `all`. */
  readonly keep?: 'all' | 'end';
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** A program gets its own process group, so that a signal reaches every process that it started. Windows has no process groups. */
const HAS_PROCESS_GROUPS = process.platform !== 'win32';

/**
 * Runs a program, without waiting for background processes that it leaves behind. For long runs and for programs that get secrets; short
 * queries use `probe`. An aborted signal terminates the program and its process group, and throws the signal's reason.
 */
export async function runProgram(request: ProgramRequest): Promise<ProgramResult> {
  const { signal, clock = systemClock } = request;
  signal?.throwIfAborted();
  const started = await start(request);
  if ('kind' in started) return started;
  const { child } = started;

  const exited = once(child, 'exit');
  const closed = once(child, 'close');
  const output = collectOutput({
    stdout: request.keep ?? 'all',
    stderr: 'end',
    limit: MAX_OUTPUT,
    onLine: request.onLine,
    onErrorLine: request.onErrorLine,
  });
  child.stdout.on('data', output.add.stdout);
  child.stderr.on('data', output.add.stderr);
  // A program that exits before it has read its input closes the pipe. Its exit code is what counts.
  child.stdin.on('error', () => {});
  child.stdin.end(request.input ?? '');

  const stop = await waitForEnd(exited, output.overflow, request);
  if (stop === undefined) await drain(closed, output.received, clock);
  else await terminate({ exited, closed, send: (name) => send(child, name) }, clock);
  // Neither a background process that holds a pipe nor a program that can't be killed may keep this process alive.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  child.unref();
  signal?.throwIfAborted();
  const exceeded = typeof stop === 'object' ? stop : output.overflowed();
  return { ...(exceeded ?? exitOf(child)), ...output.texts() };
}

async function start(request: ProgramRequest): Promise<{ readonly child: Child } | NotStarted> {
  const { program, args, cwd, env = process.env } = request;
  try {
    const options = { cwd, env: withoutInputs(env), detached: HAS_PROCESS_GROUPS, windowsHide: true } as const;
    const child = spawn(program, [...args], { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
    await once(child, 'spawn');
    return { child };
  } catch (thrown) {
    return whyNotStarted(thrown, request);
  }
}

/** ENOENT is ambiguous: the program, its working folder or its interpreter may be missing. */
async function whyNotStarted(thrown: unknown, request: ProgramRequest): Promise<NotStarted> {
  const { program, cwd } = request;
  const errno = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  if (cwd !== undefined && !(await isUsableFolder(cwd))) return { kind: 'no-folder', folder: cwd };
  if (errno === 'EACCES') return { kind: 'not-executable' };
  // Node's message quotes the argument, which may be a secret.
  if (errno === 'ERR_INVALID_ARG_VALUE')
    return {
      kind: 'not-started',
      reason: 'its name is empty, or there is a NUL byte in its name, its arguments or its environment',
    };
  if (errno !== 'ENOENT' && errno !== 'ENOTDIR') return { kind: 'not-started', reason: messageOf(thrown) };
  if ((await findProgram(program, request)) === undefined) return { kind: 'not-found' };
  return { kind: 'not-started', reason: 'the interpreter in its first line does not exist' };
}

function exitOf({ exitCode, signalCode }: Child): ProgramExit {
  return exitCode === null ? { kind: 'killed', signal: signalCode ?? 'unknown' } : { kind: 'exited', code: exitCode };
}

function send(child: Child, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    if (HAS_PROCESS_GROUPS && child.pid !== undefined) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // The group has already exited, or belongs to another user.
  }
}

function withoutInputs(env: Env): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('INPUT_')));
}
