import type { Clock } from '../../core/clock.ts';
import { type CauseId, causeOf } from '../failures/causes.ts';
import type { Finding } from '../failures/findings.ts';

/** Since when each trouble of a target lasts, and when it has lasted for its grace. */
export class FailureTimers {
  readonly #clock: Clock;
  readonly #graces: ReadonlyMap<CauseId, number>;
  /** Keys of findings hold the object's uid and a slash; what an object says of itself has its cause as key. */
  readonly #since = new Map<string, number>();

  /** @param graces those that the user set, in ms by cause. */
  constructor(clock: Clock, graces: ReadonlyMap<CauseId, number>) {
    this.#clock = clock;
    this.#graces = graces;
  }

  /** When a trouble was first seen, in ms since the epoch. */
  startedAt(key: string): number {
    return this.#since.get(key) ?? this.#clock.now();
  }

  start(key: string): void {
    if (!this.#since.has(key)) this.#since.set(key, this.#clock.now());
  }

  /** What an object said of itself does not hold any more, but for this. */
  clearVerdicts(but: CauseId | undefined): void {
    for (const key of this.#since.keys()) if (!key.includes('/') && key !== but) this.#since.delete(key);
  }

  /**
   * A trouble that comes and goes (a crash loop between two crashes) keeps its start as long as its pod is unsettled.
   * @param unsettled uids of the pods that are not ready, or not for long enough since a crash.
   */
  track(findings: readonly Finding[], unsettled: ReadonlySet<string>): void {
    for (const { key } of findings) this.start(key);
    const present = new Set(findings.map(({ key }) => key));
    for (const key of this.#since.keys()) {
      const uid = key.slice(0, key.indexOf('/'));
      if (key.includes('/') && !present.has(key) && !unsettled.has(uid)) this.#since.delete(key);
    }
  }

  /** The user's grace of a cause, else its own. */
  grace(cause: CauseId): number | 'transient' {
    return this.#graces.get(cause) ?? causeOf(cause).grace;
  }

  /** When a trouble counts, in ms since the epoch; infinity for one that passes by itself. */
  expiresAt(key: string, cause: CauseId): number {
    const grace = this.grace(cause);
    return grace === 'transient' ? Number.POSITIVE_INFINITY : this.startedAt(key) + grace;
  }

  /** When to look again though nothing changes: the next time at which one of these counts. */
  nextExpiry(times: readonly number[]): { readonly recheckAt?: number } {
    const later = times.filter((time) => time > this.#clock.now() && time < Number.POSITIVE_INFINITY);
    return later.length > 0 ? { recheckAt: Math.min(...later) } : {};
  }
}
