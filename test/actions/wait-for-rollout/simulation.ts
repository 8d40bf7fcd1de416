import { at, listAt, stringAt } from '../../../src/json/json.ts';
import {
  type ImageBehavior,
  notFound,
  rateLimited,
  unauthorized,
  wrongPlatform,
} from '../../fakes/kubernetes/controllers/images.ts';
import type { Obj } from '../../fakes/kubernetes/model.ts';
import { Random } from '../../statistics/random.ts';
import { Stage } from './stage.ts';
import { daemonSet, deployment, digestOf, statefulSet } from './workloads.ts';

/** A behaviour with what must come of a release that has it: ready, or the cause of its failure. */
interface Fate {
  readonly behaviour: ImageBehavior;
  readonly outcome: string;
}

function fateOf(random: Random, reference: string, digest: string): Fate {
  const readyAfterMs = random.uniform() < 0.3 ? 0 : Math.floor(random.uniform() * 20_000);
  const served: ImageBehavior = { kind: 'serves', digest, readyAfterMs };
  const ends = { kind: 'ends', digest, afterMs: 100 + Math.floor(random.uniform() * 5000) } as const;
  const fates: readonly Fate[] = [
    { behaviour: served, outcome: 'current' },
    { behaviour: served, outcome: 'current' },
    { behaviour: served, outcome: 'current' },
    {
      behaviour: { kind: 'unready', digest, untilMs: 30_000 + Math.floor(random.uniform() * 60_000) },
      outcome: 'current',
    },
    { behaviour: { ...ends, exitCode: 1, times: 1 }, outcome: 'current' },
    { behaviour: rateLimited(reference, 1 + Math.floor(random.uniform() * 3), served), outcome: 'current' },
    { behaviour: { ...ends, exitCode: 1 }, outcome: 'crash-loop' },
    { behaviour: { ...ends, exitCode: 0 }, outcome: 'exits-at-once' },
    { behaviour: { ...ends, exitCode: 137, reason: 'OOMKilled' }, outcome: 'out-of-memory' },
    { behaviour: { kind: 'unready', digest }, outcome: 'probe-failing' },
    { behaviour: { kind: 'config-missing', message: 'secret "shop" not found' }, outcome: 'config-missing' },
    { behaviour: notFound(reference), outcome: 'image-not-found' },
    { behaviour: unauthorized(reference), outcome: 'image-unauthorized' },
    { behaviour: wrongPlatform(reference), outcome: 'image-platform' },
  ];
  return fates[Math.floor(random.uniform() * fates.length)] ?? { behaviour: served, outcome: 'current' };
}

function workloadOf(random: Random): (image: string) => Obj {
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

/** Up to three troubles at random times within the first minute. */
function disturb(stage: Stage, random: Random): string[] {
  const troubles: Readonly<Record<string, () => void | Promise<void>>> = {
    cut: () => stage.double.cutWatches(),
    halfLine: () => stage.double.cutWatches({ after: '{"type":"ADD' }),
    compacted: () => {
      stage.double.compact();
      stage.double.cutWatches();
    },
    throttled: () => {
      stage.double.faults.inject(/^GET/, { kind: 'status', status: 429, headers: { 'retry-after': '1' } }, 5);
      stage.double.cutWatches();
    },
    failing: () => {
      stage.double.faults.inject(/^GET/, { kind: 'status', status: 503 }, 3);
      stage.double.cutWatches();
    },
    reset: () => {
      stage.double.faults.inject(/^GET/, { kind: 'reset' }, 3);
      stage.double.cutWatches();
    },
    restarted: () => stage.double.restart(),
    unmarked: () => {
      stage.double.bookmarks = false;
    },
    evicted: () => {
      const [pod] = livePods(stage);
      const status = { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' };
      if (pod) stage.double.setStatus(pod, status);
    },
    lostList: () => {
      stage.double.faults.inject(/^GET .*limit=/, { kind: 'reset' }, 2);
      stage.double.compact();
      stage.double.cutWatches();
    },
  };
  const names = Object.keys(troubles);
  return Array.from({ length: Math.floor(random.uniform() * 4) }, () => {
    const name = names[Math.floor(random.uniform() * names.length)] ?? 'cut';
    const ms = Math.floor(random.uniform() * 60_000);
    stage.after(ms, () => troubles[name]?.());
    return `${name}@${ms}`;
  });
}

function livePods(stage: Stage): readonly Obj[] {
  return stage.double.store
    .list(stage.double.typeOf({ kind: 'Pod' }), 'default')
    .filter((pod) => at(pod, 'metadata', 'deletionTimestamp') === undefined && at(pod, 'status', 'phase') !== 'Failed');
}

/** What a person with all the time in the world would see: every live pod is ready and runs the new image. */
function isTruly(stage: Stage, digest: string): boolean {
  const live = livePods(stage);
  const isReady = (pod: Obj) =>
    listAt(pod, 'status', 'conditions').some(
      (each) => stringAt(each, 'type') === 'Ready' && stringAt(each, 'status') === 'True',
    );
  const runs = (pod: Obj) => stringAt(pod, 'status', 'containerStatuses', 0, 'imageID')?.endsWith(digest) ?? false;
  return live.length > 0 && live.every((pod) => isReady(pod) && runs(pod));
}

/** Plays one release. @returns what went wrong: a verdict that is not what truly became of it; undefined where it is. */
export async function play(seed: number): Promise<string | undefined> {
  const random = new Random(seed);
  const nodes = ['node-1', 'node-2', 'node-3'].slice(0, 1 + Math.floor(random.uniform() * 3));
  const stage = await Stage.open({ seed, nodes });
  try {
    const workload = workloadOf(random);
    const [before, after] = [`${stage.repository}:v1`, `${stage.repository}:v2`];
    const { index, platform } = stage.pushIndex();
    const digest = random.uniform() < 0.5 ? index : platform;
    const fate = fateOf(random, after, digest);
    stage.images[before] = { kind: 'serves', digest: digestOf('1') };
    stage.images[after] = fate.behaviour;
    if (random.uniform() < 0.8) {
      stage.apply(workload(before));
      await stage.pass(30_000);
    }
    const release = workload(after);
    stage.after(random.uniform() < 0.5 ? 0 : Math.floor(random.uniform() * 20_000), () => stage.apply(release));
    const troubles = disturb(stage, random);
    const kind = stringAt(release, 'kind') ?? '';
    const { outputs } = await stage.wait({
      resources: `${kind}/${stringAt(release, 'metadata', 'name')}`,
      image: `${stage.repository}@${index}`,
      timeout: '1h',
    });
    const got = outputs['reason'];
    if (got === fate.outcome && (got !== 'current' || isTruly(stage, digest))) return undefined;
    return `seed ${seed}: ${kind} with ${fate.behaviour.kind} came to ${got}, should ${fate.outcome} (${troubles.join(', ')}): ${outputs['message']}`;
  } finally {
    await stage.close();
  }
}

/** Plays the releases of the seeds from one to another. @returns what went wrong. */
export async function playAll(from: number, to: number): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (let seed = from; seed <= to; seed += 1) {
    const problem = await play(seed);
    if (problem !== undefined) wrong.push(problem);
  }
  return wrong;
}
