import { describe, expect, it } from '@jest/globals';
import type { KubernetesObject } from '../../../src/kubernetes/objects/object.ts';
import { wellKnown } from '../../../src/kubernetes/objects/well-known.ts';
import { type CommitRelation, ExpectedRevision } from '../../../src/kubernetes/rollout/expected-revision.ts';
import { object, pod, relationsAmong } from '../objects.ts';
import { EXPECTED, none, OTHER, PLATFORM, type RolloutOptions, rollout, startAssessor } from './deployment.ts';

describe('the image of a workload', () => {
  const expecting = (more: object = {}) => startAssessor({ image: `shop@${EXPECTED}`, ...more });
  const assessOnce = ({ assess }: ReturnType<typeof startAssessor>, facts: RolloutOptions) => {
    const { deployment, relations } = rollout(facts);
    return assess.assess(deployment, undefined, relations);
  };

  it('is proven if every current pod runs the digest', () => {
    const { status, message } = assessOnce(expecting(), {});
    expect(status).toBe('current');
    expect(message).toMatch(/^2\/2 updated and available, all pods run sha256:aaaaaaaaaaaa…$/);
  });

  it('is proven by a platform image of the index once the registry has answered', async () => {
    const harness = expecting({ platforms: Promise.resolve(new Map([[PLATFORM, 'linux/amd64']])) });
    expect(assessOnce(harness, { running: [PLATFORM, PLATFORM] }).status).toBe('progressing');
    await new Promise((resolve) => setImmediate(resolve));
    const { status, message } = assessOnce(harness, { running: [PLATFORM, PLATFORM] });
    expect(status).toBe('current');
    expect(message).toMatch(/linux\/amd64 of the index/);
  });

  it('is not proven if a ready pod runs another image', async () => {
    const harness = expecting();
    assessOnce(harness, { image: 'shop:latest', running: [EXPECTED, OTHER] });
    await new Promise((resolve) => setImmediate(resolve));
    const { status, message } = assessOnce(harness, { image: 'shop:latest', running: [EXPECTED, OTHER] });
    expect(status).toBe('progressing');
    expect(message).toMatch(/pod\/new-1 runs sha256:cccc.*, not sha256:aaaa/);
  });

  it('is still expected while the spec names another one, even if that one is broken', async () => {
    const harness = expecting();
    const before = {
      image: `shop@${OTHER}`,
      running: [OTHER],
      waitingReason: 'InvalidImageName',
      status: { readyReplicas: 0, availableReplicas: 0 },
    };
    assessOnce(harness, before);
    await new Promise((resolve) => setImmediate(resolve));
    const { status, message } = assessOnce(harness, before);
    expect(status).toBe('progressing');
    expect(message).toMatch(/its spec names shop@sha256:cccccccccccc…, not yet sha256:aaaaaaaaaaaa…/);
  });

  it('is progressing while the status repeats the missed deadline of the previous revision', () => {
    const missed = {
      conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
    };
    const harness = startAssessor();
    expect(assessOnce(harness, { old: 1, status: missed }).status).toBe('progressing');
    harness.pass(2000);
    expect(assessOnce(harness, {}).status).toBe('current');
  });

  it('is superseded if the spec named it and then names another one', async () => {
    const harness = expecting();
    assessOnce(harness, {});
    assessOnce(harness, { image: `shop@${OTHER}` });
    await new Promise((resolve) => setImmediate(resolve));
    expect(assessOnce(harness, { image: `shop@${OTHER}` }).status).toBe('superseded');
  });

  it('is not superseded by another image that the spec named earlier', async () => {
    const harness = expecting();
    assessOnce(harness, { image: 'shop:v1', running: [OTHER] });
    assessOnce(harness, { image: `shop@${OTHER}`, running: [OTHER] });
    await new Promise((resolve) => setImmediate(resolve));
    expect(assessOnce(harness, { image: `shop@${OTHER}`, running: [OTHER] }).status).toBe('progressing');
    expect(assessOnce(harness, {}).status).toBe('current');
  });

  it('lists the images in use if the workload does not use it', () => {
    const [seen] = assessOnce(expecting(), { image: 'registry.example/cart:1' }).imageProofs;
    expect(seen?.proof).toStrictEqual({ kind: 'unused', repositories: ['registry.example/cart', 'proxy'] });
  });

  it('is progressing while old pods run, or new pods have not been seen', () => {
    expect(assessOnce(expecting(), { old: 1 }).message).toMatch(/1 old pod left/);
    const { deployment } = rollout({});
    const unseen = expecting().assess.assess(deployment, undefined, none);
    expect([unseen.status, unseen.message]).toStrictEqual(['progressing', '0/2 pods of the new revision ready']);
  });
});

