import { at, booleanAt, listAt, numberAt, stringAt } from '../../../../src/json/json.ts';
import { nameOf, type Obj } from '../model.ts';
import { portion, replicasOf } from './pod-template.ts';
import {
  conditionIn,
  generationOf,
  type SimulatedCluster,
  withCondition,
  withoutCondition,
} from './simulated-cluster.ts';

interface Counts {
  readonly replicas: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
}

/** The status of a Deployment with these ReplicaSets. `current` is undefined until its template has a ReplicaSet. */
export function deploymentStatus(
  cluster: SimulatedCluster,
  deployment: Obj,
  sets: readonly Obj[],
  current: Obj | undefined,
): Obj {
  const sum = (field: string) => sets.reduce((total, set) => total + (numberAt(set, 'status', field) ?? 0), 0);
  const counts: Counts = {
    replicas: sum('replicas'),
    updated: numberAt(current, 'status', 'replicas') ?? 0,
    ready: sum('readyReplicas'),
    available: sum('availableReplicas'),
  };
  const asked = sets.reduce((total, set) => total + replicasOf(set), 0);
  return {
    observedGeneration: generationOf(deployment),
    replicas: counts.replicas,
    updatedReplicas: counts.updated,
    readyReplicas: counts.ready,
    availableReplicas: counts.available,
    unavailableReplicas: Math.max(0, asked - counts.available),
    conditions: conditionsOf(cluster, deployment, { counts, sets, current }),
  };
}

function conditionsOf(
  cluster: SimulatedCluster,
  deployment: Obj,
  { counts, sets, current }: { counts: Counts; sets: readonly Obj[]; current: Obj | undefined },
): readonly unknown[] {
  const desired = replicasOf(deployment);
  const isRecreate = stringAt(deployment, 'spec', 'strategy', 'type') === 'Recreate';
  const maxUnavailable = at(deployment, 'spec', 'strategy', 'rollingUpdate', 'maxUnavailable');
  const allowedUnavailable = isRecreate ? 0 : portion(maxUnavailable, desired, '25%', Math.floor);
  const isAvailable = counts.available >= desired - allowedUnavailable;
  const available = {
    type: 'Available',
    status: isAvailable ? 'True' : 'False',
    reason: isAvailable ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: `Deployment ${isAvailable ? 'has' : 'does not have'} minimum availability.`,
  };
  const before = listAt(deployment, 'status', 'conditions');
  const stamp = cluster.stamp();
  let conditions = progressing(cluster, deployment, before, counts, current);
  const known = conditionIn(conditions, 'Available');
  const changed = stringAt(known, 'status') !== available.status;
  const lastUpdateTime = changed ? stamp : stringAt(known, 'lastUpdateTime');
  conditions = withCondition(conditions, available, stamp, { lastUpdateTime });
  const failing = [current, ...sets].map((set) =>
    listAt(set, 'status', 'conditions').find((each) => stringAt(each, 'type') === 'ReplicaFailure'),
  );
  const failure = failing.find((each) => each !== undefined);
  if (failure === undefined) return withoutCondition(conditions, 'ReplicaFailure');
  const message = stringAt(failure, 'message') ?? '';
  return withCondition(
    conditions,
    { type: 'ReplicaFailure', status: 'True', reason: stringAt(failure, 'reason') ?? '', message },
    stamp,
    { lastUpdateTime: stamp },
  );
}

/** The condition Progressing: complete, progressing, paused, or past its deadline. */
function progressing(
  cluster: SimulatedCluster,
  deployment: Obj,
  before: readonly unknown[],
  counts: Counts,
  current: Obj | undefined,
): readonly unknown[] {
  const stamp = cluster.stamp();
  const known = conditionIn(before, 'Progressing');
  const reason = stringAt(known, 'reason');
  const name = current === undefined ? '' : nameOf(current);
  const set = (status: string, why: string, message: string) =>
    reason === why && stringAt(known, 'message') === message && why !== 'ReplicaSetUpdated'
      ? before
      : withCondition(before, { type: 'Progressing', status, reason: why, message }, stamp, { lastUpdateTime: stamp });
  if (booleanAt(deployment, 'spec', 'paused')) return set('Unknown', 'DeploymentPaused', 'Deployment is paused');
  if (reason === 'DeploymentPaused') return set('Unknown', 'DeploymentResumed', 'Deployment is resumed');
  if (current === undefined) return before;
  const desired = replicasOf(deployment);
  if (counts.updated === desired && counts.replicas === desired && counts.available === desired)
    return set('True', 'NewReplicaSetAvailable', `ReplicaSet "${name}" has successfully progressed.`);
  const was = numberAt(deployment, 'status', 'observedGeneration');
  const isNew = known === undefined || (reason === 'NewReplicaSetAvailable' && counts.updated === 0);
  if (isNew || (was !== undefined && was < generationOf(deployment) && counts.updated === 0))
    return set('True', 'NewReplicaSetCreated', `Created new replica set "${name}"`);
  if (isFurther(deployment, counts)) return set('True', 'ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`);
  // The deadline does not apply after the rollout was complete once.
  if (reason === 'NewReplicaSetAvailable' || reason === 'ProgressDeadlineExceeded') return before;
  const deadline = (numberAt(deployment, 'spec', 'progressDeadlineSeconds') ?? 600) * 1000;
  const overAt = Date.parse(stringAt(known, 'lastUpdateTime') ?? '') + deadline;
  if (cluster.now() <= overAt) {
    cluster.wakeAt(overAt + 1);
    return before;
  }
  return set('False', 'ProgressDeadlineExceeded', `ReplicaSet "${name}" has timed out progressing.`);
}

function isFurther(deployment: Obj, { replicas, updated, ready, available }: Counts): boolean {
  const was = (field: string) => numberAt(deployment, 'status', field) ?? 0;
  return (
    updated > was('updatedReplicas') ||
    replicas - updated < was('replicas') - was('updatedReplicas') ||
    ready > was('readyReplicas') ||
    available > was('availableReplicas')
  );
}
