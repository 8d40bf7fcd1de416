import { describe, expect, it } from '@jest/globals';
import type { KubernetesObject } from '../../../src/kubernetes/objects/object.ts';
import { expectWithNote } from '../../jest-support.ts';
import { object, pod, relationsAmong } from '../objects.ts';
import { digest, EXPECTED, none, OTHER, type RolloutOptions, rollout, startAssessor } from './deployment.ts';

const expecting = () => startAssessor({ image: `shop@${EXPECTED}` });
const assessOnce = ({ assess }: ReturnType<typeof startAssessor>, facts: RolloutOptions) => {
  const { deployment, relations } = rollout(facts);
  return assess.assess(deployment, undefined, relations);
};
const evicted =
  (name: string, reason = 'Evicted') =>
  (owner: KubernetesObject) => [pod({ name, owner, phase: 'Failed', status: { reason, containerStatuses: [] } })];

describe('pods that were evicted or lost', () => {
  it.each(['Evicted', 'OutOfcpu', 'NodeAffinity', 'Terminated'])(
    'do not prevent the proof of a complete rollout: %s',
    (reason) => {
      const { status, message } = assessOnce(expecting(), { others: evicted('gone', reason), desired: 2 });
      expectWithNote([status, message.includes('all pods run')], message).toStrictEqual(['current', true]);
    },
  );

  it('do not prove the image', () => {
    const { status } = assessOnce(expecting(), { image: 'shop:1', running: [], others: evicted('gone'), desired: 0 });
    expect(status).toBe('progressing');
  });

  it('with their node after a graceful shutdown are neither crashes nor counted as pods', () => {
    const completed = (owner: KubernetesObject) => [
      pod({ name: 'gone', owner, phase: 'Succeeded', state: { terminated: { exitCode: 0, reason: 'Completed' } } }),
    ];
    const { status, findings } = assessOnce(expecting(), { others: completed, desired: 2 });
    expect([status, findings]).toStrictEqual(['current', []]);
  });
});

describe('a workload without pods', () => {
  const scaledToZero = { running: [], desired: 0 };

  it('is proven if its spec names the digest', () => {
    expect(assessOnce(expecting(), scaledToZero).status).toBe('current');
  });

  it('and with only a tag in its spec fails as image-unproven', async () => {
    const harness = expecting();
    const first = assessOnce(harness, { ...scaledToZero, image: 'shop:latest' });
    expect(first.status).toBe('progressing');
    expect(first.message).toMatch(/no pod runs that could prove sha256:aaaaaaaaaaaa…; its spec names only shop:latest/);
    await harness.pass((first.recheckAt ?? 0) - Date.parse('2026-03-01T12:00:00Z'));
    const { status, cause } = assessOnce(harness, { ...scaledToZero, image: 'shop:latest' });
    expect([status, cause]).toStrictEqual(['failed', 'image-unproven']);
  });

  it('is proven if it is scaled up in time', async () => {
    const harness = expecting();
    assessOnce(harness, { ...scaledToZero, image: 'shop:latest' });
    await harness.pass(1000);
    expect(assessOnce(harness, { image: 'shop:latest' }).status).toBe('current');
  });

  it('is proven only by a digest if all pods are below the partition of a StatefulSet, or no node matches a DaemonSet', () => {
    const template = (image: string) => ({ spec: { containers: [{ name: 'app', image }] } });
    const set = (image: string) =>
      object({
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { name: 'db', uid: 'uid-db', generation: 1 },
        spec: { replicas: 1, updateStrategy: { rollingUpdate: { partition: 1 } }, template: template(image) },
        status: {
          observedGeneration: 1,
          replicas: 1,
          readyReplicas: 1,
          availableReplicas: 1,
          currentRevision: 'db-1',
          updateRevision: 'db-2',
        },
      });
    const agent = (image: string) =>
      object({
        apiVersion: 'apps/v1',
        kind: 'DaemonSet',
        metadata: { name: 'agent', uid: 'uid-agent', generation: 1 },
        spec: { template: template(image) },
        status: { observedGeneration: 1, desiredNumberScheduled: 0 },
      });
    for (const make of [set, agent]) {
      expect(expecting().assess.assess(make('shop:latest'), undefined, none).status).toBe('progressing');
      expect(expecting().assess.assess(make(`shop@${EXPECTED}`), undefined, none).status).toBe('current');
    }
  });
});

