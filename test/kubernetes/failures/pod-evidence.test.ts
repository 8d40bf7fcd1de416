import { describe, expect, it } from '@jest/globals';
import { causeOfEvidence } from '../../../src/kubernetes/failures/causes.ts';
import { describeEvidence, hintOf, pathToEvidence } from '../../../src/kubernetes/failures/describe.ts';
import { findingsOf } from '../../../src/kubernetes/failures/findings.ts';
import { podEvidence } from '../../../src/kubernetes/failures/pod-evidence.ts';
import type { ObjectEvent } from '../../../src/kubernetes/objects/relations.ts';
import { invariant } from '../../jest-support.ts';
import { object, pod, relationsAmong, warning, withoutCrashes } from '../objects.ts';
import { causeOf, creating, normal, setOf, withEvents } from './pod-events.ts';

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

describe('a container that was killed for its memory before', () => {
  const ended = (reason: string) => ({ terminated: { exitCode: 137, reason } });
  const crashed = (reason: string, before?: object) =>
    pod({ state: ended(reason), ...(before ? { lastState: before } : {}), restartCount: 1 });
  const evidenceOf = (of: ReturnType<typeof pod>, ranOutOfMemory: boolean, ...events: ObjectEvent[]) =>
    podEvidence(of, withEvents(...events), { ...withoutCrashes(), ranOutOfMemory: () => ranOutOfMemory });

  it('still runs out of memory if its node only says that it was killed', () => {
    const evidence = evidenceOf(crashed('Error'), true);
    invariant(evidence);
    expect(causeOfEvidence(evidence)).toBe('out-of-memory');
    expect(describeEvidence(evidence)).toBe(
      'OOMKilled  exit code 137 (SIGKILL), 1 restart  killed without a reason this time, and for its memory before',
    );
  });

  it('is not said to run out of memory if it exits by itself, or if a probe had it killed', () => {
    const exited = pod({ state: { terminated: { exitCode: 1, reason: 'Error' } } });
    expect(evidenceOf(exited, true)?.reason).toBe('Error');
    const killing = normal('Killing', 'Container app failed liveness probe, will be restarted');
    const killed = evidenceOf(crashed('Error'), true, killing);
    expect(killed && causeOfEvidence(killed)).toBe('liveness-failing');
    const unknown = evidenceOf(crashed('Error'), false);
    expect(unknown && causeOfEvidence(unknown)).toBe('crash-loop');
  });
});
