import { LONGEST_TIMER } from '../../../core/clock.ts';
import { formatDuration } from '../../../core/duration.ts';
import { ActionError } from '../../../core/error.ts';
import { untilAborted } from '../../../core/until-aborted.ts';
import type { PullRequest } from '../../../github/pull-requests/pull-requests.ts';
import type { GitOpsSession } from '../session/session.ts';
import { describeBlockers } from './blockers.ts';

/** All in ms. */
const FIRST_POLL = 1000;
const LONGEST_POLL = 15_000;
/** If nothing was logged for this long, the next poll logs a line. */
const LONGEST_SILENCE = 10_000;
/** How often reviews and checks are read while nothing else changes: each time costs requests. */
const BLOCKER_INTERVAL = 60_000;
/** How long GitHub may take for its last answer when the wait is over. */
const LAST_ANSWER = 1000;

/** Waits for a merge, and logs what the pull request waits for. */
export class MergeWait {
  readonly #session: GitOpsSession;
  readonly #start: number;
  readonly #deadline: number;
  #interval = FIRST_POLL;
  #state = '';
  #blockers = '';
  #blockersReadAt = 0;
  #loggedAt = 0;

  /** @param timeout in ms. */
  constructor(session: GitOpsSession, timeout: number) {
    this.#session = session;
    this.#start = session.clock.now();
    this.#deadline = this.#start + timeout;
  }

  /** ms since the wait began. */
  get elapsed(): number {
    return this.#session.clock.now() - this.#start;
  }

  /**
   * Pauses until the next poll, and logs what blocks the merge if that has changed.
   * @param refusal GitHub's own words, if it has just refused to merge.
   * @throws ActionError `merge-timeout`
   */
  async pause(pull: PullRequest, refusal: string | undefined): Promise<void> {
    const { clock, signal } = this.#session;
    const readBlockers = async () =>
      refusal === undefined ? this.read(pull, describeBlockers(this.#session, pull)) : `GitHub: "${refusal}"`;
    if (clock.now() >= this.#deadline) throw mergeTimeout(pull, this.elapsed, await readBlockers());
    if (pull.mergeability !== 'unknown') await this.#logProgress(pull, readBlockers);
    await clock.sleep(Math.min(Math.round(this.#interval), this.#deadline - clock.now()), signal);
    this.#interval = Math.min(LONGEST_POLL, this.#interval * 1.5);
  }

  /** An answer of GitHub that comes before the end of the wait. @throws ActionError `merge-timeout` if it comes too late */
  async read<T>(pull: PullRequest, answer: Promise<T>): Promise<T> {
    const { clock } = this.#session;
    // Like all network timeouts, this one uses real time.
    const late = AbortSignal.timeout(Math.min(LONGEST_TIMER, Math.max(LAST_ANSWER, this.#deadline - clock.now())));
    try {
      return await untilAborted(answer, late);
    } catch (thrown) {
      throw thrown === late.reason ? mergeTimeout(pull, this.elapsed, 'an answer of GitHub') : thrown;
    }
  }

  async #logProgress(pull: PullRequest, readBlockers: () => Promise<string>): Promise<void> {
    const { clock, log } = this.#session;
    const state = [pull.head, pull.mergeability, ...pull.reviewers, ...pull.teams].join(' ');
    if (state !== this.#state || clock.now() - this.#blockersReadAt >= BLOCKER_INTERVAL) {
      const blockers = await readBlockers();
      const changed = blockers !== this.#blockers;
      [this.#state, this.#blockers, this.#blockersReadAt] = [state, blockers, clock.now()];
      if (changed) return this.#log(`#${pull.number} waits for ${blockers}`);
    }
    if (clock.now() - this.#loggedAt >= LONGEST_SILENCE) return this.#log('still waiting');
    log.debug(`${pull.mergeability} after ${formatDuration(this.elapsed)}`);
  }

  #log(text: string): void {
    this.#loggedAt = this.#session.clock.now();
    this.#session.log.info(`  ${formatDuration(this.elapsed)}  ${text}`);
  }
}

function mergeTimeout(pull: PullRequest, elapsed: number, blockers: string): ActionError {
  return new ActionError({
    code: 'merge-timeout',
    message: `#${pull.number} is not merged after ${formatDuration(elapsed)}: it waits for ${blockers}.`,
    remedy: `Review it on ${pull.url} and run this step again, or raise \`timeout\`.`,
  });
}
