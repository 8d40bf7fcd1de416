import type { Clock } from '../../core/clock.ts';
import { at, numberAt, stringAt } from '../../json/json.ts';
import { eventsAboutContainer } from '../failures/container-evidence.ts';
import { runningKill, showsOutOfMemory } from '../failures/probe-kills.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { Relations } from '../objects/relations.ts';
import { containersOf } from '../pods/containers.ts';

interface ContainerHistory {
  readonly restarts: number;
  /** When the container was last seen down, being killed or just restarted, in ms since the epoch. */
  readonly crashedAt: number | undefined;
  readonly ranOutOfMemory: boolean;
}

/** How long a container must stay up after a crash to count as recovered, in ms. */
const RECOVERY = 10_000;

/**
 * Remembers when containers crashed. Without a readiness probe a container is ready as soon as it runs, so a crashing container
 * is briefly ready after each crash. Only one that has stayed up for a while has recovered.
 */
export class Crashes {
  readonly #clock: Clock;
  /** By the uid of the pod, then the name of the container. */
  #histories = new Map<string, ReadonlyMap<string, ContainerHistory>>();

  readonly #clockSkew: number;

  /** @param clockSkew how far the cluster's clock is ahead of ours, in ms. */
  constructor(clock: Clock, clockSkew: number) {
    this.#clock = clock;
    this.#clockSkew = clockSkew;
  }

  observe(pods: readonly KubernetesObject[], relations: Relations): void {
    this.#histories = new Map(
      pods.map((pod) => {
        const before = this.#histories.get(pod.metadata.uid);
        const running = containersOf(pod).filter(({ part }) => part !== 'init container');
        const now = running.map(({ name, status }) => {
          const isKilled = runningKill(status, eventsAboutContainer(pod, name, relations)) !== undefined;
          return [name, this.#update(status, before?.get(name), isKilled)] as const;
        });
        return [pod.metadata.uid, new Map(now)];
      }),
    );
  }

  /** When the containers of a pod will have recovered; undefined if they have. */
  recoversAt({ metadata }: KubernetesObject): number | undefined {
    const crashes = [...(this.#histories.get(metadata.uid)?.values() ?? [])].flatMap(
      ({ crashedAt }) => crashedAt ?? [],
    );
    const latest = Math.max(...crashes) + RECOVERY;
    return latest > this.#clock.now() ? latest : undefined;
  }

  /** Whether a container has been seen to run out of memory. */
  ranOutOfMemory({ metadata }: KubernetesObject, container: string): boolean {
    return this.#histories.get(metadata.uid)?.get(container)?.ranOutOfMemory ?? false;
  }

  #update(status: unknown, before: ContainerHistory | undefined, isKilled: boolean): ContainerHistory {
    const now = this.#clock.now();
    const restarts = numberAt(status, 'restartCount') ?? 0;
    const isNew = before ? restarts > before.restarts : restarts > 0 && this.#hasJustStarted(status);
    return {
      restarts,
      crashedAt: isDown(status) || isKilled || isNew ? now : before?.crashedAt,
      ranOutOfMemory: before?.ranOutOfMemory || showsOutOfMemory(status),
    };
  }

  #hasJustStarted(status: unknown): boolean {
    const startedAt = Date.parse(stringAt(status, 'state', 'running', 'startedAt') ?? '');
    return startedAt > this.#clock.now() + this.#clockSkew - RECOVERY;
  }
}

function isDown(status: unknown): boolean {
  return (
    at(status, 'state', 'terminated') !== undefined ||
    stringAt(status, 'state', 'waiting', 'reason') === 'CrashLoopBackOff'
  );
}
