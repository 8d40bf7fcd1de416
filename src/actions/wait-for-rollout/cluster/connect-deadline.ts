import { formatDuration } from '../../../core/duration.ts';
import { ActionError } from '../../../core/error.ts';
import type { Runtime } from '../../../entry/context.ts';
import type { FailedAttempt } from '../../../http/retry.ts';
import type { Connection } from '../../../kubernetes/config/connection.ts';

/** Between two lines about retries in the log, in ms. */
const LOG_INTERVAL = 10_000;

/**
 * Logs retries of requests to an API server. Until everything that the wait starts from was read, it also gives up when the timeout has
 * passed; after that the wait keeps its own time.
 */
export class ConnectDeadline {
  readonly #connection: Connection;
  readonly #timeout: number;
  readonly #runtime: Pick<Runtime, 'clock' | 'log'>;
  readonly #startedAt: number;
  readonly #abort = new AbortController();
  readonly #connected = new AbortController();
  #loggedAt = Number.NEGATIVE_INFINITY;
  #isRunning = false;
  #lastReason = '';

  /** @param timeout in ms. */
  constructor(connection: Connection, timeout: number, runtime: Pick<Runtime, 'clock' | 'log'>) {
    this.#connection = connection;
    this.#timeout = timeout;
    this.#runtime = runtime;
    this.#startedAt = runtime.clock.now();
  }

  /** Aborts all requests to the server, with the error as its reason. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Everything that the wait starts from was read: the deadline no longer applies. */
  connected(): void {
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
    if (!this.#isRunning && !this.#connected.signal.aborted) {
      this.#isRunning = true;
      void this.#abortAtDeadline();
    }
  };

  async #abortAtDeadline(): Promise<void> {
    const { clock } = this.#runtime;
    const { server, context } = this.#connection;
    try {
      await clock.sleep(this.#startedAt + this.#timeout - clock.now(), this.#connected.signal);
    } catch {
      return;
    }
    this.#abort.abort(
      new ActionError({
        code: 'kubernetes-unreachable',
        message: `The API server ${server.host} (context ${context}) has not answered within ${formatDuration(this.#timeout)}: ${this.#lastReason}.`,
        remedy:
          'Check the server address in the kubeconfig, and whether this runner may reach it (VPN, firewall, allowed IP ranges).',
      }),
    );
  }
}