describe('a failure', () => {
  const unready = { readyReplicas: 0, availableReplicas: 0 };
  const assessOnce = ({ assess }: ReturnType<typeof startAssessor>, waitingReason: string) => {
    const { deployment, relations } = rollout({ waitingReason, status: unready });
    return assess.assess(deployment, undefined, relations);
  };

  it('without a grace counts at once', () => {
    const { status, cause } = assessOnce(startAssessor(), 'InvalidImageName');
    expect([status, cause]).toStrictEqual(['failed', 'image-name-invalid']);
  });

  it('of the previous revision does not count until the controller has observed the change', () => {
    const { deployment, relations } = rollout({
      waitingReason: 'InvalidImageName',
      status: { ...unready, observedGeneration: 1 },
    });
    const { status, findings } = startAssessor().assess.assess(deployment, undefined, relations);
    expect([status, findings]).toStrictEqual(['progressing', []]);
  });

  it('counts after the grace of its cause, and sets the time of the next check', async () => {
    const harness = startAssessor();
    const first = assessOnce(harness, 'CreateContainerConfigError');
    expect(first.status).toBe('progressing');
    expect(first.findings[0]?.cause).toBe('config-missing');
    await harness.pass((first.recheckAt ?? 0) - Date.parse('2026-03-01T12:00:00Z'));
    expect([assessOnce(harness, 'CreateContainerConfigError').status]).toStrictEqual(['failed']);
  });

  it('that comes and goes keeps its start time', async () => {
    const harness = startAssessor({ graces: [['crash-loop', 10_000]] });
    assessOnce(harness, 'CrashLoopBackOff');
    await harness.pass(6000);
    expect(assessOnce(harness, 'none').findings).toStrictEqual([]);
    await harness.pass(6000);
    expect(assessOnce(harness, 'CrashLoopBackOff').status).toBe('failed');
  });

  it("uses the user's grace", async () => {
    const harness = startAssessor({ graces: [['image-name-invalid', 60_000]] });
    expect(assessOnce(harness, 'InvalidImageName').status).toBe('progressing');
    await harness.pass(60_000);
    expect(assessOnce(harness, 'InvalidImageName').status).toBe('failed');
  });
});

describe('a broken pod among good ones', () => {
  /** Four pods, one of which may be unavailable. @param broken how many are broken. */
  const assessOnce = ({ assess }: ReturnType<typeof startAssessor>, broken: number) => {
    const others = (owner: KubernetesObject) =>
      Array.from({ length: 4 }, (_, index) =>
        index < broken
          ? pod({ name: `p-${index}`, owner, state: { waiting: { reason: 'CreateContainerConfigError' } } })
          : pod({ name: `p-${index}`, owner, ready: true }),
      );
    const { deployment, relations } = rollout({
      running: [],
      others,
      desired: 4,
      spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } } },
      status: { readyReplicas: 4 - broken, availableReplicas: 4 - broken },
    });
    return assess.assess(deployment, undefined, relations);
  };

  it('fails the rollout after the grace of its cause if more pods are broken than may be unavailable', async () => {
    const harness = startAssessor();
    assessOnce(harness, 2);
    await harness.pass(10_000);
    expect(assessOnce(harness, 2).status).toBe('failed');
  });

  it('that may be unavailable fails the rollout only if it is not replaced within a minute', async () => {
    const harness = startAssessor();
    assessOnce(harness, 1);
    await harness.pass(10_000);
    const waiting = assessOnce(harness, 1);
    expect(waiting.status).toBe('progressing');
    await harness.pass((waiting.recheckAt ?? 0) - Date.parse('2026-03-01T12:00:10Z'));
    const { status, cause } = assessOnce(harness, 1);
    expect([status, cause]).toStrictEqual(['failed', 'config-missing']);
    expect((waiting.recheckAt ?? 0) - Date.parse('2026-03-01T12:00:00Z')).toBe(70_000);
  });
});

