import { basename } from 'node:path';
import { ActionError } from '../../../core/error.ts';
import type { Env } from '../../../core/inputs.ts';
import { backoff } from '../../../http/retry.ts';
import { fateOf, lastWords } from '../../../program/result.ts';
import { runProgram } from '../../../program/run.ts';
import type { BuildSession } from './engine.ts';

export interface EngineCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Beside the runner's environment. */
  readonly env: Env;
}

export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of an engine, its output in the log as it comes. @throws ActionError with `code` where it fails. */
export async function runEngineProgram(
  workshop: BuildSession,
  command: EngineCommand,
  code: 'build-failed' | 'push-failed',
): Promise<Finished> {
  const { program, args } = command;
  workshop.log.info(`$ ${[program, ...args].map(shown).join(' ')}`);
  const result = await runProgram({
    program,
    args,
    cwd: workshop.plan.context,
    env: { ...workshop.env, ...command.env },
    signal: workshop.signal,
    keep: 'end',
    onLine: (line) => workshop.log.info(`  ${line}`),
  });
  if (result.kind === 'exited' && result.code === 0) return result;
  if (result.kind === 'not-found' || result.kind === 'not-executable')
    throw new ActionError({
      code: 'engine-not-found',
      message: `${program} ${fateOf(result)}.`,
      remedy: 'Install it, or choose another `engine`.',
    });
  const name = `${basename(program)} ${args.find((arg) => !arg.startsWith('-')) ?? ''}`.trim();
  const last = lastWords(result);
  throw new ActionError({
    code,
    message: `\`${name}\` ${fateOf(result)}${last ? `: ${last}` : ''}.`.replace(/\.\.$/, '.'),
    remedy:
      code === 'build-failed'
        ? 'The log above shows the step that failed.'
        : 'The log above shows what the registry answered; the build itself went well, so running again is cheap.',
  });
}

/** What a registry or a network says when the same push may go through in a moment. */
const PASSING =
  /\b(429|50[0234])\b|too many requests|toomanyrequests|service unavailable|bad gateway|connection (reset|refused)|broken pipe|i\/o timeout|TLS handshake timeout|unexpected EOF|\bEOF\b/i;

/** Runs a push again while its failure may pass; nothing is built again. */
export async function runPush(workshop: BuildSession, command: EngineCommand): Promise<Finished> {
  const { plan, clock, log, signal } = workshop;
  for (let attempt = 0; ; attempt++) {
    try {
      return await runEngineProgram(workshop, command, 'push-failed');
    } catch (thrown) {
      const passing = thrown instanceof ActionError && thrown.code === 'push-failed' && PASSING.test(thrown.message);
      if (!passing || attempt >= plan.inputs.retries) throw thrown;
      const waitMs = backoff({ first: 1000, longest: 20_000 }, attempt);
      log.info(`The push failed in passing; again in ${(waitMs / 1000).toFixed(1)} s`);
      await clock.sleep(waitMs, signal);
    }
  }
}

/** For reading, not for a shell. */
function shown(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : JSON.stringify(argument);
}
