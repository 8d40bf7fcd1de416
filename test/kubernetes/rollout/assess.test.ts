import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseReference } from '../../../src/image/reference.ts';
import type { CauseId } from '../../../src/kubernetes/doom/causes.ts';
import type { KubernetesObject } from '../../../src/kubernetes/object.ts';
import { Assessor } from '../../../src/kubernetes/rollout/assess.ts';
import { ExpectedImage } from '../../../src/kubernetes/rollout/expected-image.ts';
import { ExpectedRevision, type Relation } from '../../../src/kubernetes/rollout/expected-revision.ts';
import { wellKnown } from '../../../src/kubernetes/well-known.ts';
import { ManualClock } from '../../doubles/manual-clock.ts';
import { object, pod, relationsAmong } from '../objects.ts';

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const [WANTED, CHILD, OTHER] = [digest('a'), digest('b'), digest('c')];
const none = relationsAmong([]);

function assessor(
  options: {
    image?: string;
    revision?: ExpectedRevision;
    graces?: readonly [CauseId, number][];
    platforms?: Promise<ReadonlyMap<string, string>>;
  } = {},
) {
  const clock = new ManualClock();
  const reference = parseReference(options.image ?? '');
  const image =
    reference?.digest &&
    new ExpectedImage({
      reference,
      digest: reference.digest,
      resolve: () => options.platforms ?? Promise.resolve(new Map()),
      onResolved: () => {},
    });
  const assess = new Assessor({
    clock,
    images: image ? [image] : [],
    revision: options.revision,
    graces: new Map(options.graces),
  });
  return { assess, pass: (ms: number) => clock.advanceTo(clock.now() + ms, async () => {}) };
}

interface Rollout {
  readonly image?: string;
  readonly running?: readonly string[];
  readonly old?: number;
  readonly status?: object;
  /** What the pods wait for; `none`: they run, and are not ready. */
  readonly trouble?: string;
}

/** A Deployment with its ReplicaSets and pods. */
function rollout({
  image = `shop@${WANTED}`,
  running = [WANTED, WANTED],
  old = 0,
  status = {},
  trouble,
}: Rollout = {}) {
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
    trouble
      ? pod({
          name: `new-${index}`,
          owner: newSet,
          state: trouble === 'none' ? { running: {} } : { waiting: { reason: trouble } },
        })
      : pod({ name: `new-${index}`, owner: newSet, ready: true, imageID: `docker.io/library/shop@${id}` }),
  );
  const oldPods = Array.from({ length: old }, (_, index) => pod({ name: `old-${index}`, owner: oldSet, ready: true }));
  const replicas = running.length;
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
  return { deployment, relations: relationsAmong([newSet, oldSet, ...pods, ...oldPods]) };
}

describe('the image of a workload', () => {
  const expecting = (more: object = {}) => assessor({ image: `shop@${WANTED}`, ...more });
  const look = ({ assess }: ReturnType<typeof assessor>, facts: Rollout) => {
    const { deployment, relations } = rollout(facts);
    return assess.assess(deployment, undefined, relations);
  };

  it('is proven where every current pod runs the digest', () => {
    const { status, message } = look(expecting(), {});
    assert.equal(status, 'current');
    assert.match(message, /^2\/2 updated and available, all pods run sha256:aaaaaaaaaaaa…$/);
  });

  it('may be the image of a platform in the index, once the registry has said so', async () => {
    const world = expecting({ platforms: Promise.resolve(new Map([[CHILD, 'linux/amd64']])) });
    assert.equal(look(world, { running: [CHILD, CHILD] }).status, 'progressing');
    await new Promise((resolve) => setImmediate(resolve));
    const { status, message } = look(world, { running: [CHILD, CHILD] });
    assert.equal(status, 'current');
    assert.match(message, /linux\/amd64 of the index/);
  });

  it('is not proven by a workload that is ready with another one', async () => {
    const world = expecting();
    look(world, { image: 'shop:latest', running: [WANTED, OTHER] });
    await new Promise((resolve) => setImmediate(resolve));
    const { status, message } = look(world, { image: 'shop:latest', running: [WANTED, OTHER] });
    assert.equal(status, 'progressing');
    assert.match(message, /pod\/new-1 runs sha256:cccc.*, not sha256:aaaa/);
  });

  it('has not come yet where the spec names another one, however broken that is', async () => {
    const world = expecting();
    const before = {
      image: `shop@${OTHER}`,
      running: [OTHER],
      trouble: 'InvalidImageName',
      status: { readyReplicas: 0, availableReplicas: 0 },
    };
    look(world, before);
    await new Promise((resolve) => setImmediate(resolve));
    const { status, message } = look(world, before);
    assert.equal(status, 'progressing');
    assert.match(message, /its spec names shop@sha256:cccccccccccc…, not yet sha256:aaaaaaaaaaaa…/);
  });

  it('is superseded where the spec named it and names another one now', async () => {
    const world = expecting();
    look(world, {});
    look(world, { image: `shop@${OTHER}` });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(look(world, { image: `shop@${OTHER}` }).status, 'superseded');
  });

  it('is not superseded by a release on the way to it', async () => {
    const world = expecting();
    look(world, { image: 'shop:v1', running: [OTHER] });
    look(world, { image: `shop@${OTHER}`, running: [OTHER] });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(look(world, { image: `shop@${OTHER}`, running: [OTHER] }).status, 'progressing');
    assert.equal(look(world, {}).status, 'current');
  });

  it('says which images are used where it is not', () => {
    const [seen] = look(expecting(), { image: 'registry.example/cart:1' }).images;
    assert.deepEqual(seen?.proof, { kind: 'unused', repositories: ['registry.example/cart', 'proxy'] });
  });

  it('does not count while pods of the revision before run, or pods are not yet seen', () => {
    assert.match(look(expecting(), { old: 1 }).message, /1 old pod left/);
    const { deployment } = rollout({});
    const unseen = expecting().assess.assess(deployment, undefined, none);
    assert.deepEqual([unseen.status, unseen.message], ['progressing', '0/2 pods of the new revision ready']);
  });
});