describe('a container without a readiness probe', () => {
  /** A Deployment of one pod, which is ready whenever its container runs. */
  const shop = (restartCount: number, state: object, lastState: object) => {
    const { deployment, relations } = rollout({ running: [EXPECTED] });
    const [set] = relations.ownedBy(deployment, wellKnown.replicaSets);
    const isUp = 'running' in state;
    const only = pod({ name: 'new-0', ...(set ? { owner: set } : {}), ready: isUp, restartCount, state, lastState });
    const status = { readyReplicas: isUp ? 1 : 0, availableReplicas: isUp ? 1 : 0 };
    const seen = rollout({ running: [EXPECTED], status }).deployment;
    return { seen, among: relationsAmong([...(set ? [set] : []), only]) };
  };
  const assessOnce = (
    { assess }: ReturnType<typeof startAssessor>,
    restartCount: number,
    state: object,
    lastState = {},
  ) => {
    const { seen, among } = shop(restartCount, state, lastState);
    return assess.assess(seen, undefined, among);
  };
  const down = { terminated: { exitCode: 3, reason: 'Error' } };
  const up = { running: { startedAt: '2026-03-01T11:00:00Z' } };

  it('is not current right after its restart', async () => {
    const harness = startAssessor();
    expect(assessOnce(harness, 0, up).status).toBe('current');
    expect(assessOnce(harness, 0, down).findings[0]?.cause).toBe('crash-loop');
    await harness.pass(2000);
    const restarted = assessOnce(harness, 1, up);
    expect(restarted.status).toBe('progressing');
    expect(restarted.message).toMatch(/crashed and must stay up/);
    await harness.pass((restarted.recheckAt ?? 0) - Date.parse('2026-03-01T12:00:02Z'));
    expect(assessOnce(harness, 1, up).status).toBe('current');
  });

  it('that crashes again and again fails after the grace, even if it was up in between', async () => {
    const harness = startAssessor();
    for (const restarts of [0, 1, 2]) {
      assessOnce(harness, restarts, down);
      await harness.pass(2000);
      assessOnce(harness, restarts + 1, up);
      await harness.pass(2000);
    }
    const { status, cause } = assessOnce(harness, 3, down);
    expect([status, cause]).toStrictEqual(['failed', 'crash-loop']);
  });

  it('counts as crashing since its first exit, even if only lastState shows that exit', async () => {
    const harness = startAssessor();
    const ended = { terminated: { exitCode: 137, reason: 'Error' } };
    assessOnce(harness, 0, up);
    const again = assessOnce(harness, 1, up, ended);
    expect([again.status, again.findings[0]?.cause]).toStrictEqual(['progressing', 'crash-loop']);
    await harness.pass(8000);
    expect(assessOnce(harness, 1, down).status).toBe('progressing');
    await harness.pass(2000);
    expect([assessOnce(harness, 1, down).status, assessOnce(harness, 1, down).cause]).toStrictEqual([
      'failed',
      'crash-loop',
    ]);
  });

  it('does not fail while it runs again, and is current once it has stayed up', async () => {
    const harness = startAssessor();
    const ended = { terminated: { exitCode: 1, reason: 'Error' } };
    assessOnce(harness, 0, down);
    await harness.pass(1000);
    expect(assessOnce(harness, 1, up, ended).status).toBe('progressing');
    await harness.pass(9500);
    expect(assessOnce(harness, 1, up, ended).status).toBe('progressing');
    await harness.pass(500);
    const { status, findings } = assessOnce(harness, 1, up, ended);
    expect([status, findings]).toStrictEqual(['current', []]);
  });

  it('must stay up after a crash even if the grace of crash-loop is 0', async () => {
    const harness = startAssessor({ graces: [['crash-loop', 0]] });
    expect(assessOnce(harness, 1, { running: { startedAt: '2026-03-01T11:59:58Z' } }).status).toBe('progressing');
    await harness.pass(10_000);
    expect(assessOnce(harness, 1, { running: { startedAt: '2026-03-01T11:59:58Z' } }).status).toBe('current');
  });

  it('that restarted just before the wait must stay up as well', () => {
    expect(assessOnce(startAssessor(), 1, { running: { startedAt: '2026-03-01T11:59:58Z' } }).status).toBe(
      'progressing',
    );
    expect(assessOnce(startAssessor(), 1, up).status).toBe('current');
  });
});

