import { ActionReport, type Status } from '../core/action-report.ts';
import type { Clock } from '../core/clock.ts';
import type { Contract, OutputSpec } from '../core/contract.ts';
import { deliveryRecord } from '../core/delivery-record.ts';
import { ActionError, toActionError } from '../core/error.ts';
import { type Env, maskSecretInputs, readInputs } from '../core/inputs.ts';
import { createLog, type Log } from '../core/log.ts';
import { escapeProse } from '../core/markdown.ts';
import type { Runner } from '../core/runner.ts';
import { Secrets } from '../core/secrets.ts';
import { explainMachineFailure } from '../files/machine-failure.ts';
import { createHttp } from '../http/http.ts';
import type { Run } from './context.ts';
import { writeRunnerFiles } from './runner-files.ts';

/** What runs the action: the process (main.ts), or a test. */
export interface Host {
  readonly env: Env;
  readonly cwd: string;
  readonly clock: Clock;
  /** See `Runtime`. */
  readonly random?: (() => number) | undefined;
  readonly runner: Runner;
  /** Calls back when the job is cancelled. */
  readonly onCancel: (cancel: (signalName: string) => void) => void;
  /** How long a cancelled action may take to end, in ms. Default 8 s. */
  readonly cancelGrace?: number;
}

/** GitHub shows nothing of a summary of more than 1 MiB. `@actions/core` doesn't check the size. */
const MAX_SUMMARY_BYTES = 1024 * 1024 - 1024;

/** The runner kills a cancelled process after 10 s, and the action terminates a program within 5.5 s. */
const CANCEL_GRACE = 8000;

/** Runs an action: reads its inputs, and writes its outputs, summary and record. Returns the exit code, and never throws. */
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
        remedy: 'Run the job again: every step can be repeated safely.',
      }),
    ),
  );
  const over = new AbortController();
  const signal = AbortSignal.any([cancellation.signal, over.signal]);
  const http = createHttp({ env, userAgent: `gitops-actions/${contract.name}` });

  let failure: ActionError | undefined;
  try {
    await maskSecretInputs(contract, runner, secrets);
    const inputs = readInputs(contract, env, runner);
    const late = givenUp(cancellation.signal, over.signal, host.cancelGrace ?? CANCEL_GRACE);
    await Promise.race([late, run({ inputs, report, env, clock, random, log, secrets, http, cwd, signal })]);
  } catch (thrown) {
    failure = toActionError(cancellation.signal.aborted ? cancellation.signal.reason : explainMachineFailure(thrown));
  }
  // What still runs in the background must neither keep the step alive nor write to its log.
  over.abort(new Error('the action is over'));
  await http.close().catch(() => {});

  const collected = report.collect(contract);
  const status = statusOf(failure, collected.skipped, cancellation.signal.aborted);
  if (failure) logFailure(contract.name, failure, log);

  const summary = truncated(
    secrets.redact(
      [collected.summary, failure ? failureSection(contract.name, failure) : ''].filter(Boolean).join('\n\n'),
    ),
  );
  const { environment, subject, details } = collected;
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
  const recordLine = secrets.redactJson(JSON.stringify(record));
  collected.outputs.set('status', status).set('record', recordLine).set('summary', summary);

  const outputs = new Map(
    [...collected.outputs].map(([name, value]) => [name, redactedOutput(value, contract.outputs[name], secrets)]),
  );
  const unwritten = await writeRunnerFiles({ outputs, summary, record: recordLine }, env, runner);
  for (const problem of unwritten) logFailure(contract.name, problem, log);
  return failure || unwritten.length > 0 ? 1 : 0;
}

/** Rejects with the reason of a cancellation if the action has still not ended `grace` ms later, in real time, as the runner counts. */
function givenUp(cancelled: AbortSignal, over: AbortSignal, grace: number): Promise<never> {
  return new Promise((_, reject) => {
    const giveUp = () => {
      const timer = setTimeout(() => reject(cancelled.reason), grace);
      over.addEventListener('abort', () => clearTimeout(timer), { once: true });
    };
    cancelled.addEventListener('abort', giveUp, { once: true, signal: over });
  });
}

/** A verbatim output quotes the user's own files, and a later step needs it byte for byte. */
function redactedOutput(value: string, spec: OutputSpec | undefined, secrets: Secrets): string {
  return spec?.isVerbatim ? secrets.redactJson(value, (text) => secrets.redactKnown(text)) : secrets.redactJson(value);
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
  if (bytes.length <= MAX_SUMMARY_BYTES) return summary;
  return `${bytes
    .subarray(0, MAX_SUMMARY_BYTES)
    .toString('utf8')
    .replace(/\ufffd$/, '')}\n\n_(truncated: GitHub allows 1 MiB per step)_`;
}
