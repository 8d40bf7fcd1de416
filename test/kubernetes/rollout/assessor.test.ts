import { describe, expect, it } from '@jest/globals';
import type { KubernetesObject } from '../../../src/kubernetes/objects/object.ts';
import { object, pod } from '../objects.ts';
import { none, rollout, startAssessor } from './deployment.ts';

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
