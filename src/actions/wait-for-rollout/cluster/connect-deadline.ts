import { LONGEST_TIMER } from '../../../core/clock.ts';
import { formatDuration } from '../../../core/duration.ts';
import { ActionError } from '../../../core/error.ts';
import type { Runtime } from '../../../entry/context.ts';
import type { FailedAttempt } from '../../../http/retry.ts';
import type { Connection } from '../../../kubernetes/config/connection.ts';

/** Between two lines about retries in the log, in ms. */
const LOG_INTERVAL = 10_000;

/**
 * Logs retries of requests to an API server. Until everything that the wait starts from was read, it also gives up when the timeout has
 * passed, whatever the server or a program of the kubeconfig does; after that the wait keeps its own time.
 */
export class ConnectDeadline {
  readonly #connection: Connection;
  readonly #timeout: number;
  readonly #runtime: Pick<Runtime, 'clock' | 'log'>;
  readonly #startedAt: number;
  readonly #abort = new AbortController();
  readonly #connected = new AbortController();
  #loggedAt = Number.NEGATIVE_INFINITY;
  readonly #timer: NodeJS.Timeout;
  #hurryTimer: NodeJS.Timeout | undefined;
  #isRetrying = false;
  #lastReason = '';

  /** @param timeout in ms. */
  constructor(connection: Connection, timeout: number, runtime: Pick<Runtime, 'clock' | 'log'>) {
    this.#connection = connection;
    this.#timeout = timeout;
    this.#runtime = runtime;
    this.#startedAt = runtime.clock.now();
    // For a response or a program that doesn't come to an end. Like all network timeouts, it uses real time.
    this.#timer = setTimeout(() => this.#giveUp(), Math.min(timeout, LONGEST_TIMER));
  }

  /** Aborts all requests to the server, with the error as its reason. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Another cluster was reached: this one gets so much more time, in ms, or half of the time that is left, whichever is less. */
  hurry(ms: number): void {
    const left = (this.#startedAt + this.#timeout - this.#runtime.clock.now()) / 2;
    // A person may be about to log in.
    const isAsking = (this.#connection.credentials.runningProgram?.lastLines.length ?? 0) > 0;
    this.#hurryTimer ??= setTimeout(() => this.#giveUp(), Math.max(0, isAsking ? left : Math.min(ms, left)));
  }

  /** This cluster was reached. */
  calm(): void {
    clearTimeout(this.#hurryTimer);
    this.#hurryTimer = undefined;
  }

  /** Everything that the wait starts from was read: the deadline no longer applies. */
  connected(): void {
    this.calm();
    clearTimeout(this.#timer);
    this.#connected.abort();
  }

  /** The action ends: so do all requests and retries. */
  close(): void {
    this.connected();
    this.#abort.abort(new Error('the wait is over'));
  }

  readonly onRetry = ({ reason, waitMs }: FailedAttempt): void => {
    const { clock, log } = this.#runtime;
    const { server, context } = this.#connection;
    this.#lastReason = reason;
    if (clock.now() - this.#loggedAt >= LOG_INTERVAL) {
      this.#loggedAt = clock.now();
      log.info(
        `A request to the API server ${server.host} (context ${context}) failed (${reason}): trying again in ${formatDuration(waitMs)}.`,
      );
    }
    if (!this.#isRetrying && !this.#connected.signal.aborted) {
      this.#isRetrying = true;
      void this.#abortAtDeadline();
    }
  };

  async #abortAtDeadline(): Promise<void> {
    const { clock } = this.#runtime;
    try {
      await clock.sleep(this.#startedAt + this.#timeout - clock.now(), this.#connected.signal);
    } catch {
      return;
    }
    this.#giveUp();
  }

  #giveUp(): void {
    const { server, context, credentials } = this.#connection;
    const time = formatDuration(this.#runtime.clock.now() - this.#startedAt);
    const program = credentials.runningProgram;
    const lines = program?.lastLines.map((line) => `| ${line}`) ?? [];
    const said = lines.length > 0 ? ['. It said:', ...lines].join('\n') : '.';
    this.#abort.abort(
      program === undefined
        ? new ActionError({
            code: 'kubernetes-unreachable',
            message: `The API server ${server.host} (context ${context}) has not answered within ${time}${this.#lastReason && `: ${this.#lastReason}`}.`,
            remedy:
              'Check the server address in the kubeconfig, and whether this runner may reach it (VPN, firewall, allowed IP ranges).',
          })
        : new ActionError({
            code: 'kubeconfig-exec-failed',
            message: `The program "${program.command}", from which the kubeconfig gets its credentials, has not ended within ${time}${said}`,
            remedy:
              'If it waits for a person to log in, let it log in by itself (a service account, workload identity), or use a token. Otherwise run it in an earlier step to see what it waits for.',
          }),
    );
  }
}
