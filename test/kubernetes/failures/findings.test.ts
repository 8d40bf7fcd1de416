import { describe, expect, it } from '@jest/globals';
import { describeEvidence, pathToEvidence } from '../../../src/kubernetes/failures/describe.ts';
import { areFatal, findingsOf } from '../../../src/kubernetes/failures/findings.ts';
import type { PodSet } from '../../../src/kubernetes/pods/pod-set.ts';
import { invariant } from '../../jest-support.ts';
import { object, pod, relationsAmong, warning, withoutCrashes } from '../objects.ts';

const replicaSet = object({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: 'shop-1',
    namespace: 'staging',
    uid: 'uid-rs',
    ownerReferences: [{ kind: 'Deployment', name: 'shop', uid: 'uid-d', controller: true }],
  },
});
const deployment = object({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'shop', uid: 'uid-d' } });
const crashing = (name = 'shop-1-a') =>
  pod({
    name,
    owner: replicaSet,
    state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container' } },
    lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
    restartCount: 3,
  });
const set = (current: PodSet['current'], more: Partial<PodSet> = {}): PodSet => ({
  current,
  old: [],
  creators: [replicaSet],
  desired: current.length,
  maxUnavailable: 0,
  countsAttempts: false,
  ...more,
});
const none = relationsAmong([]);

describe('the findings of a workload', () => {
  it('contain the path to the container, its exit code and its restarts', () => {
    const [finding, ...others] = findingsOf(set([crashing()]), none, withoutCrashes());
    invariant(finding && others.length === 0);
    expect(finding.cause).toBe('out-of-memory');
    expect(pathToEvidence(deployment, finding)).toBe(
      'deployment/shop → replicaset/shop-1 → pod/shop-1-a → container app',
    );
    expect(describeEvidence(finding.evidence)).toBe('OOMKilled  exit code 137 (SIGKILL), 3 restarts');
  });

  it('are empty for pods that are ready, just starting or terminating', () => {
    const pods = [
      pod({ name: 'a', ready: true, restartCount: 9 }),
      pod({ name: 'b', state: { waiting: { reason: 'ContainerCreating' } } }),
      { ...crashing('c'), metadata: { ...crashing('c').metadata, deletionTimestamp: '2026-03-01T12:00:00Z' } },
    ];
    expect(findingsOf(set(pods), none, withoutCrashes())).toStrictEqual([]);
  });

  it('take the reason of a failed pull from its event if the back-off hides it', () => {
    const backingOff = pod({
      state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "r/shop:9"' } },
    });
    const text = 'Failed to pull image "r/shop:9": not found';
    const events = relationsAmong([], {
      'shop-1-a': [
        warning('Failed', 'Error: ImagePullBackOff'),
        warning('Failed', 'Failed to pull image "r/side:1": 401 Unauthorized', 'spec.containers{side}'),
        warning('Failed', text, 'spec.containers{app}'),
      ],
    });
    expect(findingsOf(set([backingOff]), events, withoutCrashes())[0]?.cause).toBe('image-not-found');
  });

  it('start with init containers', () => {
    const stuck = pod({
      state: { waiting: { reason: 'PodInitializing' } },
      status: {
        initContainerStatuses: [
          {
            name: 'migrate',
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 1, reason: 'Error' } },
          },
        ],
      },
    });
    const [finding] = findingsOf(set([stuck]), none, withoutCrashes());
    invariant(finding?.cause === 'init-failed');
    expect(pathToEvidence(deployment, finding)).toMatch(/→ init container migrate$/);
  });

  it('contain failures to create pods only while pods are missing', () => {
    const failing = object({
      ...replicaSet,
      status: {
        conditions: [
          { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota: none' },
        ],
      },
    });
    expect(findingsOf(set([], { creators: [failing], desired: 1 }), none, withoutCrashes())[0]?.cause).toBe(
      'quota-exceeded',
    );
    expect(findingsOf(set([pod({ ready: true })], { creators: [failing] }), none, withoutCrashes())).toStrictEqual([]);
  });

  it('ignore events of an earlier rollout', () => {
    const job = object({ kind: 'Job', metadata: { name: 'job', uid: 'uid-job' } });
    const events = relationsAmong([], { job: [warning('FailedCreate', 'exceeded quota: none', '', 500)] });
    expect(findingsOf(set([], { creators: [job], desired: 1 }), events, withoutCrashes(400)).length).toBe(1);
    expect(findingsOf(set([], { creators: [job], desired: 1 }), events, withoutCrashes(600)).length).toBe(0);
  });

  it("are not final for a Job's failed attempts", () => {
    const [attempt] = findingsOf(set([crashing()], { countsAttempts: true }), none, withoutCrashes());
    expect(attempt?.isFinal).toBe(false);
    const unpullable = pod({ state: { waiting: { reason: 'InvalidImageName' } } });
    expect(findingsOf(set([unpullable], { countsAttempts: true }), none, withoutCrashes())[0]?.isFinal).toBe(true);
  });

  it('are fatal only if too few pods are left', () => {
    const findings = findingsOf(set([crashing('a'), crashing('b')]), none, withoutCrashes());
    expect(areFatal(findings, set([crashing('a'), crashing('b')], { desired: 4, maxUnavailable: 1 }))).toBeTruthy();
    expect(
      areFatal(findings.slice(1), set([crashing('a'), pod({ ready: true })], { desired: 4, maxUnavailable: 1 })),
    ).toBeFalsy();
    expect(areFatal([], set([]))).toBeFalsy();
  });

  it('are fatal if pods are replaced one at a time and the first one is broken', () => {
    const current = [crashing('a')];
    expect(
      areFatal(findingsOf(set(current), none, withoutCrashes()), set(current, { desired: 4, maxUnavailable: 1 })),
    ).toBeTruthy();
  });

  it('do not count evicted pods as left', () => {
    const gone = pod({ name: 'gone', phase: 'Failed', status: { reason: 'Evicted', containerStatuses: [] } });
    const current = [crashing('a'), gone];
    const pods = set(current, { desired: 4, maxUnavailable: 1 });
    expect(areFatal(findingsOf(pods, none, withoutCrashes()), pods)).toBeTruthy();
  });

  it('contain failures to create pods if only evicted pods exist', () => {
    const gone = pod({ name: 'gone', phase: 'Failed', status: { reason: 'Evicted', containerStatuses: [] } });
    const condition = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota: q' };
    const failing = object({ ...replicaSet, status: { conditions: [condition] } });
    const pods = set([gone], { creators: [failing], desired: 1 });
    expect(findingsOf(pods, none, withoutCrashes())[0]?.cause).toBe('quota-exceeded');
    expect(areFatal(findingsOf(pods, none, withoutCrashes()), pods)).toBeTruthy();
  });
});
