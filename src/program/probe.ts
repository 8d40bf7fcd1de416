import { AsyncLocalStorage } from 'node:async_hooks';
import { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { systemClock } from '../core/clock.ts';
import { defined } from '../core/defined.ts';
import { messageOf } from '../core/error.ts';
import type { Env } from '../core/inputs.ts';
import { findProgram, isUsableFolder } from './find-program.ts';
import { collectOutput } from './output.ts';
import type { ProgramExit, ProgramResult } from './result.ts';
import { type RunLimits, terminate, waitForEnd } from './termination.ts';

/** A short query to a program, such as its version. The program gets no secrets. */
export interface ProbeRequest extends RunLimits {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Env;
  readonly cwd?: string;
}

/** The default timeout, in ms. */
const TIMEOUT = 30_000;
/** How long output is read after the exit, in ms: a background process may keep it open. */
const OUTPUT_DELAY = 1000;
/** The limit for the output, in characters. */
const MAX_OUTPUT = 2 ** 20;

/** The trimmed standard output of a program; `undefined` if the program is missing, fails, hangs or prints too much. */
export async function probeOutput(request: ProbeRequest): Promise<string | undefined> {
  const result = await probe(request);
  return result.kind === 'exited' && result.code === 0 ? result.stdout.trim() : undefined;
}

/**
 * Runs a program with @actions/exec. An aborted signal terminates it, and throws the signal's reason. This works around what the package
 * lacks:
 * - It doesn't expose the process and can't terminate it: `captureProcess` gets it from Node.
 * - It leaves a pipe open that a background process holds, which would keep the step alive.
 * - It searches programs only on the PATH of this process, and splits a path at its spaces.
 * - It leaves standard input open, and an input that the program doesn't read crashes this process.
 * - It logs the command and its output (`silent`), passes every variable on (`withoutSecrets`), and throws on an exit code.
 * - A working folder that is a file crashes this process with an unhandled rejection.
 */
export async function probe(request: ProbeRequest): Promise<ProgramResult> {
  const { program, args, env, cwd, signal, timeout = TIMEOUT, clock = systemClock } = request;
  signal?.throwIfAborted();
  const path = await findProgram(program, request);
  if (path === undefined) return { kind: 'not-found' };
  if (cwd !== undefined && !(await isUsableFolder(cwd))) return { kind: 'no-folder', folder: cwd };
  const { exec } = await import('@actions/exec');
  const output = collectOutput({ stdout: 'all', stderr: 'all', limit: MAX_OUTPUT });
  const options = {
    env: withoutSecrets(env),
    ...defined({ cwd }),
    silent: true,
    ignoreReturnCode: true,
    delay: OUTPUT_DELAY,
    listeners: output.add,
  };
  const { running, started, child } = captureProcess(() =>
    exec(`"${path.replaceAll('"', '\\"')}"`, [...args], options),
  );
  const send = (name: 'SIGTERM' | 'SIGKILL') => void started.then((process) => process.kill(name));
  try {
    const stop = await waitForEnd(running, output.overflow, { signal, timeout, clock });
    if (stop !== undefined) await terminate({ exited: running, closed: running, send }, clock);
    signal?.throwIfAborted();
    const exceeded = typeof stop === 'object' ? stop : output.overflowed();
    return { ...(exceeded ?? exitOf(await running, child())), ...output.texts() };
  } catch (thrown) {
    signal?.throwIfAborted();
    return { kind: 'not-started', reason: messageOf(thrown) };
  } finally {
    for (const stream of child()?.stdio ?? []) stream?.destroy();
    child()?.unref();
  }
}

const calls = new AsyncLocalStorage<symbol>();

/** Gets the process that a function starts internally: Node publishes every new process, and the async context identifies ours. */
function captureProcess<T>(run: () => Promise<T>) {
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

/** The package returns `null`, against its types, if a signal terminated the program. */
function exitOf(code: number | null, child: ChildProcess | undefined): ProgramExit {
  return code === null ? { kind: 'killed', signal: child?.signalCode ?? 'unknown' } : { kind: 'exited', code };
}

/** The environment without the inputs of the action and the tokens of the job. */
function withoutSecrets(env: Env): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || /^(INPUT|ACTIONS)_/.test(name) ? [] : [[name, value]],
    ),
  );
}
