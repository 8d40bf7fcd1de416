import { type Clock, systemClock } from '../action/clock.ts';
import { command } from '../action/commands.ts';
import type { Contract } from '../action/contract.ts';
import { ActionError, toActionError } from '../action/error.ts';
import { type Env, maskSecretInputs, readInputs } from '../action/inputs.ts';
import { createLog, type Log } from '../action/log.ts';
import { sentence } from '../action/markdown.ts';
import { deliveryRecord } from '../action/record.ts';
import { Report, type Status } from '../action/report.ts';
import { Secrets } from '../action/secrets.ts';
import { createHttp } from '../http/http.ts';
import type { Run } from './context.ts';
import { leaveBehind } from './leavings.ts';

/** The world as main.ts sees it: the process's own, or a test's. */
export interface World {
  readonly env: Env;
  readonly cwd: string;
  readonly clock: Clock;
  readonly write: (line: string) => void;
  /** Calls back when the job is cancelled. */
  readonly onCancel: (cancel: (signalName: string) => void) => void;
}

/** GitHub keeps at most 1 MiB of summary per step and shows nothing of a longer one. */
const SUMMARY_LIMIT = 1024 * 1024 - 1024;

/** Runs an action from its inputs to its outputs, summary and record, and answers the exit code. Never throws. */
export async function runAction<C extends Contract>(contract: C, run: Run<C>, world: World): Promise<0 | 1> {
  const { env, clock, cwd } = world;
  const startedAt = clock.now();
  const secrets = new Secrets((value) => world.write(command('add-mask', {}, value)));
  const log = createLog(world.write, secrets, { action: contract.name, debugging: env['RUNNER_DEBUG'] === '1' });
  const report = new Report<C>();
  const cancellation = new AbortController();
  world.onCancel((name) =>
    cancellation.abort(
      new ActionError({
        code: 'cancelled',
        message: `The job was cancelled (${name}).`,
        remedy: 'Run it again: every step is safe to repeat.',
      }),
    ),
  );
  const http = createHttp({ env, userAgent: `gitops-actions/${contract.name}` });

  let failure: ActionError | undefined;
  try {
    maskSecretInputs(contract, env, secrets);
    const inputs = readInputs(contract, env);
    await run({ inputs, report, env, clock, log, secrets, http, cwd, signal: cancellation.signal });
  } catch (thrown) {
    failure = toActionError(cancellation.signal.aborted ? cancellation.signal.reason : thrown);
  }
  await http.close().catch(() => {});

  const gathered = report.gathered(contract);
  const status = statusOf(failure, gathered.skipped, cancellation.signal.aborted);
  if (failure) logFailure(contract.name, failure, log);

  const summary = truncated(
    secrets.redact(
      [gathered.summary, failure ? failureSection(contract.name, failure) : ''].filter(Boolean).join('\n\n'),
    ),
  );
  const { environment, subject, details } = gathered;
  const record = deliveryRecord(
    {
      action: contract.name,
      status,
      startedAt,
      finishedAt: clock.now(),
      environment,
      subject,
      details: failure ? { ...details, error: { code: failure.code, message: failure.message } } : details,
    },
    env,
  );
  const recordLine = secrets.redact(JSON.stringify(record));
  gathered.outputs.set('status', status).set('record', recordLine).set('summary', summary);

  const outputs = new Map([...gathered.outputs].map(([name, value]) => [name, secrets.redact(value)]));
  const lost = leaveBehind({ outputs, summary, record: recordLine }, env);
  for (const problem of lost) logFailure(contract.name, problem, log);
  return failure || lost.length > 0 ? 1 : 0;
}

/** The entry of a bundle: the real process as the world. */
export async function main<C extends Contract>(contract: C, run: Run<C>): Promise<void> {
  process.exitCode = await runAction(contract, run, {
    env: process.env,
    cwd: process.env['GITHUB_WORKSPACE'] ?? process.cwd(),
    clock: systemClock,
    write: (line) => process.stdout.write(`${line}\n`),
    onCancel(cancel) {
      // The runner sends SIGINT, 7.5 s later SIGTERM, and kills 2.5 s after that.
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => cancel(name));
    },
  });
}

function statusOf(failure: ActionError | undefined, skipped: boolean, cancelled: boolean): Status {
  if (failure) return cancelled ? 'cancelled' : 'failure';
  return skipped ? 'skipped' : 'success';
}

function logFailure(action: string, failure: ActionError, log: Log): void {
  log.error(`${failure.message}\n→ ${failure.remedy}`, { title: `${action}: ${failure.code}` });
  if (failure.stack) log.debug(failure.stack);
  for (let cause = failure.cause; cause instanceof Error; cause = cause.cause)
    log.debug(`caused by ${cause.stack ?? cause.message}`);
}

function failureSection(action: string, failure: ActionError): string {
  return `> [!CAUTION]\n> **${action}**: ${sentence(failure.message)} (\`${failure.code}\`)\n>\n> → ${sentence(failure.remedy)}`;
}

function truncated(summary: string): string {
  const bytes = Buffer.from(summary);
  if (bytes.length <= SUMMARY_LIMIT) return summary;
  return `${bytes
    .subarray(0, SUMMARY_LIMIT)
    .toString('utf8')
    .replace(/\ufffd$/, '')}\n\n_(cut: a step's summary holds 1 MiB)_`;
}
