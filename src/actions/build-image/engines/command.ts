import { basename } from 'node:path';
import { backoffDelay } from '../../../core/backoff.ts';
import { ActionError } from '../../../core/error.ts';
import type { Env } from '../../../core/inputs.ts';

import { describeResult, lastOutputLine } from '../../../program/result.ts';
import { runProgram } from '../../../program/run.ts';
import type { BuildSession } from '../session/build-session.ts';

/** In ms. A job ends after this time too, unless its workflow says otherwise (`timeout-minutes`). */
const LONGEST_RUN = 6 * 60 * 60_000;

export interface EngineCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** In addition to the runner's environment. */
  readonly env: Env;
}

export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of an engine, and logs its output line by line. @throws ActionError with `code` if it fails */
export async function runEngineProgram(
  session: BuildSession,
  command: EngineCommand,
  code: 'build-failed' | 'push-failed',
): Promise<CommandOutput> {
  const { program, args } = command;
  session.log.info(`$ ${[program, ...args].map(readable).join(' ')}`);
  const result = await runProgram({
    program,
    args,
    cwd: session.spec.context,
    env: { ...session.env, ...command.env },
    signal: session.signal,
    timeout: LONGEST_RUN,
    keep: 'end',
    onLine: (line) => session.log.info(`  ${line}`),
  });
  if (result.kind === 'exited' && result.code === 0) return result;
  if (result.kind === 'not-found' || result.kind === 'not-executable')
    throw new ActionError({
      code: 'engine-not-found',
      message: `${program} ${describeResult(result)}.`,
      remedy: 'Install it, or choose another `engine`.',
    });
  const name = `${basename(program)} ${args.find((arg) => !arg.startsWith('-')) ?? ''}`.trim();
  const last = lastOutputLine(result);
  throw new ActionError({
    code,
    message: `\`${name}\` ${describeResult(result)}${last ? `: ${last}` : ''}.`.replace(/\.\.$/, '.'),
    remedy:
      code === 'build-failed'
        ? 'The log above shows the step that failed.'
        : 'The log above shows the response of the registry. The build itself succeeded, so running again is cheap.',
  });
}

/** Messages of registries and networks for which the same push may succeed a moment later. */
const TEMPORARY =
  /\b(429|50[0234])\b|too many requests|toomanyrequests|service unavailable|bad gateway|connection (reset|refused)|broken pipe|i\/o timeout|TLS handshake timeout|unexpected EOF|\bEOF\b/i;

/** Runs a push, and retries it after a temporary failure. Nothing is built again. */
export async function runPush(session: BuildSession, command: EngineCommand): Promise<CommandOutput> {
  const { spec, clock, log, signal } = session;
  for (let attempt = 0; ; attempt++) {
    try {
      return await runEngineProgram(session, command, 'push-failed');
    } catch (thrown) {
      const isTemporary =
        thrown instanceof ActionError && thrown.code === 'push-failed' && TEMPORARY.test(thrown.message);
      if (!isTemporary || attempt >= spec.options.retries) throw thrown;
      const waitMs = backoffDelay({ firstDelay: 1000, maxDelay: 20_000 }, attempt);
      log.info(`The push failed for a temporary reason; trying again in ${(waitMs / 1000).toFixed(1)} s`);
      await clock.sleep(waitMs, signal);
    }
  }
}

/** An argument for people, not for a shell. */
function readable(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : JSON.stringify(argument);
}
