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

  /** Everything that the wait starts from was read: the deadline no longer applies. */
  connected(): void {
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
    const time = formatDuration(this.#timeout);
    const program = credentials.runningProgram;
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
            message: `The program "${program}", from which the kubeconfig gets its credentials, has not ended within ${time}.`,
            remedy: 'Run it in an earlier step to see what it waits for. Often it is a login that is missing.',
          }),
    );
  }
}
