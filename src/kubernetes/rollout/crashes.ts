import type { Clock } from '../../core/clock.ts';
import { at, numberAt, stringAt } from '../../json/json.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { containersOf } from '../pods/containers.ts';

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
  /** By the uid of the pod, then the name of the container. */
  #seen = new Map<string, ReadonlyMap<string, Seen>>();

  readonly #ahead: number;

  /** @param ahead by how much the clock of the cluster is ahead of ours, in ms. */
  constructor(clock: Clock, ahead: number) {
    this.#clock = clock;
    this.#ahead = ahead;
  }

  observe(pods: readonly KubernetesObject[]): void {
    this.#seen = new Map(
      pods.map((pod) => {
        const before = this.#seen.get(pod.metadata.uid);
        const running = containersOf(pod).filter(({ part }) => part !== 'init container');
        const now = running.map(({ name, status }) => [name, this.#look(status, before?.get(name))] as const);
        return [pod.metadata.uid, new Map(now)];
      }),
    );
  }

  /** When the containers of a pod will have stayed up for long enough; undefined where they have. */
  recoversAt({ metadata }: KubernetesObject): number | undefined {
    const crashes = [...(this.#seen.get(metadata.uid)?.values() ?? [])].flatMap(({ crashedAt }) => crashedAt ?? []);
    const latest = Math.max(...crashes) + RECOVERY;
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
    return startedAt > this.#clock.now() + this.#ahead - RECOVERY;
  }
}

function isDown(status: unknown): boolean {
  return (
    at(status, 'state', 'terminated') !== undefined ||
    stringAt(status, 'state', 'waiting', 'reason') === 'CrashLoopBackOff'
  );
}
