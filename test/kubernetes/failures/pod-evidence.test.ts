import { describe, expect, it } from '@jest/globals';
import { causeOfEvidence } from '../../../src/kubernetes/failures/causes.ts';
import { describeEvidence, hintOf, pathToEvidence } from '../../../src/kubernetes/failures/describe.ts';
import { areFatal, findingsOf } from '../../../src/kubernetes/failures/findings.ts';
import { podEvidence } from '../../../src/kubernetes/failures/pod-evidence.ts';
import type { KubernetesObject } from '../../../src/kubernetes/objects/object.ts';
import type { ObjectEvent } from '../../../src/kubernetes/objects/relations.ts';
import type { PodSet } from '../../../src/kubernetes/pods/pod-set.ts';
import { invariant } from '../../jest-support.ts';
import { object, pod, relationsAmong, warning, withoutCrashes } from '../objects.ts';

const NAME = 'shop-1-a';
const withEvents = (...events: ObjectEvent[]) => relationsAmong([], { [NAME]: events });
const normal = (reason: string, message: string, fieldPath = '', at = 0): ObjectEvent => ({
  ...warning(reason, message, fieldPath, at),
  type: 'Normal',
});
const causeOf = (of: KubernetesObject, ...events: ObjectEvent[]) => {
  const evidence = podEvidence(of, withEvents(...events), withoutCrashes());
  return evidence && causeOfEvidence(evidence);
};
const pending = (more: Parameters<typeof pod>[0] = {}) => pod({ phase: 'Pending', ...more });
const creating = (more: object = {}) =>
  pending({
    state: { waiting: { reason: 'ContainerCreating' } },
    spec: { nodeName: 'node-1' },
    status: { phase: 'Pending', ...more },
  });

describe('a container that its node kills for a probe', () => {
  const killed = pod({
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated: { exitCode: 137, reason: 'Error' } },
    restartCount: 4,
  });
  const field = 'spec.containers{app}';
  const killing = normal('Killing', 'Container app failed liveness probe, will be restarted', field);
  const unhealthy = warning('Unhealthy', 'Liveness probe failed: HTTP probe failed with statuscode: 500', field);

  it('is reported with the message of the probe', () => {
    expect(causeOf(killed, killing, unhealthy)).toBe('liveness-failing');
    const evidence = podEvidence(killed, withEvents(killing, unhealthy), withoutCrashes());
    expect(evidence && describeEvidence(evidence)).toBe(
      'Error  exit code 137 (SIGKILL), 4 restarts  Liveness probe failed: HTTP probe failed with statuscode: 500',
    );
    const startup = warning('Unhealthy', 'Startup probe failed: timeout', field);
    const slow = normal('Killing', 'Container app failed startup probe, will be restarted', field);
    expect(causeOf(killed, slow, startup)).toBe('liveness-failing');
  });

  it('differs from a crash with a failing readiness probe, or next to another killed container', () => {
    const readiness = warning('Unhealthy', 'Readiness probe failed: connection refused', field);
    expect(causeOf(killed, readiness)).toBe('crash-loop');
    const neighbor = normal('Killing', 'Container side failed liveness probe', 'spec.containers{side}');
    expect(causeOf(killed, neighbor, unhealthy)).toBe('crash-loop');
  });
});

describe('a sidecar', () => {
  const withSidecar = (status: object) =>
    pod({
      phase: 'Pending',
      state: { waiting: { reason: 'PodInitializing' } },
      spec: { nodeName: 'node-1', initContainers: [{ name: 'proxy', restartPolicy: 'Always' }] },
      status: { phase: 'Pending', initContainerStatuses: [{ name: 'proxy', ...status }] },
    });

  it('that exits is reported as a crash, not as a failing init container', () => {
    const crashing = withSidecar({ restartCount: 2, state: { terminated: { exitCode: 0, reason: 'Completed' } } });
    expect(causeOf(crashing)).toBe('exits-at-once');
    const failing = withSidecar({ restartCount: 2, state: { terminated: { exitCode: 139, reason: 'Error' } } });
    const [finding] = findingsOf(setOf([failing]), withEvents(), withoutCrashes());
    invariant(finding);
    expect(finding.cause).toBe('crash-loop');
    expect(pathToEvidence(failing, finding)).toMatch(/→ sidecar proxy$/);
    expect(describeEvidence(finding.evidence)).toMatch(/exit code 139 \(SIGSEGV\), 2 restarts/);
    expect(hintOf(finding)).toMatch(/^Exit code 139: the program accessed invalid memory \(SIGSEGV\)\. /);
  });

  it('with a failing probe is reported as probe-failing', () => {
    const unready = withSidecar({ ready: false, state: { running: {} } });
    const probe = warning('Unhealthy', 'Startup probe failed: no', 'spec.initContainers{proxy}');
    expect(causeOf(unready, probe)).toBe('probe-failing');
  });
});

describe('a pod whose node fails to set it up', () => {
  const mount = (message: string, at = 10) => warning('FailedMount', message, '', at);

  it('is reported with the failing volume or sandbox', () => {
    expect(causeOf(creating(), mount('MountVolume.SetUp failed for volume "c" : configmap "c" not found'))).toBe(
      'config-missing',
    );
    expect(causeOf(creating(), mount('Multi-Attach error for volume "pvc-1"'))).toBe('volume-mount-failed');
    expect(causeOf(creating(), warning('FailedCreatePodSandBox', 'plugin failed'))).toBe('sandbox-failed');
  });

  it('is no longer reported once the node has continued', () => {
    const failed = mount('MountVolume.SetUp failed for volume "t" : failed to sync configmap cache: timed out');
    expect(causeOf(creating(), failed)).toBe('config-cache');
    expect(causeOf(creating(), normal('Pulling', 'Pulling image', '', 11), failed)).toBeUndefined();
    const conditions = [{ type: 'PodReadyToStartContainers', status: 'True' }];
    expect(causeOf(creating({ conditions }), failed)).toBeUndefined();
  });
});

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

describe('a failure to create pods', () => {
  it('is no longer reported once the controller has created one', () => {
    const set = object({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db', uid: 'uid-db' } });
    const pods = setOf([], { creators: [set], desired: 3 });
    const failed = warning('FailedCreate', 'create Pod db-0 in StatefulSet db failed error: exceeded quota: q', '', 5);
    const at = (...events: ObjectEvent[]) =>
      findingsOf(pods, relationsAmong([], { db: events }), withoutCrashes())[0]?.cause;
    expect(at(failed)).toBe('quota-exceeded');
    expect(at(normal('SuccessfulCreate', 'create Pod db-0', '', 9), failed)).toBeUndefined();
    expect(at(failed, normal('SuccessfulCreate', 'create Pod db-0', '', 3))).toBe('quota-exceeded');
  });
});

function setOf(current: PodSet['current'], more: Partial<PodSet> = {}): PodSet {
  return { current, old: [], creators: [], desired: current.length, maxUnavailable: 0, countsAttempts: false, ...more };
}
