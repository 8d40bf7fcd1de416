import { parseReference } from '../../../src/image/reference.ts';
import type { CauseId } from '../../../src/kubernetes/failures/causes.ts';
import type { KubernetesObject } from '../../../src/kubernetes/objects/object.ts';
import { Assessor } from '../../../src/kubernetes/rollout/assessor.ts';
import { ExpectedImage } from '../../../src/kubernetes/rollout/expected-image.ts';
import type { ExpectedRevision } from '../../../src/kubernetes/rollout/expected-revision.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { object, pod, relationsAmong } from '../objects.ts';

export const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
export const [EXPECTED, PLATFORM, OTHER] = [digest('a'), digest('b'), digest('c')];
export const none = relationsAmong([]);

/** An Assessor with a clock that the test advances. */
export function startAssessor(
  options: {
    image?: string;
    revision?: ExpectedRevision;
    graces?: readonly [CauseId, number][];
    clockSkew?: number;
    platforms?: Promise<ReadonlyMap<string, string>>;
  } = {},
) {
  const clock = new ManualClock();
  const reference = parseReference(options.image ?? '');
  const image =
    reference?.digest &&
    new ExpectedImage({
      reference: { ...reference, digest: reference.digest },
      resolvePlatforms: () => options.platforms ?? Promise.resolve(new Map()),
      onResolved: () => {},
    });
  const assess = new Assessor({
    clock,
    expectedImages: image ? [image] : [],
    expectedRevision: options.revision,
    graces: new Map(options.graces),
    clockSkew: options.clockSkew ?? 0,
  });
  return { assess, now: () => clock.now(), pass: (ms: number) => clock.advanceTo(clock.now() + ms, async () => {}) };
}

export interface RolloutOptions {
  readonly image?: string;
  readonly running?: readonly string[];
  readonly old?: number;
  readonly status?: object;
  /** Pods of the new ReplicaSet that are neither ready nor waiting. */
  readonly others?: (owner: KubernetesObject) => readonly KubernetesObject[];
  readonly spec?: object;
  readonly desired?: number;
  /** The reason why the pods wait; `none`: they run but are not ready. */
  readonly waitingReason?: string;
}

/** A Deployment with its ReplicaSets and pods. */
export function rollout({
  image = `shop@${EXPECTED}`,
  running = [EXPECTED, EXPECTED],
  old = 0,
  status = {},
  waitingReason,
  others = () => [],
  spec = {},
  desired = running.length,
}: RolloutOptions = {}) {
  const own = (name: string, revision: string) =>
    object({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name,
        uid: `uid-${name}`,
        annotations: { 'deployment.kubernetes.io/revision': revision },
        ownerReferences: [{ kind: 'Deployment', name: 'shop', uid: 'uid-shop', controller: true }],
      },
    });
  const [newSet, oldSet] = [own('shop-2', '2'), own('shop-1', '1')];
  const pods = running.map((id, index) =>
    waitingReason
      ? pod({
          name: `new-${index}`,
          owner: newSet,
          state: waitingReason === 'none' ? { running: {} } : { waiting: { reason: waitingReason } },
        })
      : pod({ name: `new-${index}`, owner: newSet, ready: true, imageID: `docker.io/library/shop@${id}` }),
  );
  const oldPods = Array.from({ length: old }, (_, index) => pod({ name: `old-${index}`, owner: oldSet, ready: true }));
  const replicas = desired;
  const deployment = object({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'shop',
      namespace: 'staging',
      uid: 'uid-shop',
      generation: 2,
      annotations: { 'deployment.kubernetes.io/revision': '2' },
    },
    spec: {
      ...spec,
      replicas,
      template: {
        spec: {
          containers: [
            { name: 'app', image },
            { name: 'side', image: 'proxy:1' },
          ],
        },
      },
    },
    status: {
      observedGeneration: 2,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      ...status,
    },
  });
  return { deployment, relations: relationsAmong([newSet, oldSet, ...pods, ...oldPods, ...others(newSet)]) };
}