describe('a missing object', () => {
  const deleted = object({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'shop' } });
  const job = object({
    kind: 'Job',
    apiVersion: 'batch/v1',
    metadata: { name: 'job', deletionTimestamp: 'now' },
    status: { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] },
  });

  it('is progressing for the grace of not-found, then failed', async () => {
    const { assess, pass } = startAssessor();
    expect(assess.assess(undefined, undefined, none).status).toBe('progressing');
    await pass(60_000);
    expect(assess.assess(undefined, undefined, none).cause).toBe('not-found');
  });

  it('that was deleted is progressing for the grace of deleted, then failed', async () => {
    const { assess, pass } = startAssessor();
    expect(assess.assess(undefined, deleted, none).status).toBe('progressing');
    await pass(5000);
    expect(assess.assess(undefined, deleted, none).cause).toBe('deleted');
  });

  it('is current if it was a Job that completed and removed itself', () => {
    const { status, message } = startAssessor().assess.assess(undefined, job, none);
    expect(status).toBe('current');
    expect(message).toMatch(/removed since/);
  });
});

describe('the commit of a GitOps object', () => {
  const [commit, newer, older] = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(40)];
  const expecting = (relation: CommitRelation = 'unknown') =>
    startAssessor({ revision: new ExpectedRevision({ commit, compare: async () => relation, onCompared: () => {} }) });
  const application = (revision: string, more: object = {}): KubernetesObject =>
    object({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'shop' },
      status: { sync: { status: 'Synced', revision }, health: { status: 'Healthy' }, ...more },
    });
  const twice = async ({ assess }: ReturnType<typeof startAssessor>, seen: KubernetesObject) => {
    assess.assess(seen, undefined, none);
    await new Promise((resolve) => setImmediate(resolve));
    return assess.assess(seen, undefined, none);
  };

  it('is progressing until the expected one is applied', async () => {
    expect((await twice(expecting(), application(commit))).status).toBe('current');
    const { status, message } = await twice(expecting('older'), application(older));
    expect(status).toBe('progressing');
    expect(message).toMatch(/commit ccccccccc is applied, not yet aaaaaaaaa/);
  });

  it('is superseded by a newer one, and contained in it if that one is current', async () => {
    const { status, contained } = await twice(expecting('newer'), application(newer));
    expect([status, contained]).toStrictEqual(['superseded', true]);
    const broken = await twice(expecting('newer'), application(newer, { health: { status: 'Degraded' } }));
    expect([broken.status, broken.contained]).toStrictEqual(['superseded', undefined]);
  });

  it('is superseded if it was applied and then replaced', async () => {
    const harness = expecting();
    await twice(harness, application(commit));
    expect((await twice(harness, application(newer))).status).toBe('superseded');
    const history = { history: [{ revision: commit }, { revision: newer }] };
    expect((await twice(expecting(), application(newer, history))).status).toBe('superseded');
  });

  it('fails because of its own failure, but not because of that of another commit', async () => {
    const failed = (revision: string) =>
      application(older, {
        sync: { status: 'OutOfSync', revision: older },
        operationState: { phase: 'Failed', message: 'no', syncResult: { revision } },
      });
    const [before, own] = [expecting('older'), expecting('older')];
    await twice(before, failed(older));
    await before.pass(60_000);
    expect((await twice(before, failed(older))).status).toBe('progressing');
    await twice(own, failed(commit));
    await own.pass(60_000);
    expect((await twice(own, failed(commit))).cause).toBe('sync-failed');
  });

  it('is read from revisions in the formats of Flux', async () => {
    const kustomization = (lastAppliedRevision: string) =>
      object({
        apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
        kind: 'Kustomization',
        metadata: { name: 'shop' },
        status: { lastAppliedRevision, conditions: [{ type: 'Ready', status: 'True' }] },
      });
    expect((await twice(expecting(), kustomization(`main@sha1:${commit}`))).status).toBe('current');
    expect((await twice(expecting(), kustomization(`main/${commit}`))).status).toBe('current');
    expect((await twice(expecting('older'), kustomization(`main@sha1:${older}`))).status).toBe('progressing');
  });
});

describe('a container that was restarted just before the first assessment', () => {
  it.each([0, -3600, 3600])(
    'must stay up for a while if the clock of the cluster is ahead by %s s',
    async (seconds) => {
      const ahead = seconds * 1000;
      const { assess, now, pass } = startAssessor({ clockSkew: ahead });
      const startedAt = new Date(now() + ahead - 2000).toISOString();
      const restarted = (owner: KubernetesObject) => {
        const made = pod({ name: 'again', owner, ready: true, state: { running: { startedAt } }, restartCount: 3 });
        return [made];
      };
      const { deployment, relations } = rollout({ running: [], others: restarted, desired: 1 });
      expect(assess.assess(deployment, undefined, relations).status).toBe('progressing');
      await pass(10_000);
      expect(assess.assess(deployment, undefined, relations).status).toBe('current');
    },
  );
});
