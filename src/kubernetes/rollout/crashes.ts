import type { Clock } from '../../action/clock.ts';
import { at, numberAt, stringAt } from '../../json/json.ts';
import { containersOf } from '../doom/containers.ts';
import type { KubernetesObject } from '../object.ts';

interface Seen {
  readonly restarts: number;
  /** When it was last seen down or newly restarted, in ms since the epoch. */
  readonly crashedAt: number | undefined;
}

/** How long a container must stay up after a crash to have recovered, in ms. */
const RECOVERY = 10_000;

/**
 * Remembers when containers crashed. Without a readiness probe a container is ready as soon as it runs, so one that crashes
 * again and again is ready for a moment each time: only one that has stayed up for a while has recovered.
 */
export class Crashes {
  readonly #clock: Clock;
  #seen = new Map<string, Seen>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  observe(pods: readonly KubernetesObject[]): void {
    const next = new Map<string, Seen>();
    for (const pod of pods)
      for (const { name, part, status } of containersOf(pod)) {
        if (part === 'init container') continue;
        const key = `${pod.metadata.uid}/${name}`;
        next.set(key, this.#look(status, this.#seen.get(key)));
      }
    this.#seen = next;
  }

  /** When the containers of a pod will have stayed up for long enough; undefined where they have. */
  recoversAt({ metadata }: KubernetesObject): number | undefined {
    const times = [...this.#seen].flatMap(([key, { crashedAt }]) =>
      key.startsWith(`${metadata.uid}/`) && crashedAt !== undefined ? [crashedAt + RECOVERY] : [],
    );
    const latest = Math.max(...times);
    return latest > this.#clock.now() ? latest : undefined;
  }

  #look(status: unknown, before: Seen | undefined): Seen {
    const now = this.#clock.now();
    const restarts = numberAt(status, 'restartCount') ?? 0;
    const isNew = before ? restarts > before.restarts : restarts > 0 && this.#hasJustStarted(status);
    return { restarts, crashedAt: isDown(status) || isNew ? now : before?.crashedAt };
  }

  #hasJustStarted(status: unknown): boolean {
    const startedAt = Date.parse(stringAt(status, 'state', 'running', 'startedAt') ?? '');
    return startedAt > this.#clock.now() - RECOVERY;
  }
}

function isDown(status: unknown): boolean {
  return (
    at(status, 'state', 'terminated') !== undefined ||
    stringAt(status, 'state', 'waiting', 'reason') === 'CrashLoopBackOff'
  );
}
