import { describe, expect, it } from '@jest/globals';
import type { KubernetesObject } from '../../../src/kubernetes/objects/object.ts';
import { wellKnown } from '../../../src/kubernetes/objects/well-known.ts';
import { type CommitRelation, ExpectedRevision } from '../../../src/kubernetes/rollout/expected-revision.ts';
import { object, pod, relationsAmong } from '../objects.ts';
import { assessor, CHILD, none, OTHER, type Rollout, rollout, WANTED } from './deployment.ts';

describe('the image of a workload', () => {
  const expecting = (more: object = {}) => assessor({ image: `shop@${WANTED}`, ...more });
  const look = ({ assess }: ReturnType<typeof assessor>, facts: Rollout) => {
    const { deployment, relations } = rollout(facts);
    return assess.assess(deployment, undefined, relations);
  };

  it('is proven where every current pod runs the digest', () => {
    const { status, message } = look(expecting(), {});
    expect(status).toBe('current');
    expect(message).toMatch(/^2\/2 updated and available, all pods run sha256:aaaaaaaaaaaa…$/);
  });

  it('may be the image of a platform in the index, once the registry has said so', async () => {
    const world = expecting({ platforms: Promise.resolve(new Map([[CHILD, 'linux/amd64']])) });
    expect(look(world, { running: [CHILD, CHILD] }).status).toBe('progressing');
    await new Promise((resolve) => setImmediate(resolve));
    const { status, message } = look(world, { running: [CHILD, CHILD] });
    expect(status).toBe('current');
    expect(message).toMatch(/linux\/amd64 of the index/);
  });

  it('is not proven by a workload that is ready with another one', async () => {
    const world = expecting();
    look(world, { image: 'shop:latest', running: [WANTED, OTHER] });
    await new Promise((resolve) => setImmediate(resolve));
    const { status, message } = look(world, { image: 'shop:latest', running: [WANTED, OTHER] });
    expect(status).toBe('progressing');
    expect(message).toMatch(/pod\/new-1 runs sha256:cccc.*, not sha256:aaaa/);
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
    expect(status).toBe('progressing');
    expect(message).toMatch(/its spec names shop@sha256:cccccccccccc…, not yet sha256:aaaaaaaaaaaa…/);
  });

  it('does not count a deadline that the revision before has missed, which stands until the controller counts the pods', () => {
    const missed = {
      conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
    };
    const world = assessor();
    expect(look(world, { old: 1, status: missed }).status).toBe('progressing');
    world.pass(2000);
    expect(look(world, {}).status).toBe('current');
  });

  it('is superseded where the spec named it and names another one now', async () => {
    const world = expecting();
    look(world, {});
    look(world, { image: `shop@${OTHER}` });
    await new Promise((resolve) => setImmediate(resolve));
    expect(look(world, { image: `shop@${OTHER}` }).status).toBe('superseded');
  });

  it('is not superseded by a release on the way to it', async () => {
    const world = expecting();
    look(world, { image: 'shop:v1', running: [OTHER] });
    look(world, { image: `shop@${OTHER}`, running: [OTHER] });
    await new Promise((resolve) => setImmediate(resolve));
    expect(look(world, { image: `shop@${OTHER}`, running: [OTHER] }).status).toBe('progressing');
    expect(look(world, {}).status).toBe('current');
  });

  it('says which images are used where it is not', () => {
    const [seen] = look(expecting(), { image: 'registry.example/cart:1' }).images;
    expect(seen?.proof).toStrictEqual({ kind: 'unused', repositories: ['registry.example/cart', 'proxy'] });
  });

  it('does not count while pods of the revision before run, or pods are not yet seen', () => {
    expect(look(expecting(), { old: 1 }).message).toMatch(/1 old pod left/);
    const { deployment } = rollout({});
    const unseen = expecting().assess.assess(deployment, undefined, none);
    expect([unseen.status, unseen.message]).toStrictEqual(['progressing', '0/2 pods of the new revision ready']);
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
    expect([status, cause]).toStrictEqual(['failed', 'image-name-invalid']);
  });

  it('of the revision before does not count while the controller has not seen the change', () => {
    const { deployment, relations } = rollout({
      trouble: 'InvalidImageName',
      status: { ...unready, observedGeneration: 1 },
    });
    const { status, findings } = assessor().assess.assess(deployment, undefined, relations);
    expect([status, findings]).toStrictEqual(['progressing', []]);
  });

  it('counts after the grace of its cause, and tells when to look again', async () => {
    const world = assessor();
    const first = look(world, 'CreateContainerConfigError');
    expect(first.status).toBe('progressing');
    expect(first.findings[0]?.cause).toBe('config-missing');
    await world.pass((first.recheckAt ?? 0) - Date.parse('2026-03-01T12:00:00Z'));
    expect([look(world, 'CreateContainerConfigError').status]).toStrictEqual(['failed']);
  });

  it('keeps its start while it comes and goes', async () => {
    const world = assessor({ graces: [['crash-loop', 10_000]] });
    look(world, 'CrashLoopBackOff');
    await world.pass(6000);
    expect(look(world, 'none').findings).toStrictEqual([]);
    await world.pass(6000);
    expect(look(world, 'CrashLoopBackOff').status).toBe('failed');
  });

  it('takes the grace that the user set', async () => {
    const world = assessor({ graces: [['image-name-invalid', 60_000]] });
    expect(look(world, 'InvalidImageName').status).toBe('progressing');
    await world.pass(60_000);
    expect(look(world, 'InvalidImageName').status).toBe('failed');
  });
});

