import { createHash } from 'node:crypto';
import { numberAt, objectAt, stringAt } from '../../../../src/json/json.ts';
import { clone, labelsOf, meta, nameOf, namespaceOf, type Obj, uidOf } from '../model.ts';
import { controllerReference, isPodFinished, kinds, type SimulatedCluster } from './simulated-cluster.ts';

const SAFE = 'bcdfghjklmnpqrstvwxz2456789';

/** A short hash of a pod template. Equal templates have equal hashes. */
export function hashOf(template: unknown): string {
  const digest = createHash('sha256')
    .update(JSON.stringify(canonical(template)))
    .digest();
  return [...digest.subarray(0, 9)].map((byte) => SAFE[byte % SAFE.length]).join('');
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, canonical(each)]),
  );
}

/** A pod from a template. */
export function podOf(owner: Obj, name: string, template: Obj, labels: Readonly<Record<string, string>>): Obj {
  return {
    metadata: {
      namespace: namespaceOf(owner),
      name,
      labels: { ...labelsOf(template), ...labels },
      annotations: objectAt(template, 'metadata', 'annotations') ?? {},
      ownerReferences: [controllerReference(owner)],
    },
    spec: { restartPolicy: 'Always', schedulerName: 'default-scheduler', ...clone(objectAt(template, 'spec') ?? {}) },
  };
}

/** A number or a percentage of `total`. */
export function portion(value: unknown, total: number, fallback: string, round: (number: number) => number): number {
  const given = value ?? fallback;
  if (typeof given === 'number') return given;
  const percent = /^(\d+)%$/.exec(String(given))?.[1];
  return percent === undefined ? Number(given) : round((Number(percent) * total) / 100);
}

/** Deletes a pod as its controller does: marks it as terminating, or removes it at once if it is on no node or has finished. */
export function deletePod(cluster: SimulatedCluster, pod: Obj): void {
  if (stringAt(pod, 'spec', 'nodeName') === undefined || isPodFinished(pod)) cluster.store.remove(kinds.pods, pod);
  else cluster.store.terminate(kinds.pods, pod);
}

export type Admit = (pod: Obj) => string | undefined;

/** Creates the pods of a controller unless admission rejects them. Retries after growing delays, as a controller's work queue does. */
export class PodCreator {
  readonly #cluster: SimulatedCluster;
  readonly #admit: Admit;
  readonly #refused = new Map<string, { message: string; times: number; againAt: number }>();

  constructor(cluster: SimulatedCluster, admit: Admit) {
    this.#cluster = cluster;
    this.#admit = admit;
  }

  /** @returns why the pod can't be created; undefined if it was. */
  create(
    owner: Obj,
    pod: Obj,
    wording: (refusal: string) => string = (refusal) => `Error creating: ${refusal}`,
  ): string | undefined {
    const now = this.#cluster.now();
    const key = uidOf(owner);
    const before = this.#refused.get(key);
    if (before && before.againAt > now) {
      this.#cluster.wakeAt(before.againAt);
      return before.message;
    }
    const why = this.#admit(pod);
    if (why === undefined) {
      this.#refused.delete(key);
      this.#cluster.store.create(kinds.pods, pod);
      this.#cluster.recordEvent(owner, {
        type: 'Normal',
        reason: 'SuccessfulCreate',
        message: `Created pod: ${nameOf(pod)}`,
        from: 'controller',
      });
      return undefined;
    }
    const times = (before?.times ?? 0) + 1;
    const message = `pods "${nameOf(pod)}" is forbidden: ${why}`;
    const againAt = now + Math.min(500 * 2 ** times, 60_000);
    this.#refused.set(key, { message, times, againAt });
    this.#cluster.wakeAt(againAt);
    this.#cluster.recordEvent(owner, {
      type: 'Warning',
      reason: 'FailedCreate',
      message: wording(message),
      from: 'controller',
    });
    return message;
  }
}

/** Orders by creation time, then by name. The oldest is first. */
export function byAge(a: Obj, b: Obj): number {
  const [one, other] = [stringAt(meta(a), 'creationTimestamp') ?? '', stringAt(meta(b), 'creationTimestamp') ?? ''];
  if (one !== other) return one < other ? -1 : 1;
  return nameOf(a) < nameOf(b) ? -1 : 1;
}

export function replicasOf(object: Obj): number {
  return numberAt(object, 'spec', 'replicas') ?? 1;
}
