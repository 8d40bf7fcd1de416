import { ActionReport, type Status } from '../core/action-report.ts';
import type { Clock } from '../core/clock.ts';
import type { Contract } from '../core/contract.ts';
import { deliveryRecord } from '../core/delivery-record.ts';
import { ActionError, toActionError } from '../core/error.ts';
import { type Env, maskSecretInputs, readInputs } from '../core/inputs.ts';
import { createLog, type Log } from '../core/log.ts';
import { escapeProse } from '../core/markdown.ts';
import type { Runner } from '../core/runner.ts';
import { Secrets } from '../core/secrets.ts';
import { createHttp } from '../http/http.ts';
import type { Run } from './context.ts';
import { writeRunnerFiles } from './runner-files.ts';

/** The host that an action runs in: the process's own (main.ts), or a test's. */
export interface Host {
  readonly env: Env;
  readonly cwd: string;
  readonly clock: Clock;
  /** See `Runtime`. */
  readonly random?: (() => number) | undefined;
  readonly runner: Runner;
  /** Calls back when the job is cancelled. */
  readonly onCancel: (cancel: (signalName: string) => void) => void;
}

/** GitHub keeps at most 1 MiB of summary per step and shows nothing of a longer one, which `@actions/core` writes all the same. */
const SUMMARY_LIMIT = 1024 * 1024 - 1024;

/** Runs an action from its inputs to its outputs, summary and record, and answers the exit code. Never throws. */
export async function runAction<C extends Contract>(contract: C, run: Run<C>, host: Host): Promise<0 | 1> {
  const { env, clock, random, cwd, runner } = host;
  const startedAt = clock.now();
  const secrets = new Secrets((value) => runner.mask(value));
  const log = createLog(runner, secrets, contract.name);
  const report = new ActionReport<C>();
  const cancellation = new AbortController();
  host.onCancel((name) =>
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
    maskSecretInputs(contract, runner, secrets);
    const inputs = readInputs(contract, env, runner);
    await run({ inputs, report, env, clock, random, log, secrets, http, cwd, signal: cancellation.signal });
  } catch (thrown) {
    failure = toActionError(cancellation.signal.aborted ? cancellation.signal.reason : thrown);
  }
  await http.close().catch(() => {});

  const gathered = report.collect(contract);
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
  const lost = await writeRunnerFiles({ outputs, summary, record: recordLine }, env, runner);
  for (const problem of lost) logFailure(contract.name, problem, log);
  return failure || lost.length > 0 ? 1 : 0;
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
  return `> [!CAUTION]\n> **${action}**: ${escapeProse(failure.message)} (\`${failure.code}\`)\n>\n> → ${escapeProse(failure.remedy)}`;
}

function truncated(summary: string): string {
  const bytes = Buffer.from(summary);
  if (bytes.length <= SUMMARY_LIMIT) return summary;
  return `${bytes
    .subarray(0, SUMMARY_LIMIT)
    .toString('utf8')
    .replace(/\ufffd$/, '')}\n\n_(cut: a step's summary holds 1 MiB)_`;
}
