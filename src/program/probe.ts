import { AsyncLocalStorage } from 'node:async_hooks';
import { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { systemClock } from '../core/clock.ts';
import { defined } from '../core/defined.ts';
import { messageOf } from '../core/error.ts';
import type { Env } from '../core/inputs.ts';
import { findProgram, isUsableFolder } from './find-program.ts';
import type { ProgramExit, ProgramResult } from './result.ts';
import { type LimitExceeded, type RunLimits, terminate, waitForEnd } from './termination.ts';

/** A question to a program that it answers at once: which version it is, whether it works here, what Git knows. It gets no secret. */
export interface ProbeRequest extends RunLimits {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Env;
  readonly cwd?: string;
}

/** Whoever has not answered after so many ms hangs. */
const TIMEOUT = 30_000;
/** How long output is waited for after an exit, in ms: a background process may hold it open. */
const AFTER_EXIT = 1000;
/** The longest answer in bytes. */
const LARGEST = 2 ** 20;

/** What the program says, without the blanks around it; `undefined` where it is not there, fails, hangs or prints too much. */
export async function probeOutput(question: ProbeRequest): Promise<string | undefined> {
  const result = await probe(question);
  return result.kind === 'exited' && result.code === 0 ? result.stdout.trim() : undefined;
}

/**
 * Runs a program by @actions/exec. A cancelled signal ends it and then throws the signal's reason. What the package lacks is here:
 * - it hands out no process and can end none: `spawned` gets it from Node;
 * - it reads until the output's end, and leaves a pipe open that a background process holds: it would keep the step alive;
 * - it looks for programs on the PATH of this process only, and splits a path at its blanks;
 * - it leaves the program's input open, and an input that the program does not read ends this whole process;
 * - it prints the command and its output (`silent`), hands on every variable (`clean`), and makes an exit code an exception;
 * - a folder that is a file ends this whole process by an unhandled rejection.
 */
export async function probe(question: ProbeRequest): Promise<ProgramResult> {
  const { program, args, env, cwd, signal, timeout = TIMEOUT, clock = systemClock } = question;
  signal?.throwIfAborted();
  const path = await findProgram(program, question);
  if (path === undefined) return { kind: 'not-found' };
  if (cwd !== undefined && !(await isUsableFolder(cwd))) return { kind: 'no-folder', folder: cwd };
  const { exec } = await import('@actions/exec');
  const answer = listen();
  const options = {
    env: clean(env),
    ...defined({ cwd }),
    silent: true,
    ignoreReturnCode: true,
    delay: AFTER_EXIT,
    listeners: answer.listeners,
  };
  const { running, started, child } = spawned(() => exec(`"${path.replaceAll('"', '\\"')}"`, [...args], options));
  const send = (name: 'SIGTERM' | 'SIGKILL') => void started.then((process) => process.kill(name));
  try {
    const stop = await waitForEnd(running, answer.overflow, { signal, timeout, clock });
    if (stop !== undefined) await terminate({ exited: running, closed: running, send }, clock);
    signal?.throwIfAborted();
    const excess = typeof stop === 'object' ? stop : answer.overflowed();
    return { ...(excess ?? exitOf(await running, child())), ...answer.texts() };
  } catch (thrown) {
    signal?.throwIfAborted();
    return { kind: 'not-started', reason: messageOf(thrown) };
  } finally {
    for (const stream of child()?.stdio ?? []) stream?.destroy();
    child()?.unref();
  }
}

const calls = new AsyncLocalStorage<symbol>();

/** Calls a function that starts a process but keeps it to itself. Node tells of every process that is made; the call's context tells ours. */
function spawned<T>(run: () => Promise<T>) {
  const call = Symbol('call');
  const started = Promise.withResolvers<ChildProcess>();
  let child: ChildProcess | undefined;
  const onProcess = (message: unknown) => {
    if (calls.getStore() !== call || typeof message !== 'object' || message === null || !('process' in message)) return;
    const { process } = message;
    if (!(process instanceof ChildProcess)) return;
    child = process;
    process.once('spawn', () => {
      process.stdin?.on('error', () => {}).end();
      started.resolve(process);
    });
  };
  subscribe('child_process', onProcess);
  const running = calls.run(call, run).finally(() => unsubscribe('child_process', onProcess));
  return { running, started: started.promise, child: () => child };
}

function listen() {
  const overflow = Promise.withResolvers<LimitExceeded>();
  let overflowed: LimitExceeded | undefined;
  const kept: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] };
  let size = 0;
  const keep = (name: 'stdout' | 'stderr') => (piece: Buffer) => {
    size += piece.length;
    if (size <= LARGEST) {
      kept[name].push(piece);
      return;
    }
    overflowed = { kind: 'too-much-output', characters: LARGEST };
    overflow.resolve(overflowed);
  };
  const text = (name: 'stdout' | 'stderr') => Buffer.concat(kept[name]).toString('utf8');
  return {
    listeners: { stdout: keep('stdout'), stderr: keep('stderr') },
    overflow: overflow.promise,
    overflowed: () => overflowed,
    texts: () => ({ stdout: text('stdout'), stderr: text('stderr') }),
  };
}

/** The package answers `null`, against its types, where a signal ended the program. */
function exitOf(code: number | null, child: ChildProcess | undefined): ProgramExit {
  return code === null ? { kind: 'killed', signal: child?.signalCode ?? 'unknown' } : { kind: 'exited', code };
}

/** The environment without the action's inputs and the job's tokens. */
function clean(env: Env): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || /^(INPUT|ACTIONS)_/.test(name) ? [] : [[name, value]],
    ),
  );
}
