import { at, listAt, stringAt } from '../../../src/json/json.ts';
import {
  type ImageBehavior,
  notFound,
  rateLimited,
  unauthorized,
  wrongPlatform,
} from '../../fakes/kubernetes/controllers/images.ts';
import type { Obj } from '../../fakes/kubernetes/model.ts';
import { daemonSet, deployment, digestOf, statefulSet } from '../../fakes/kubernetes/workloads.ts';
import { Random } from '../../fakes/random.ts';
import { ClusterHarness } from './harness.ts';

/** A behavior of an image, and the reason that a wait for it must give: `current`, or the cause of the failure. */
interface Scenario {
  readonly behavior: ImageBehavior;
  readonly reason: string;
}

function randomScenario(random: Random, reference: string, digest: string): Scenario {
  const readyAfterMs = random.uniform() < 0.3 ? 0 : Math.floor(random.uniform() * 20_000);
  const served: ImageBehavior = { kind: 'serves', digest, readyAfterMs };
  const ends = { kind: 'ends', digest, afterMs: 100 + Math.floor(random.uniform() * 5000) } as const;
  const scenarios: readonly Scenario[] = [
    { behavior: served, reason: 'current' },
    { behavior: served, reason: 'current' },
    { behavior: served, reason: 'current' },
    {
      behavior: { kind: 'unready', digest, untilMs: 30_000 + Math.floor(random.uniform() * 60_000) },
      reason: 'current',
    },
    { behavior: { ...ends, exitCode: 1, times: 1 }, reason: 'current' },
    { behavior: rateLimited(reference, 1 + Math.floor(random.uniform() * 3), served), reason: 'current' },
    { behavior: { ...ends, exitCode: 1 }, reason: 'crash-loop' },
    { behavior: { ...ends, exitCode: 0 }, reason: 'exits-at-once' },
    { behavior: { ...ends, exitCode: 137, reason: 'OOMKilled' }, reason: 'out-of-memory' },
    { behavior: { kind: 'unready', digest }, reason: 'probe-failing' },
    { behavior: { kind: 'config-missing', message: 'secret "shop" not found' }, reason: 'config-missing' },
    { behavior: notFound(reference), reason: 'image-not-found' },
    { behavior: unauthorized(reference), reason: 'image-unauthorized' },
    { behavior: wrongPlatform(reference), reason: 'image-platform' },
  ];
  return scenarios[Math.floor(random.uniform() * scenarios.length)] ?? { behavior: served, reason: 'current' };
}

function randomWorkload(random: Random): (image: string) => Obj {
  const replicas = 1 + Math.floor(random.uniform() * 5);
  const pick = random.uniform();
  if (pick < 0.15) return (image) => daemonSet({ image });
  if (pick < 0.3) return (image) => statefulSet({ image, spec: { replicas } });
  if (pick < 0.4) return (image) => deployment({ image, spec: { replicas, strategy: { type: 'Recreate' } } });
  const rollingUpdate = {
    maxSurge: Math.floor(random.uniform() * 3),
    maxUnavailable: 1 + Math.floor(random.uniform() * 2),
  };
  const strategy = random.uniform() < 0.5 ? {} : { strategy: { type: 'RollingUpdate', rollingUpdate } };
  return (image) => deployment({ image, spec: { replicas, ...strategy } });
}

