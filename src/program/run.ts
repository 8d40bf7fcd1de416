import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { systemClock } from '../core/clock.ts';
import { messageOf } from '../core/error.ts';
import type { Env } from '../core/inputs.ts';
import { findProgram, isUsableFolder } from './find-program.ts';
import { keepAll, keepEnd, LARGEST_OUTPUT, lineReader, type OutputBuffer } from './output.ts';
import type { NotStarted, Output, ProgramExit, ProgramResult } from './result.ts';
import { drain, type LimitExceeded, type RunLimits, terminate, waitForEnd } from './termination.ts';

export interface ProgramRequest extends RunLimits {
  readonly program: string;
  /** Passed as they are: no shell reads them. */
  readonly args: readonly string[];
  readonly cwd?: string;
  /** The process's own where none is given. The action's inputs are taken out of either: they hold secrets that no program needs. */
  readonly env?: Env;
  /** Written to standard input. */
  readonly input?: string;
  /** Called with each line of either stream as it comes. */
  readonly onLine?: (line: string) => void;
  /** What is kept of standard output: all of it (up to 64 MiB), or its end. Default all. */
  readonly keep?: 'all' | 'end';
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** A program gets a group of its own, so that a signal reaches all that it has started. Windows has no such groups. */
const HAS_GROUPS = process.platform !== 'win32';

/**
 * Runs a program to its end; what it leaves running in the background is not waited for. For long runs and for what gets secrets: a
 * short question goes by `probe`. A cancelled signal ends the program and all that it started, and then throws the signal's reason.
 */
export async function runProgram(request: ProgramRequest): Promise<ProgramResult> {
  const { signal, clock = systemClock } = request;
  signal?.throwIfAborted();
  const started = await start(request);
  if ('kind' in started) return started;
  const { child } = started;

  const exited = once(child, 'exit');
  const closed = once(child, 'close');
  const output = gather(child, request);
  // A program that ends before it has read its input closes the pipe; its exit code says the rest.
  child.stdin.on('error', () => {});
  child.stdin.end(request.input ?? '');

  const stop = await waitForEnd(exited, output.overflow, request);
  if (stop === undefined) await drain(closed, output.received, clock);
  else await terminate({ exited, closed, send: (name) => send(child, name) }, clock);
  // Whoever holds the other ends must not keep this process alive; nor must a program that can't be killed.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  child.unref();
  signal?.throwIfAborted();
  const excess = typeof stop === 'object' ? stop : output.overflowed();
  return { ...(excess ?? exitOf(child)), ...output.texts() };
}

async function start(request: ProgramRequest): Promise<{ readonly child: Child } | NotStarted> {
  const { program, args, cwd, env = process.env } = request;
  try {
    const options = { cwd, env: withoutInputs(env), detached: HAS_GROUPS, windowsHide: true } as const;
    const child = spawn(program, [...args], { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
    await once(child, 'spawn');
    return { child };
  } catch (thrown) {
    return whyNotStarted(thrown, request);
  }
}

/** One errno stands for many reasons: a missing folder looks like a missing program, and so does a missing interpreter. */
async function whyNotStarted(thrown: unknown, request: ProgramRequest): Promise<NotStarted> {
  const { program, cwd } = request;
  const errno = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  if (cwd !== undefined && !(await isUsableFolder(cwd))) return { kind: 'no-folder', folder: cwd };
  if (errno === 'EACCES') return { kind: 'not-executable' };
  // Its own message quotes the argument, which may be a secret.
  if (errno === 'ERR_INVALID_ARG_VALUE')
    return { kind: 'not-started', reason: 'its name is empty, or a NUL byte is in its name, arguments or variables' };
  if (errno !== 'ENOENT' && errno !== 'ENOTDIR') return { kind: 'not-started', reason: messageOf(thrown) };
  if ((await findProgram(program, request)) === undefined) return { kind: 'not-found' };
  return { kind: 'not-started', reason: 'what its first line names does not exist' };
}

function gather(child: Child, { onLine, keep }: ProgramRequest) {
  const overflow = Promise.withResolvers<LimitExceeded>();
  let overflowed: LimitExceeded | undefined;
  const tooMuch = () => {
    overflowed = { kind: 'too-much-output', characters: LARGEST_OUTPUT };
    overflow.resolve(overflowed);
  };
  let received = 0;
  const follow = (stream: Readable, kept: OutputBuffer) => {
    const lines = onLine && lineReader(onLine);
    stream.setEncoding('utf8').on('data', (piece: string) => {
      received += piece.length;
      kept.add(piece);
      lines?.add(piece);
    });
    return () => {
      lines?.end();
      return kept.text();
    };
  };
  const stdout = follow(child.stdout, keep === 'end' ? keepEnd() : keepAll(LARGEST_OUTPUT, tooMuch));
  const stderr = follow(child.stderr, keepEnd());
  return {
    overflow: overflow.promise,
    overflowed: () => overflowed,
    received: () => received,
    texts: (): Output => ({ stdout: stdout(), stderr: stderr() }),
  };
}

function exitOf({ exitCode, signalCode }: Child): ProgramExit {
  return exitCode === null ? { kind: 'killed', signal: signalCode ?? 'unknown' } : { kind: 'exited', code: exitCode };
}

function send(child: Child, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    if (HAS_GROUPS && child.pid !== undefined) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // The group is gone already, or is another user's.
  }
}

function withoutInputs(env: Env): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('INPUT_')));
}