describe('a failure', () => {
  const unready = { readyReplicas: 0, availableReplicas: 0 };
  const look = ({ assess }: ReturnType<typeof assessor>, trouble: string) => {
    const { deployment, relations } = rollout({ trouble, status: unready });
    return assess.assess(deployment, undefined, relations);
  };

  it('counts at once where nothing can pass', () => {
    const { status, cause } = look(assessor(), 'InvalidImageName');
    assert.deepEqual([status, cause], ['failed', 'image-name-invalid']);
  });

  it('counts after the grace of its cause, and tells when to look again', async () => {
    const world = assessor();
    const first = look(world, 'CreateContainerConfigError');
    assert.equal(first.status, 'progressing');
    assert.equal(first.findings[0]?.cause, 'config-missing');
    await world.pass((first.lookAgainAt ?? 0) - Date.parse('2026-03-01T12:00:00Z'));
    assert.deepEqual([look(world, 'CreateContainerConfigError').status], ['failed']);
  });

  it('keeps its start while it comes and goes', async () => {
    const world = assessor({ graces: [['crash-loop', 10_000]] });
    look(world, 'CrashLoopBackOff');
    await world.pass(6000);
    assert.deepEqual(look(world, 'none').findings, []);
    await world.pass(6000);
    assert.equal(look(world, 'CrashLoopBackOff').status, 'failed');
  });

  it('takes the grace that the user set', async () => {
    const world = assessor({ graces: [['image-name-invalid', 60_000]] });
    assert.equal(look(world, 'InvalidImageName').status, 'progressing');
    await world.pass(60_000);
    assert.equal(look(world, 'InvalidImageName').status, 'failed');
  });
});

describe('a container without a readiness probe', () => {
  /** A Deployment of one pod, which is ready whenever its container runs. */
  const shop = (restartCount: number, state: object) => {
    const { deployment, relations } = rollout({ running: [WANTED] });
    const [set] = relations.ownedBy(deployment, wellKnown.replicaSets);
    const isUp = 'running' in state;
    const only = pod({ name: 'new-0', ...(set ? { owner: set } : {}), ready: isUp, restartCount, state });
    const status = { readyReplicas: isUp ? 1 : 0, availableReplicas: isUp ? 1 : 0 };
    const seen = rollout({ running: [WANTED], status }).deployment;
    return { seen, among: relationsAmong([...(set ? [set] : []), only]) };
  };
  const look = ({ assess }: ReturnType<typeof assessor>, restartCount: number, state: object) => {
    const { seen, among } = shop(restartCount, state);
    return assess.assess(seen, undefined, among);
  };
  const down = { terminated: { exitCode: 3, reason: 'Error' } };
  const up = { running: { startedAt: '2026-03-01T11:00:00Z' } };

  it('is not ready at the moment of its restart', async () => {
    const world = assessor();
    assert.equal(look(world, 0, up).status, 'current');
    assert.equal(look(world, 0, down).findings[0]?.cause, 'crash-loop');
    await world.pass(2000);
    const restarted = look(world, 1, up);
    assert.equal(restarted.status, 'progressing');
    assert.match(restarted.message, /has crashed and must stay up/);
    await world.pass((restarted.lookAgainAt ?? 0) - Date.parse('2026-03-01T12:00:02Z'));
    assert.equal(look(world, 1, up).status, 'current');
  });

  it('fails by its cause in the back-off after its grace, however often it came up', async () => {
    const world = assessor();
    for (const restarts of [0, 1, 2]) {
      look(world, restarts, down);
      await world.pass(2000);
      look(world, restarts + 1, up);
      await world.pass(2000);
    }
    const { status, cause } = look(world, 3, down);
    assert.deepEqual([status, cause], ['failed', 'crash-loop']);
  });

  it('that restarted just before the wait has to stay up as well', () => {
    assert.equal(look(assessor(), 1, { running: { startedAt: '2026-03-01T11:59:58Z' } }).status, 'progressing');
    assert.equal(look(assessor(), 1, up).status, 'current');
  });
});

