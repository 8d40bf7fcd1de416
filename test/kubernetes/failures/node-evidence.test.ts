import { describe, expect, it } from '@jest/globals';
import { pathToEvidence } from '../../../src/kubernetes/failures/describe.ts';
import { areFatal, findingsOf } from '../../../src/kubernetes/failures/findings.ts';
import { podEvidence } from '../../../src/kubernetes/failures/pod-evidence.ts';
import { invariant } from '../../jest-support.ts';
import { object, pod, relationsAmong, warning, withoutCrashes } from '../objects.ts';
import { causeOf, creating, NAME, normal, pending, setOf, withEvents } from './pod-events.ts';

describe('a pod without a node', () => {
  const unscheduled = (message: string, reason = 'Unschedulable') =>
    pending({
      state: { waiting: {} },
      spec: { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] },
      status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason, message }] },
    });

  it('waits for the node of an autoscaler, unless the autoscaler reports that it adds none', () => {
    const full = unscheduled('0/3 nodes are available: 3 Insufficient cpu.');
    expect(causeOf(full)).toBe('unschedulable');
    expect(causeOf(full, normal('TriggeredScaleUp', 'pod triggered scale-up: [{a 1->2}]'))).toBe('node-coming');
    expect(causeOf(full, normal('Nominated', 'Pod should schedule on: nodeclaim/a'))).toBe('node-coming');
    const helpless = normal('NotTriggerScaleUp', "pod didn't trigger scale-up", '', 9);
    expect(causeOf(full, helpless, normal('TriggeredScaleUp', 'scale-up', '', 5))).toBe('unschedulable');
  });

  it('waits for the pods of lower priority that leave its node', () => {
    const full = unscheduled('0/1 nodes are available: 1 Insufficient cpu. preemption: 1 node(s) had victims');
    expect(causeOf(object({ ...full, status: { ...Object(full['status']), nominatedNodeName: 'a' } }))).toBe(
      'preempting',
    );
  });

  it('can wait for a scheduling gate', () => {
    expect(causeOf(unscheduled('blocked', 'SchedulingGated'))).toBe('scheduling-gated');
  });

  it("is reported with the claim whose volume can't be provisioned", () => {
    const waiting = unscheduled('0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.');
    expect(causeOf(waiting)).toBe('volume-unbound');
    const failed = warning('ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found');
    const relations = relationsAmong([], { data: [failed] });
    const [finding] = findingsOf(setOf([waiting]), relations, withoutCrashes());
    invariant(finding);
    expect(finding.cause).toBe('volume-provisioning-failed');
    expect(pathToEvidence(waiting, finding)).toMatch(
      /→ persistentvolumeclaim\/data$|^pod\/.*persistentvolumeclaim\/data$/,
    );
    const bound = relationsAmong([], { data: [normal('ProvisioningSucceeded', 'ok', '', 9), failed] });
    expect(findingsOf(setOf([waiting]), bound, withoutCrashes())[0]?.cause).toBe('volume-unbound');
    // Events of an earlier claim with the same name do not count.
    expect(findingsOf(setOf([waiting]), relations, withoutCrashes(1))[0]?.cause).toBe('volume-unbound');
  });
});

describe('a pod that its node evicted, rejected or lost', () => {
  const owner = object({ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'shop-1', uid: 'uid-rs' } });
  const gone = (name: string, reason: string, at = '2026-03-01T12:00:00Z') =>
    pod({
      name,
      owner,
      phase: 'Failed',
      status: {
        reason,
        message: 'why',
        containerStatuses: [],
        conditions: [{ type: 'Ready', lastTransitionTime: at }],
      },
    });

  it('is reported as pod-lost', () => {
    for (const reason of ['Evicted', 'Preempting', 'OutOfmemory', 'NodeAffinity', 'Terminated'])
      expect(causeOf(gone(NAME, reason))).toBe('pod-lost');
  });

  it('before this rollout is not reported', () => {
    const since = Date.parse('2026-03-01T12:00:01Z');
    expect(podEvidence(gone(NAME, 'Evicted'), withEvents(), withoutCrashes(since))).toBeUndefined();
  });

  it('for a setting that no node allows is one finding for all its pods', () => {
    const pods = setOf([gone('a', 'SysctlForbidden'), gone('b', 'SysctlForbidden')], { creators: [owner], desired: 1 });
    const findings = findingsOf(pods, withEvents(), withoutCrashes());
    expect(findings.map(({ cause, key }) => [cause, key])).toStrictEqual([['pod-refused', 'uid-rs//pod-refused']]);
    expect(areFatal(findings, pods)).toBeTruthy();
    expect(areFatal(findings, { ...pods, current: [...pods.current, pod({ ready: true })] })).toBeFalsy();
  });

  it('because the node does not respond is reported as node-lost', () => {
    const conditions = [
      { type: 'ContainersReady', status: 'True' },
      { type: 'Ready', status: 'False' },
    ];
    const running = [{ name: 'app', ready: true, state: { running: {} } }];
    const lost = pod({ status: { conditions, containerStatuses: running } });
    expect(causeOf(lost, warning('NodeNotReady', 'Node is not ready'))).toBe('node-lost');
    expect(causeOf(lost)).toBeUndefined();
  });

  it('and whose readiness gate is not met is reported as readiness-gate', () => {
    const conditions = [
      { type: 'ContainersReady', status: 'True' },
      {
        type: 'Ready',
        status: 'False',
        reason: 'ReadinessGatesNotReady',
        message: 'gate "target-health" does not exist',
      },
    ];
    expect(causeOf(pod({ status: { conditions, containerStatuses: [] } }))).toBe('readiness-gate');
  });
});

describe('a lack of capacity that terminating pods still use', () => {
  const leaving = pod({ name: 'old', ready: true, deletionTimestamp: '2026-03-01T12:00:00Z' });
  const set = object({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'shop-2', uid: 'uid-rs' },
    status: {
      conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota: q' }],
    },
  });
  const full = pending({
    status: { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no cpu' }] },
  });
  const attached = withEvents(warning('FailedAttachVolume', 'Multi-Attach error for volume "pvc-1"'));
  const cases = [
    { cause: 'unschedulable', pods: setOf([full]), relations: withEvents() },
    { cause: 'quota-exceeded', pods: setOf([], { creators: [set], desired: 1 }), relations: withEvents() },
    { cause: 'volume-mount-failed', pods: setOf([creating()]), relations: attached },
  ];
  it.each(cases)('is final only once they are gone: $cause', ({ cause, pods, relations }) => {
    const [now] = findingsOf(pods, relations, withoutCrashes());
    expect([now?.cause, now?.isFinal]).toStrictEqual([cause, true]);
    const [before] = findingsOf({ ...pods, old: [leaving] }, relations, withoutCrashes());
    expect([before?.cause, before?.isFinal]).toStrictEqual([cause, false]);
    expect(before?.key).not.toBe(now?.key);
  });

  it('does not affect causes that need no capacity', () => {
    const unpullable = setOf([pod({ state: { waiting: { reason: 'InvalidImageName' } } })], { old: [leaving] });
    expect(findingsOf(unpullable, withEvents(), withoutCrashes())[0]?.isFinal).toBe(true);
  });
});