/** Up to three faults at random times in the first minute. @returns their names and times. */
export function injectRandomFaults(harness: ClusterHarness, random: Random): string[] {
  const faults: Readonly<Record<string, () => void | Promise<void>>> = {
    cutWatches: () => harness.kubernetes.cutWatches(),
    cutInLine: () => harness.kubernetes.cutWatches({ after: '{"type":"ADD' }),
    compacted: () => {
      harness.kubernetes.compact();
      harness.kubernetes.cutWatches();
    },
    throttled: () => {
      harness.kubernetes.faults.inject(/^GET/, { kind: 'status', status: 429, headers: { 'retry-after': '1' } }, 5);
      harness.kubernetes.cutWatches();
    },
    unavailable: () => {
      harness.kubernetes.faults.inject(/^GET/, { kind: 'status', status: 503 }, 3);
      harness.kubernetes.cutWatches();
    },
    reset: () => {
      harness.kubernetes.faults.inject(/^GET/, { kind: 'reset' }, 3);
      harness.kubernetes.cutWatches();
    },
    restarted: () => harness.kubernetes.restart(),
    noBookmarks: () => {
      harness.kubernetes.bookmarks = false;
    },
    evicted: () => {
      const [pod] = livePods(harness);
      const status = { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' };
      if (pod) harness.kubernetes.setStatus(pod, status);
    },
    lostList: () => {
      harness.kubernetes.faults.inject(/^GET .*limit=/, { kind: 'reset' }, 2);
      harness.kubernetes.compact();
      harness.kubernetes.cutWatches();
    },
  };
  const names = Object.keys(faults);
  return Array.from({ length: Math.floor(random.uniform() * 4) }, () => {
    const name = names[Math.floor(random.uniform() * names.length)] ?? 'cutWatches';
    const ms = Math.floor(random.uniform() * 60_000);
    harness.after(ms, () => faults[name]?.());
    return `${name}@${ms}`;
  });
}

function livePods(harness: ClusterHarness): readonly Obj[] {
  return harness.kubernetes.store
    .list(harness.kubernetes.typeOf({ kind: 'Pod' }), 'default')
    .filter((pod) => at(pod, 'metadata', 'deletionTimestamp') === undefined && at(pod, 'status', 'phase') !== 'Failed');
}

/** Whether every live pod is ready and runs the image, by the objects themselves. */
function isRolledOut(harness: ClusterHarness, digest: string): boolean {
  const live = livePods(harness);
  const isReady = (pod: Obj) =>
    listAt(pod, 'status', 'conditions').some(
      (each) => stringAt(each, 'type') === 'Ready' && stringAt(each, 'status') === 'True',
    );
  const runs = (pod: Obj) => stringAt(pod, 'status', 'containerStatuses', 0, 'imageID')?.endsWith(digest) ?? false;
  return live.length > 0 && live.every((pod) => isReady(pod) && runs(pod));
}

/** Simulates one release. @returns what is wrong about the result of the wait; undefined if it is right. */
export async function simulate(seed: number): Promise<string | undefined> {
  const random = new Random(seed);
  const nodes = ['node-1', 'node-2', 'node-3'].slice(0, 1 + Math.floor(random.uniform() * 3));
  const harness = await ClusterHarness.open({ seed, nodes });
  try {
    const workload = randomWorkload(random);
    const [before, after] = [`${harness.repository}:v1`, `${harness.repository}:v2`];
    const { index, platform } = harness.pushIndex();
    const digest = random.uniform() < 0.5 ? index : platform;
    const scenario = randomScenario(random, after, digest);
    harness.images[before] = { kind: 'serves', digest: digestOf('1') };
    harness.images[after] = scenario.behavior;
    if (random.uniform() < 0.8) {
      harness.apply(workload(before));
      await harness.pass(30_000);
    }
    const release = workload(after);
    harness.after(random.uniform() < 0.5 ? 0 : Math.floor(random.uniform() * 20_000), () => harness.apply(release));
    const faults = injectRandomFaults(harness, random);
    const kind = stringAt(release, 'kind') ?? '';
    const { outputs } = await harness.wait({
      resources: `${kind}/${stringAt(release, 'metadata', 'name')}`,
      image: `${harness.repository}@${index}`,
      timeout: '1h',
    });
    const { reason } = outputs;
    if (reason === scenario.reason && (reason !== 'current' || isRolledOut(harness, digest))) return undefined;
    return `seed ${seed}: ${kind} with ${scenario.behavior.kind} ended as ${reason} instead of ${scenario.reason} (${faults.join(', ')}): ${outputs['message']}`;
  } finally {
    await harness.close();
  }
}

/** Simulates the releases of all seeds from one to another. @returns what is wrong about the results. */
export function simulateAll(from: number, to: number): Promise<readonly string[]> {
  return simulateEach(simulate, from, to);
}

/** Runs a simulation with all seeds from one to another. @returns what is wrong about the results. */
export async function simulateEach(
  simulation: (seed: number) => Promise<string | undefined>,
  from: number,
  to: number,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (let seed = from; seed <= to; seed += 1) {
    const problem = await simulation(seed);
    if (problem !== undefined) wrong.push(problem);
  }
  return wrong;
}