describe('a StatefulSet with a partition', () => {
  it('may keep pods below the partition at the previous revision, for any start ordinal', () => {
    const set = object({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db', namespace: 'staging', uid: 'uid-db', generation: 1 },
      spec: { replicas: 2, ordinals: { start: 5 }, updateStrategy: { rollingUpdate: { partition: 1 } } },
      status: {
        observedGeneration: 1,
        replicas: 2,
        readyReplicas: 2,
        availableReplicas: 2,
        updatedReplicas: 1,
        currentRevision: 'db-1',
        updateRevision: 'db-2',
      },
    });
    const at = (ordinal: number, hash: string) =>
      pod({ name: `db-${ordinal}`, owner: set, ready: true, labels: { 'controller-revision-hash': hash } });
    const seen = startAssessor().assess.assess(set, undefined, relationsAmong([at(5, 'db-1'), at(6, 'db-2')]));
    expectWithNote([seen.status, seen.oldPods], seen.message).toStrictEqual(['current', 0]);
  });
});

describe('a Job that removed itself', () => {
  const job = (status: object, deletionTimestamp?: string) =>
    object({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'migrate', uid: 'uid-job', generation: 1, deletionTimestamp },
      spec: { template: { spec: { containers: [{ name: 'app', image: 'shop:1' }] } } },
      status,
    });
  const complete = { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] };
  const finished = (imageID: string) =>
    relationsAmong([
      pod({
        name: 'migrate-1',
        owner: job({}),
        phase: 'Succeeded',
        imageID,
        spec: { restartPolicy: 'Never' },
        state: { terminated: { exitCode: 0 } },
      }),
    ]);

  it('is proven by pods that were seen earlier', () => {
    const { assess } = expecting();
    assess.assess(job({ active: 1 }), undefined, finished(`shop@${EXPECTED}`));
    const gone = assess.assess(undefined, job(complete), none);
    expect(gone.status).toBe('current');
    expect(gone.imageProofs.map(({ proof }) => proof.kind)).toStrictEqual(['proven']);
    expect(gone.message).toMatch(/its pod runs|its pod ran/);
  });

  it('is proven by pods that still exist', () => {
    const gone = expecting().assess.assess(undefined, job(complete, 'now'), finished(`shop@${EXPECTED}`));
    expect([gone.status, gone.imageProofs[0]?.proof.kind]).toStrictEqual(['current', 'proven']);
  });

  it('is not current if none of its pods was seen, or one ran another image', async () => {
    const unseen = expecting();
    expect(unseen.assess.assess(undefined, job(complete), none).status).toBe('progressing');
    await unseen.pass(60_000);
    expect(unseen.assess.assess(undefined, job(complete), none).cause).toBe('image-unproven');
    const other = expecting();
    other.assess.assess(job({ active: 1 }), undefined, finished(`shop@${OTHER}`));
    await new Promise((resolve) => setImmediate(resolve));
    other.assess.assess(job({ active: 1 }), undefined, finished(`shop@${OTHER}`));
    expect(other.assess.assess(undefined, job(complete), none).status).toBe('progressing');
  });
});

describe('an Argo Rollout that references a Deployment', () => {
  const owner = object({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'shop', uid: 'uid-rollout', generation: 1 },
    spec: { replicas: 1, workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' } },
    status: {
      observedGeneration: '1',
      phase: 'Healthy',
      readyReplicas: 1,
      updatedReplicas: 1,
      availableReplicas: 1,
      replicas: 1,
      currentPodHash: 'abc',
      stableRS: 'abc',
    },
  });
  const among = (image: string, running: string) => {
    const set = object({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: 'shop-abc',
        uid: 'uid-set',
        labels: { 'rollouts-pod-template-hash': 'abc' },
        ownerReferences: [{ kind: 'Rollout', name: 'shop', uid: 'uid-rollout', controller: true }],
      },
      spec: { template: { spec: { containers: [{ name: 'app', image }] } } },
    });
    return relationsAmong([set, pod({ owner: set, ready: true, imageID: `shop@${running}` })]);
  };

  it('is checked by the template of its ReplicaSet', async () => {
    const image = `shop@${EXPECTED}`;
    const { status, imageProofs } = expecting().assess.assess(owner, undefined, among(image, EXPECTED));
    expect([status, imageProofs[0]?.proof.kind]).toStrictEqual(['current', 'proven']);
    const wrong = expecting();
    wrong.assess.assess(owner, undefined, among(`shop@${digest('d')}`, OTHER));
    await new Promise((resolve) => setImmediate(resolve));
    const seen = wrong.assess.assess(owner, undefined, among(`shop@${digest('d')}`, OTHER));
    expect([seen.status, seen.imageProofs[0]?.proof.kind]).toStrictEqual(['progressing', 'other-image']);
  });
});
