import { formatDuration } from '../../../core/duration.ts';
import { ActionError } from '../../../core/error.ts';
import type { Context } from '../../../entry/context.ts';
import type { Attempt } from '../../../http/retry.ts';
import type { Connection } from '../../../kubernetes/config/connection.ts';
import type { contract } from '../contract.ts';

/** That it is still tried is said so often, in ms. */
const EVERY = 10_000;

/** Tells while an API server is in trouble, and ends what is asked of it; before the wait it is given up when the time of the wait is over. */
export class ConnectDeadline {
  readonly #context: Pick<Context<typeof contract>, 'clock' | 'log' | 'inputs'>;
  readonly #connection: Connection;
  readonly #startedAt: number;
  readonly #over = new AbortController();
  /** Aborted with the first answer to everything that is asked before the wait. */
  readonly #reached = new AbortController();
  #saidAt = Number.NEGATIVE_INFINITY;
  #isTimed = false;
  #reason = '';

  constructor(context: Pick<Context<typeof contract>, 'clock' | 'log' | 'inputs'>, connection: Connection) {
    this.#context = context;
    this.#connection = connection;
    this.#startedAt = context.clock.now();
  }

  /** Aborts, with the sentence that says so, when the server is given up. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** From now on the wait itself knows when its time is over. */
  end(): void {
    this.#reached.abort();
  }

  /** The action is over: whatever is still asked or tried again ends. */
  abandon(): void {
    this.end();
    this.#over.abort(new Error('the wait is over'));
  }

  /** An attempt has failed, and another one follows. */
  readonly tell = ({ reason, waitMs }: Attempt): void => {
    const { clock, log } = this.#context;
    const { server, context } = this.#connection;
    this.#reason = reason;
    if (clock.now() - this.#saidAt >= EVERY) {
      this.#saidAt = clock.now();
      const pause = formatDuration(waitMs);
      log.info(
        `The API server ${server.host} (context ${context}) is in trouble (${reason}): trying again in ${pause}.`,
      );
    }
    if (!this.#isTimed && !this.#reached.signal.aborted) {
      this.#isTimed = true;
      void this.#giveUpInTime();
    }
  };

  async #giveUpInTime(): Promise<void> {
    const { clock, inputs } = this.#context;
    const { server, context } = this.#connection;
    try {
      await clock.sleep(this.#startedAt + inputs.timeout - clock.now(), this.#reached.signal);
    } catch {
      return;
    }
    this.#over.abort(
      new ActionError({
        code: 'kubernetes-unreachable',
        message: `The API server ${server.host} (context ${context}) has not answered within ${formatDuration(inputs.timeout)}: ${this.#reason}.`,
        remedy:
          'Check the server address of the kubeconfig and that this runner may reach it (VPN, firewall, allowed IP ranges).',
      }),
    );
  }
}
