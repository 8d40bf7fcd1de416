import type { Clock } from '../../core/clock.ts';
import { type CauseId, causeOf } from '../failures/causes.ts';
import type { Finding } from '../failures/findings.ts';

/** Measures how long each problem of a target has lasted, and when its grace ends. */
export class FailureTimers {
  readonly #clock: Clock;
  readonly #graces: ReadonlyMap<CauseId, number>;
  /** The key of a finding contains the object's uid and a slash. The key of a problem in the target's own status is its cause. */
  readonly #startedAt = new Map<string, number>();

  /** @param graces set by the user, in ms by cause. */
  constructor(clock: Clock, graces: ReadonlyMap<CauseId, number>) {
    this.#clock = clock;
    this.#graces = graces;
  }

  /** When a problem was first seen, in ms since the epoch. */
  startedAt(key: string): number {
    return this.#startedAt.get(key) ?? this.#clock.now();
  }

  start(key: string): void {
    if (!this.#startedAt.has(key)) this.#startedAt.set(key, this.#clock.now());
  }

  /** Stops all timers. */
  reset(): void {
    this.#startedAt.clear();
  }

  /** Stops the timers of the target's own status, except that of its present problem. */
  clearVerdicts(except: CauseId | undefined): void {
    for (const key of this.#startedAt.keys()) if (!key.includes('/') && key !== except) this.#startedAt.delete(key);
  }

  /**
   * Starts timers for new findings and stops those of resolved ones. A problem that comes and goes (a crash loop between two crashes)
   * keeps its timer as long as its pod is unstable.
   * @param unstable uids of the pods that are not ready, or not for long enough since a crash.
   */
  track(findings: readonly Finding[], unstable: ReadonlySet<string>): void {
    for (const { key } of findings) this.start(key);
    const present = new Set(findings.map(({ key }) => key));
    for (const key of this.#startedAt.keys()) {
      const uid = key.slice(0, key.indexOf('/'));
      if (key.includes('/') && !present.has(key) && !unstable.has(uid)) this.#startedAt.delete(key);
    }
  }

  #graceOf(cause: CauseId): number | 'transient' {
    return this.#graces.get(cause) ?? causeOf(cause).grace;
  }

  /** When a problem starts to count as a failure, in ms since the epoch; infinity for a transient one. */
  expiresAt(key: string, cause: CauseId): number {
    const grace = this.#graceOf(cause);
    return grace === 'transient' ? Number.POSITIVE_INFINITY : this.startedAt(key) + grace;
  }

  /** The next of these times, at which to check again even if nothing changes. */
  nextExpiry(times: readonly number[]): { readonly recheckAt?: number } {
    const future = times.filter((time) => time > this.#clock.now() && time < Number.POSITIVE_INFINITY);
    return future.length > 0 ? { recheckAt: Math.min(...future) } : {};
  }
}
