import { describe, expect, it } from '@jest/globals';
import { describeEvidence, hintOf } from '../../../src/kubernetes/failures/describe.ts';
import { holdUpOf } from '../../../src/kubernetes/failures/hold-ups.ts';
import type { KubernetesObject } from '../../../src/kubernetes/objects/object.ts';
import { object, pod, relationsAmong, warning } from '../objects.ts';
import { setOf } from './pod-events.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

const workload = (kind: string, spec: object = {}, metadata: object = {}) =>
  object({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'db', namespace: 'staging', uid: 'uid-db', ...metadata },
    spec,
  });
const none = relationsAmong([]);

/** A pod that was deleted: `late` seconds ago its grace period of 30 s ended. */
function leaving(late: number, metadata: object = {}, status: object = {}): KubernetesObject {
  const base = pod({ spec: { nodeName: 'node-1' }, status });
  return object({
    ...base,
    metadata: { ...base.metadata, deletionTimestamp: ago(late), deletionGracePeriodSeconds: 30, ...metadata },
  });
}

function textOf(of: KubernetesObject, pods: Parameters<typeof setOf>, relations = none): string {
  const finding = holdUpOf(of, setOf(...pods), { relations, now: NOW });
  return finding ? `${finding.cause}: ${describeEvidence(finding.evidence)} → ${hintOf(finding)}` : '';
}

describe('a pod that was deleted and is still there', () => {
  const lost = relationsAmong([], { 'shop-1-a': [warning('NodeNotReady', 'Node is not ready')] });
  const tainted = {
    conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager' }],
  };
  const rows: Readonly<Record<string, readonly [KubernetesObject, typeof none, RegExp]>> = {
    'within its grace period': [
      leaving(-20),
      none,
      /grace period of 30 s has not passed → Let the program end at SIGTERM/,
    ],
    'for longer than its grace period': [leaving(60), none, /node node-1 has not confirmed .*--grace-period=0 --force/],
    'on a node that does not respond': [
      leaving(600),
      lost,
      /node node-1 does not respond → .*kubectl delete node node-1/,
    ],
    'on a node from which it was to be evicted': [leaving(600, {}, tainted), none, /node node-1 does not respond/],
    'because of a finalizer': [
      leaving(60, { finalizers: ['example.com/drain'] }),
      none,
      /finalizers are not removed: example.com\/drain → Check the controller of the finalizer/,
    ],
  };
  it.each(Object.entries(rows))('%s', (_name, [terminating, relations, says]) => {
    const text = textOf(workload('DaemonSet'), [[], { old: [terminating], desired: 1 }], relations);
    expect(text).toMatch(/^pod-terminating: Terminating {2}its /);
    expect(text).toMatch(says);
    const finding = holdUpOf(workload('DaemonSet'), setOf([], { old: [terminating] }), { relations, now: NOW });
    expect(finding?.evidence.since).toBe((Date.parse(terminating.metadata.deletionTimestamp ?? '') || 0) - 30_000);
  });

  it('does not hold up a rolling update of a Deployment, or a Job', () => {
    for (const kind of ['Deployment', 'ReplicaSet', 'Rollout', 'Job'])
      expect(textOf(workload(kind), [[], { old: [leaving(60)] }])).toBe('');
    expect(textOf(workload('Deployment', { strategy: { type: 'Recreate' } }), [[], { old: [leaving(60)] }])).not.toBe(
      '',
    );
  });
});

describe('a pod that does not start', () => {
  const onNode = { spec: { nodeName: 'node-1' } };
  const rows: Readonly<Record<string, readonly [KubernetesObject, RegExp]>> = {
    'without a scheduler': [
      pod({ spec: { schedulerName: 'volcano' } }),
      /^pod-not-scheduled: NotScheduled {2}volcano has not handled it/,
    ],
    'on a node that does nothing': [
      pod({ ...onNode, state: { waiting: { reason: 'ContainerCreating' } } }),
      /^pod-not-started: NotStarted {2}node node-1 has not started its containers/,
    ],
    'because its startup probe does not succeed': [
      pod({
        ...onNode,
        status: { containerStatuses: [{ name: 'app', ready: false, started: false, state: { running: {} } }] },
      }),
      /^not-ready: NotReady {2}its startup probe has not succeeded yet/,
    ],
    'though its containers are ready': [
      pod({
        ...onNode,
        status: { containerStatuses: [{ name: 'app', ready: true, started: true, state: { running: {} } }] },
      }),
      /^not-ready: NotReady {2}its containers are ready, but the pod is not: node node-1 may not respond → Check the node/,
    ],
  };
  it.each(Object.entries(rows))('%s', (_name, [waiting, says]) => {
    expect(textOf(workload('Deployment'), [[waiting]])).toMatch(says);
  });
});

describe('a workload without a pod to blame', () => {
  const ready = pod({ ready: true, spec: { nodeName: 'node-1' } });

  it('whose controller creates no pods', () => {
    expect(textOf(workload('DaemonSet'), [[], { desired: 2 }])).toMatch(
      /^pods-missing: PodsMissing {2}0 of 2 pods of the new revision exist, and no event says why/,
    );
  });

  it('whose pod of an earlier revision is left', () => {
    expect(textOf(workload('DaemonSet'), [[], { old: [ready], desired: 0 }])).toMatch(
      /^old-pod-left: OldPod {2}it is of an earlier revision, on node node-1 →/,
    );
  });

  it('whose pods must be ready for minReadySeconds', () => {
    const fresh = pod({ status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: ago(10) }] } });
    expect(textOf(workload('Deployment', { minReadySeconds: 60 }), [[fresh]])).toMatch(/^not-available: .*60 s/);
    expect(textOf(workload('Deployment', { minReadySeconds: 5 }), [[fresh]])).toBe('');
    expect(textOf(workload('Deployment'), [[ready]])).toBe('');
  });

  it('that is being deleted', () => {
    const metadata = { deletionTimestamp: ago(60), finalizers: ['foregroundDeletion'] };
    expect(textOf(workload('Deployment', {}, metadata), [[]])).toMatch(
      /^being-deleted: BeingDeleted {2}its finalizers are not removed: foregroundDeletion/,
    );
  });
});

describe('a StatefulSet', () => {
  it('with podManagementPolicy Parallel does not wait for broken pods of an earlier revision', () => {
    const set = workload('StatefulSet');
    const broken = pod({ name: 'db-0', owner: set, spec: { nodeName: 'node-1' } });
    const among = relationsAmong([broken]);
    expect(textOf(set, [[], { old: [broken] }], among)).toMatch(/^old-pod-broken/);
    const parallel = workload('StatefulSet', { podManagementPolicy: 'Parallel' });
    expect(textOf(parallel, [[], { old: [broken] }], among)).toMatch(/^old-pod-left/);
  });
});