describe('what is not there', () => {
  const gone = object({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'shop' } });
  const job = object({
    kind: 'Job',
    apiVersion: 'batch/v1',
    metadata: { name: 'job', deletionTimestamp: 'now' },
    status: { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] },
  });

  it('may still come, for a while', async () => {
    const { assess, pass } = assessor();
    assert.equal(assess.assess(undefined, undefined, none).status, 'progressing');
    await pass(60_000);
    assert.equal(assess.assess(undefined, undefined, none).cause, 'not-found');
  });

  it('was deleted, and that is the end unless it comes back at once', async () => {
    const { assess, pass } = assessor();
    assert.equal(assess.assess(undefined, gone, none).status, 'progressing');
    await pass(5000);
    assert.equal(assess.assess(undefined, gone, none).cause, 'deleted');
  });

  it('was a Job that finished and removed itself', () => {
    const { status, message } = assessor().assess.assess(undefined, job, none);
    assert.equal(status, 'current');
    assert.match(message, /removed since/);
  });
});

describe('the commit of a GitOps object', () => {
  const [commit, newer, older] = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(40)];
  const expecting = (relation: Relation = 'unknown') =>
    assessor({ revision: new ExpectedRevision({ commit, compare: async () => relation, onCompared: () => {} }) });
  const application = (revision: string, more: object = {}): KubernetesObject =>
    object({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'shop' },
      status: { sync: { status: 'Synced', revision }, health: { status: 'Healthy' }, ...more },
    });
  const twice = async ({ assess }: ReturnType<typeof assessor>, seen: KubernetesObject) => {
    assess.assess(seen, undefined, none);
    await new Promise((resolve) => setImmediate(resolve));
    return assess.assess(seen, undefined, none);
  };

  it('must be the one that is applied', async () => {
    assert.equal((await twice(expecting(), application(commit))).status, 'current');
    const { status, message } = await twice(expecting('older'), application(older));
    assert.equal(status, 'progressing');
    assert.match(message, /commit ccccccccc is applied, not yet aaaaaaaaa/);
  });

  it('is superseded by a newer one, which contains it where that is in place', async () => {
    const { status, contained } = await twice(expecting('newer'), application(newer));
    assert.deepEqual([status, contained], ['superseded', true]);
    const broken = await twice(expecting('newer'), application(newer, { health: { status: 'Degraded' } }));
    assert.deepEqual([broken.status, broken.contained], ['superseded', undefined]);
  });

  it('is superseded where it was applied and something else is now', async () => {
    const world = expecting();
    await twice(world, application(commit));
    assert.equal((await twice(world, application(newer))).status, 'superseded');
    const history = { history: [{ revision: commit }, { revision: newer }] };
    assert.equal((await twice(expecting(), application(newer, history))).status, 'superseded');
  });

  it('is not blamed for the failure of another commit, but for its own', async () => {
    const failed = (revision: string) =>
      application(older, {
        sync: { status: 'OutOfSync', revision: older },
        operationState: { phase: 'Failed', message: 'no', syncResult: { revision } },
      });
    const [before, own] = [expecting('older'), expecting('older')];
    await twice(before, failed(older));
    await before.pass(60_000);
    assert.equal((await twice(before, failed(older))).status, 'progressing');
    await twice(own, failed(commit));
    await own.pass(60_000);
    assert.equal((await twice(own, failed(commit))).cause, 'sync-failed');
  });

  it('is read from the revisions of Flux', async () => {
    const kustomization = (lastAppliedRevision: string) =>
      object({
        apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
        kind: 'Kustomization',
        metadata: { name: 'shop' },
        status: { lastAppliedRevision, conditions: [{ type: 'Ready', status: 'True' }] },
      });
    assert.equal((await twice(expecting(), kustomization(`main@sha1:${commit}`))).status, 'current');
    assert.equal((await twice(expecting(), kustomization(`main/${commit}`))).status, 'current');
    assert.equal((await twice(expecting('older'), kustomization(`main@sha1:${older}`))).status, 'progressing');
  });
});
