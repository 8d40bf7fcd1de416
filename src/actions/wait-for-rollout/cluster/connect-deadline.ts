import { formatDuration } from '../../../core/duration.ts';
import { ActionError } from '../../../core/error.ts';
import type { Context } from '../../../entry/context.ts';
import type { FailedAttempt } from '../../../http/retry.ts';
import type { Connection } from '../../../kubernetes/config/connection.ts';
import type { contract } from '../contract.ts';

/** Between two lines about retries in the log, in ms. */
const LOG_INTERVAL = 10_000;

/**
 * Logs retries of requests to an API server. Until everything that the wait starts from was read, it also gives up when `timeout` has
 * passed; after that the wait keeps its own time.
 */
export class ConnectDeadline {
  readonly #context: Pick<Context<typeof contract>, 'clock' | 'log' | 'inputs'>;
  readonly #connection: Connection;
  readonly #startedAt: number;
  readonly #abort = new AbortController();
  readonly #connected = new AbortController();
  #loggedAt = Number.NEGATIVE_INFINITY;
  #isRunning = false;
  #lastReason = '';

  constructor(context: Pick<Context<typeof contract>, 'clock' | 'log' | 'inputs'>, connection: Connection) {
    this.#context = context;
    this.#connection = connection;
    this.#startedAt = context.clock.now();
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
    const { clock, log } = this.#context;
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
    const { clock, inputs } = this.#context;
    const { server, context } = this.#connection;
    try {
      await clock.sleep(this.#startedAt + inputs.timeout - clock.now(), this.#connected.signal);
    } catch {
      return;
    }
    this.#abort.abort(
      new ActionError({
        code: 'kubernetes-unreachable',
        message: `The API server ${server.host} (context ${context}) has not answered within ${formatDuration(inputs.timeout)}: ${this.#lastReason}.`,
        remedy:
          'Check the server address in the kubeconfig, and whether this runner may reach it (VPN, firewall, allowed IP ranges).',
      }),
    );
  }
}
