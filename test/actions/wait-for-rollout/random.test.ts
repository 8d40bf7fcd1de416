import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { at, listAt, stringAt } from '../../../src/json/json.ts';
import {
  type ImageBehaviour,
  notFound,
  rateLimited,
  unauthorized,
} from '../../doubles/kubernetes/controllers/images.ts';
import { labelsOf, type Obj } from '../../doubles/kubernetes/model.ts';
import { Stage } from './stage.ts';
import { daemonSet, deployment, digestOf, REPOSITORY, statefulSet } from './workloads.ts';

/** How many random rollouts are waited for; more by hand: `ROLLOUT_RUNS=1000`. */
const RUNS = Number(process.env['ROLLOUT_RUNS'] ?? 120);
const [OLD, NEW] = [digestOf('1'), digestOf('2')];
const V2 = `${REPOSITORY}:v2`;

interface Fate {
  readonly behaviour: ImageBehaviour;
  /** The cause that it must fail with; undefined where it becomes ready in the end. */
  readonly cause?: string;
}

const serves = (readyAfterMs: number): ImageBehaviour => ({ kind: 'serves', digest: NEW, readyAfterMs });
const fates = fc.oneof(
  { weight: 3, arbitrary: fc.nat(20_000).map((ms): Fate => ({ behaviour: serves(ms) })) },
  fc.record({ times: fc.integer({ min: 1, max: 2 }), afterMs: fc.nat(3000) }).map(
    ({ times, afterMs }): Fate => ({
      behaviour: { kind: 'ends', digest: NEW, exitCode: 1, times: Math.min(times, 1), afterMs },
    }),
  ),
  fc.integer({ min: 1, max: 4 }).map((times): Fate => ({ behaviour: rateLimited(V2, times, serves(500)) })),
  fc.nat(60_000).map((untilMs): Fate => ({ behaviour: { kind: 'unready', digest: NEW, untilMs } })),
  fc
    .record({ exitCode: fc.integer({ min: 1, max: 255 }), afterMs: fc.nat(5000) })
    .map((facts): Fate => ({ behaviour: { kind: 'ends', digest: NEW, ...facts }, cause: 'crash-loop' })),
  fc.constant<Fate>({ behaviour: { kind: 'ends', digest: NEW, exitCode: 0 }, cause: 'exits-at-once' }),
  fc.constant<Fate>({ behaviour: notFound(V2), cause: 'image-not-found' }),
  fc.constant<Fate>({ behaviour: unauthorized(V2), cause: 'image-unauthorized' }),
  fc.constant<Fate>({
    behaviour: { kind: 'config-missing', message: 'secret "db" not found' },
    cause: 'config-missing',
  }),
);

const workloads = fc.oneof(
  fc.record({ replicas: fc.integer({ min: 1, max: 4 }), recreate: fc.boolean() }).map(
    ({ replicas, recreate }) =>
      (image: string) =>
        // None may be unavailable: one broken pod is the end of it.
        deployment({
          image,
          spec: {
            replicas,
            strategy: recreate
              ? { type: 'Recreate' }
              : { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
          },
        }),
  ),
  fc
    .integer({ min: 1, max: 3 })
    .map((replicas) => (image: string) => statefulSet({ name: 'shop', image, spec: { replicas } })),
  fc.constant((image: string) => daemonSet({ name: 'shop', image })),
);

type Fault = (stage: Stage) => void | Promise<void>;
const faults = fc.array(
  fc.record({
    at: fc.nat(30_000),
    happen: fc.constantFrom<Fault>(
      ({ double }) => double.cutWatches(),
      ({ double }) => double.cutWatches({ after: '{"type":"MODIFIED","object":{"kind":"Po' }),
      ({ double }) => double.compact(),
      ({ double }) => {
        double.compact();
        double.cutWatches();
      },
      ({ double }) => {
        double.bookmarks = false;
      },
      ({ double }) =>
        double.faults.inject(/watch=true/, { kind: 'status', status: 429, headers: { 'retry-after': '1' } }, 3),
      ({ double }) => {
        double.faults.inject(/watch=true/, { kind: 'status', status: 503 }, 2);
        double.cutWatches();
      },
      ({ double }) => {
        double.faults.inject(/GET .*limit=/, { kind: 'reset' }, 2);
        double.compact();
        double.cutWatches();
      },
    ),
  }),
  { maxLength: 6 },
);

/** What a person with all the time in the world would see: every live pod is ready and runs the new image. */
function isTruly(stage: Stage): boolean {
  const pods = stage.double.store.list(stage.double.typeOf({ kind: 'Pod', apiVersion: 'v1' }), 'default');
  const live = pods.filter(
    (pod: Obj) => at(pod, 'metadata', 'deletionTimestamp') === undefined && labelsOf(pod)['app'] === 'shop',
  );
  return (
    live.length > 0 &&
    live.every(
      (pod) =>
        stringAt(pod, 'status', 'containerStatuses', 0, 'imageID')?.endsWith(NEW) &&
        listAt(pod, 'status', 'conditions').some(
          (each) => stringAt(each, 'type') === 'Ready' && stringAt(each, 'status') === 'True',
        ),
    )
  );
}

test(`${RUNS} random rollouts, with whatever a network does to watches: no wrong verdict`, async () => {
  await fc.assert(
    fc.asyncProperty(workloads, fates, faults, fc.nat(5000), async (workload, fate, troubles, lead) => {
      const stage = await Stage.open();
      try {
        stage.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: OLD, readyAfterMs: 300 };
        stage.images[V2] = fate.behaviour;
        stage.apply(workload(`${REPOSITORY}:v1`));
        await stage.pass(20_000);
        stage.after(lead, () => stage.apply(workload(V2)));
        for (const { at: ms, happen } of troubles) stage.after(ms, () => happen(stage));
        const kind = stringAt(workload(V2), 'kind')?.toLowerCase();
        const { outputs, log } = await stage.wait({
          resources: `${kind}/shop`,
          image: `${REPOSITORY}@${NEW}`,
          timeout: '30m',
        });
        const verdict = [outputs['result'], outputs['reason']];
        const expected = fate.cause === undefined ? ['current', 'current'] : ['failed', fate.cause];
        assert.deepEqual(verdict, expected, log.join('\n'));
        if (fate.cause === undefined) assert.ok(isTruly(stage), `called current too early:\n${log.join('\n')}`);
      } finally {
        await stage.close();
      }
    }),
    { seed: 20_260_301, numRuns: RUNS },
  );
});
