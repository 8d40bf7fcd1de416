import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeEvidence, pathTo } from '../../../src/kubernetes/doom/describe.ts';
import { areFatal, findingsOf } from '../../../src/kubernetes/doom/findings.ts';
import type { PodSet } from '../../../src/kubernetes/health/rule.ts';
import { object, pod, relationsAmong, sure, warning } from '../objects.ts';

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
  makers: [replicaSet],
  desired: current.length,
  tolerated: 0,
  countsAttempts: false,
  ...more,
});
const none = relationsAmong([]);

describe('what speaks against a workload', () => {
  it('is told with the way to it, its exit code and its restarts', () => {
    const [finding, ...others] = findingsOf(set([crashing()]), none, sure());
    assert.ok(finding && others.length === 0);
    assert.equal(finding.cause, 'out-of-memory');
    assert.equal(pathTo(deployment, finding), 'deployment/shop → replicaset/shop-1 → pod/shop-1-a → container app');
    assert.equal(describeEvidence(finding.evidence), 'OOMKilled  exit code 137 (SIGKILL), 3 restarts');
  });

  it('is nothing for pods that are ready, just starting or on their way out', () => {
    const pods = [
      pod({ name: 'a', ready: true, restartCount: 9 }),
      pod({ name: 'b', state: { waiting: { reason: 'ContainerCreating' } } }),
      { ...crashing('c'), metadata: { ...crashing('c').metadata, deletionTimestamp: '2026-03-01T12:00:00Z' } },
    ];
    assert.deepEqual(findingsOf(set(pods), none, sure()), []);
  });

  it('takes the reason of a pull from the event where the back-off hides it', () => {
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
    assert.equal(findingsOf(set([backingOff]), events, sure())[0]?.cause, 'image-not-found');
  });

  it('looks at init containers first', () => {
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
    const [finding] = findingsOf(set([stuck]), none, sure());
    assert.equal(finding?.cause, 'init-failed');
    assert.match(pathTo(deployment, finding), /→ init container migrate$/);
  });

  it('is what keeps pods from being created, as long as pods are missing', () => {
    const failing = object({
      ...replicaSet,
      status: {
        conditions: [
          { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota: none' },
        ],
      },
    });
    assert.equal(findingsOf(set([], { makers: [failing], desired: 1 }), none, sure())[0]?.cause, 'quota-exceeded');
    assert.deepEqual(findingsOf(set([pod({ ready: true })], { makers: [failing] }), none, sure()), []);
  });

  it('does not take an event of an earlier try for one of now', () => {
    const job = object({ kind: 'Job', metadata: { name: 'job', uid: 'uid-job' } });
    const events = relationsAmong([], { job: [warning('FailedCreate', 'exceeded quota: none', '', 500)] });
    assert.equal(findingsOf(set([], { makers: [job], desired: 1 }), events, sure(400)).length, 1);
    assert.equal(findingsOf(set([], { makers: [job], desired: 1 }), events, sure(600)).length, 0);
  });

  it("leaves a Job's failed attempts to the Job", () => {
    const [attempt] = findingsOf(set([crashing()], { countsAttempts: true }), none, sure());
    assert.equal(attempt?.isFinal, false);
    const unpullable = pod({ state: { waiting: { reason: 'InvalidImageName' } } });
    assert.equal(findingsOf(set([unpullable], { countsAttempts: true }), none, sure())[0]?.isFinal, true);
  });

  it('is fatal only where too few pods are left', () => {
    const findings = findingsOf(set([crashing('a'), crashing('b')]), none, sure());
    assert.ok(areFatal(findings, set([crashing('a'), crashing('b')], { desired: 4, tolerated: 1 })));
    assert.ok(!areFatal(findings.slice(1), set([crashing('a'), pod({ ready: true })], { desired: 4, tolerated: 1 })));
    assert.ok(!areFatal([], set([])));
  });

  it('is fatal where pods are replaced one by one and the first one is broken', () => {
    const current = [crashing('a')];
    assert.ok(areFatal(findingsOf(set(current), none, sure()), set(current, { desired: 4, tolerated: 1 })));
  });

  it('does not count pods that have been evicted among those that are left', () => {
    const gone = pod({ name: 'gone', phase: 'Failed', status: { reason: 'Evicted', containerStatuses: [] } });
    const current = [crashing('a'), gone];
    const pods = set(current, { desired: 4, tolerated: 1 });
    assert.ok(areFatal(findingsOf(pods, none, sure()), pods));
  });

  it('names what keeps pods from being created also where only evicted ones are there', () => {
    const gone = pod({ name: 'gone', phase: 'Failed', status: { reason: 'Evicted', containerStatuses: [] } });
    const condition = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota: q' };
    const failing = object({ ...replicaSet, status: { conditions: [condition] } });
    const pods = set([gone], { makers: [failing], desired: 1 });
    assert.equal(findingsOf(pods, none, sure())[0]?.cause, 'quota-exceeded');
    assert.ok(areFatal(findingsOf(pods, none, sure()), pods));
  });
});