describe('a broken pod among good ones', () => {
  /** Four pods, one of which may be unavailable; the first is broken. */
  const look = ({ assess }: ReturnType<typeof assessor>, broken: number) => {
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

  it('fails the rollout by the grace of its cause where it is more than may be unavailable', async () => {
    const world = assessor();
    look(world, 2);
    await world.pass(10_000);
    expect(look(world, 2).status).toBe('failed');
  });

  it('is given time to be replaced where it may be unavailable, and then fails it: without it nothing is complete', async () => {
    const world = assessor();
    look(world, 1);
    await world.pass(10_000);
    const waiting = look(world, 1);
    expect(waiting.status).toBe('progressing');
    await world.pass((waiting.recheckAt ?? 0) - Date.parse('2026-03-01T12:00:10Z'));
    const { status, cause } = look(world, 1);
    expect([status, cause]).toStrictEqual(['failed', 'config-missing']);
    expect((waiting.recheckAt ?? 0) - Date.parse('2026-03-01T12:00:00Z')).toBe(70_000);
  });
});

describe('a container without a readiness probe', () => {
  /** A Deployment of one pod, which is ready whenever its container runs. */
  const shop = (restartCount: number, state: object, lastState: object) => {
    const { deployment, relations } = rollout({ running: [WANTED] });
    const [set] = relations.ownedBy(deployment, wellKnown.replicaSets);
    const isUp = 'running' in state;
    const only = pod({ name: 'new-0', ...(set ? { owner: set } : {}), ready: isUp, restartCount, state, lastState });
    const status = { readyReplicas: isUp ? 1 : 0, availableReplicas: isUp ? 1 : 0 };
    const seen = rollout({ running: [WANTED], status }).deployment;
    return { seen, among: relationsAmong([...(set ? [set] : []), only]) };
  };
  const look = ({ assess }: ReturnType<typeof assessor>, restartCount: number, state: object, lastState = {}) => {
    const { seen, among } = shop(restartCount, state, lastState);
    return assess.assess(seen, undefined, among);
  };
  const down = { terminated: { exitCode: 3, reason: 'Error' } };
  const up = { running: { startedAt: '2026-03-01T11:00:00Z' } };

  it('is not ready at the moment of its restart', async () => {
    const world = assessor();
    expect(look(world, 0, up).status).toBe('current');
    expect(look(world, 0, down).findings[0]?.cause).toBe('crash-loop');
    await world.pass(2000);
    const restarted = look(world, 1, up);
    expect(restarted.status).toBe('progressing');
    expect(restarted.message).toMatch(/crashed and must stay up/);
    await world.pass((restarted.recheckAt ?? 0) - Date.parse('2026-03-01T12:00:02Z'));
    expect(look(world, 1, up).status).toBe('current');
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
    expect([status, cause]).toStrictEqual(['failed', 'crash-loop']);
  });

  it('has crashed since its first end, also where only the end before the present run tells of it', async () => {
    const world = assessor();
    const ended = { terminated: { exitCode: 137, reason: 'Error' } };
    look(world, 0, up);
    const again = look(world, 1, up, ended);
    expect([again.status, again.findings[0]?.cause]).toStrictEqual(['progressing', 'crash-loop']);
    await world.pass(8000);
    expect(look(world, 1, down).status).toBe('progressing');
    await world.pass(2000);
    expect([look(world, 1, down).status, look(world, 1, down).cause]).toStrictEqual(['failed', 'crash-loop']);
  });

  it('does not fail while it runs again, and has recovered after a while', async () => {
    const world = assessor();
    const ended = { terminated: { exitCode: 1, reason: 'Error' } };
    look(world, 0, down);
    await world.pass(1000);
    expect(look(world, 1, up, ended).status).toBe('progressing');
    await world.pass(9500);
    expect(look(world, 1, up, ended).status).toBe('progressing');
    await world.pass(500);
    const { status, findings } = look(world, 1, up, ended);
    expect([status, findings]).toStrictEqual(['current', []]);
  });

  it('must stay up after a crash whatever the grace of a crash loop is', async () => {
    const world = assessor({ graces: [['crash-loop', 0]] });
    expect(look(world, 1, { running: { startedAt: '2026-03-01T11:59:58Z' } }).status).toBe('progressing');
    await world.pass(10_000);
    expect(look(world, 1, { running: { startedAt: '2026-03-01T11:59:58Z' } }).status).toBe('current');
  });

  it('that restarted just before the wait has to stay up as well', () => {
    expect(look(assessor(), 1, { running: { startedAt: '2026-03-01T11:59:58Z' } }).status).toBe('progressing');
    expect(look(assessor(), 1, up).status).toBe('current');
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
    expect(assess.assess(undefined, undefined, none).status).toBe('progressing');
    await pass(60_000);
    expect(assess.assess(undefined, undefined, none).cause).toBe('not-found');
  });

  it('was deleted, and that is the end unless it comes back at once', async () => {
    const { assess, pass } = assessor();
    expect(assess.assess(undefined, gone, none).status).toBe('progressing');
    await pass(5000);
    expect(assess.assess(undefined, gone, none).cause).toBe('deleted');
  });

  it('was a Job that finished and removed itself', () => {
    const { status, message } = assessor().assess.assess(undefined, job, none);
    expect(status).toBe('current');
    expect(message).toMatch(/removed since/);
  });
});

describe('the commit of a GitOps object', () => {
  const [commit, newer, older] = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(40)];
  const expecting = (relation: CommitRelation = 'unknown') =>
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
    expect((await twice(expecting(), application(commit))).status).toBe('current');
    const { status, message } = await twice(expecting('older'), application(older));
    expect(status).toBe('progressing');
    expect(message).toMatch(/commit ccccccccc is applied, not yet aaaaaaaaa/);
  });

  it('is superseded by a newer one, which contains it where that is in place', async () => {
    const { status, contained } = await twice(expecting('newer'), application(newer));
    expect([status, contained]).toStrictEqual(['superseded', true]);
    const broken = await twice(expecting('newer'), application(newer, { health: { status: 'Degraded' } }));
    expect([broken.status, broken.contained]).toStrictEqual(['superseded', undefined]);
  });

  it('is superseded where it was applied and something else is now', async () => {
    const world = expecting();
    await twice(world, application(commit));
    expect((await twice(world, application(newer))).status).toBe('superseded');
    const history = { history: [{ revision: commit }, { revision: newer }] };
    expect((await twice(expecting(), application(newer, history))).status).toBe('superseded');
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
    expect((await twice(before, failed(older))).status).toBe('progressing');
    await twice(own, failed(commit));
    await own.pass(60_000);
    expect((await twice(own, failed(commit))).cause).toBe('sync-failed');
  });

  it('is read from the revisions of Flux', async () => {
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

describe('a container that was started again just before the first look', () => {
  for (const ahead of [0, -3_600_000, 3_600_000])
    it(`must stay up for a while, where the clock of the cluster is ahead by ${ahead / 1000} s`, async () => {
      const { assess, now, pass } = assessor({ clockSkew: ahead });
      const startedAt = new Date(now() + ahead - 2000).toISOString();
      const restarted = (owner: KubernetesObject) => {
        const made = pod({ name: 'again', owner, ready: true, state: { running: { startedAt } }, restartCount: 3 });
        return [made];
      };
      const { deployment, relations } = rollout({ running: [], others: restarted, desired: 1 });
      expect(assess.assess(deployment, undefined, relations).status).toBe('progressing');
      await pass(10_000);
      expect(assess.assess(deployment, undefined, relations).status).toBe('current');
    });
});
