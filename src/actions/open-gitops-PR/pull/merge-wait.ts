import { formatDuration } from '../../../core/duration.ts';
import { ActionError } from '../../../core/error.ts';
import type { PullRequest } from '../../../github/pull-requests/pull-requests.ts';
import type { GitOpsSession } from '../session.ts';
import { describeBlockers } from './blockers.ts';

const FIRST_POLL = 1000;
const LONGEST_POLL = 15_000;
/** After so long without a line there is another one at the next look. */
const QUIET = 10_000;
/** How often reviews and checks are asked for while nothing else has changed: they cost requests. */
const LOOK_EVERY = 60_000;

/** The wait for a merge: how long, for what, and what the log says meanwhile. */
export class MergeWait {
  readonly #session: GitOpsSession;
  readonly #since: number;
  readonly #deadline: number;
  #interval = FIRST_POLL;
  #state = '';
  #obstacles = '';
  #lookedAt = 0;
  #saidAt = 0;

  constructor(session: GitOpsSession) {
    this.#session = session;
    this.#since = session.clock.now();
    this.#deadline = this.#since + session.inputs.timeout;
  }

  /** Milliseconds. */
  get elapsed(): number {
    return this.#session.clock.now() - this.#since;
  }

  /**
   * Says what is waited for, and waits a little.
   * @param refusal GitHub's words, where it has just refused to merge.
   * @throws ActionError `merge-timeout`
   */
  async pause(pull: PullRequest, refusal: string | undefined): Promise<void> {
    const { clock, signal } = this.#session;
    const obstacles = async () =>
      refusal === undefined ? describeBlockers(this.#session, pull) : `GitHub: "${refusal}"`;
    if (clock.now() >= this.#deadline) throw timedOut(pull, this.elapsed, await obstacles());
    if (pull.mergeability !== 'unknown') await this.#tell(pull, obstacles);
    await clock.sleep(Math.min(Math.round(this.#interval), this.#deadline - clock.now()), signal);
    this.#interval = Math.min(LONGEST_POLL, this.#interval * 1.5);
  }

  async #tell(pull: PullRequest, look: () => Promise<string>): Promise<void> {
    const { clock, log } = this.#session;
    const state = [pull.head, pull.mergeability, ...pull.reviewers, ...pull.teams].join(' ');
    if (state !== this.#state || clock.now() - this.#lookedAt >= LOOK_EVERY) {
      const obstacles = await look();
      const news = obstacles !== this.#obstacles;
      [this.#state, this.#obstacles, this.#lookedAt] = [state, obstacles, clock.now()];
      if (news) return this.#say(`#${pull.number} waits for ${obstacles}`);
    }
    if (clock.now() - this.#saidAt >= QUIET) return this.#say('still waiting');
    log.debug(`${pull.mergeability} after ${formatDuration(this.elapsed)}`);
  }

  #say(what: string): void {
    this.#saidAt = this.#session.clock.now();
    this.#session.log.info(`  ${formatDuration(this.elapsed)}  ${what}`);
  }
}

function timedOut(pull: PullRequest, elapsed: number, obstacles: string): ActionError {
  return new ActionError({
    code: 'merge-timeout',
    message: `#${pull.number} is not merged after ${formatDuration(elapsed)}: it waits for ${obstacles}.`,
    remedy: `Review it on ${pull.url} and run this step again, or raise \`timeout\`.`,
  });
}
