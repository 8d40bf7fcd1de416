import { describe, expect, it } from '@jest/globals';
import type { KubernetesObject } from '../../../src/kubernetes/objects/object.ts';
import { wellKnown } from '../../../src/kubernetes/objects/well-known.ts';
import { pod, relationsAmong } from '../objects.ts';
import { EXPECTED, rollout, startAssessor } from './deployment.ts';

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

  it('runs out of memory also if only its first crash is told as such', async () => {
    const harness = startAssessor();
    const killed = (reason: string) => ({ terminated: { exitCode: 137, reason } });
    assessOnce(harness, 0, killed('OOMKilled'));
    await harness.pass(2000);
    assessOnce(harness, 1, up, killed('OOMKilled'));
    await harness.pass(3000);
    assessOnce(harness, 1, killed('Error'), killed('OOMKilled'));
    await harness.pass(5000);
    const backOff = { waiting: { reason: 'CrashLoopBackOff' } };
    const { status, cause } = assessOnce(harness, 2, backOff, killed('Error'));
    expect([status, cause]).toStrictEqual(['failed', 'out-of-memory']);
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
