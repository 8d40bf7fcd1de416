import { at, booleanAt, listAt, numberAt, objectAt, stringAt } from '../../../../src/json/json.ts';
import { nameOf, type Obj, uidOf } from '../model.ts';
import { deletePod, type PodCreator, podOf } from './pod-template.ts';
import {
  conditionIn,
  isPodActive,
  isPodReady,
  kinds,
  type SimulatedCluster,
  withCondition,
} from './simulated-cluster.ts';

const FROM = 'job-controller';
const FIRST_PAUSE = 10_000;

/** Runs a Job's pods until enough have succeeded or too many have failed. */
export function reconcileJob(cluster: SimulatedCluster, job: Obj, creator: PodCreator): void {
  if (isOver(job)) {
    expire(cluster, job);
    return;
  }
  const pods = cluster.ownedBy(kinds.pods, job);
  const active = pods.filter(isPodActive);
  const succeeded = pods.filter((pod) => stringAt(pod, 'status', 'phase') === 'Succeeded').length;
  const failed = pods.filter((pod) => stringAt(pod, 'status', 'phase') === 'Failed');
  const parallelism = numberAt(job, 'spec', 'parallelism') ?? 1;
  const completions = numberAt(job, 'spec', 'completions') ?? parallelism;
  const stamp = cluster.stamp();
  const startTime = stringAt(job, 'status', 'startTime') ?? stamp;
  const conditions = listAt(job, 'status', 'conditions');
  const end = endOf(cluster, job, { succeeded, failed: failed.length + restartsOf(active), completions, startTime });
  const suspended = booleanAt(job, 'spec', 'suspend') ?? false;
  if (end || suspended) for (const pod of active) deletePod(cluster, pod);
  else
    startPods(cluster, job, creator, {
      active: active.length,
      failed,
      wanted: Math.min(parallelism, completions - succeeded),
    });
  const running = end || suspended ? [] : cluster.ownedBy(kinds.pods, job).filter(isPodActive);
  cluster.setStatus(kinds.jobs, job, {
    startTime,
    active: running.length,
    ready: running.filter(isPodReady).length,
    terminating: cluster.ownedBy(kinds.pods, job).filter((pod) => at(pod, 'metadata', 'deletionTimestamp')).length,
    succeeded,
    failed: failed.length,
    ...(end?.type === 'Complete' ? { completionTime: stamp } : {}),
    conditions: end
      ? ended(conditions, end, stamp)
      : suspended
        ? withCondition(
            conditions,
            { type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' },
            stamp,
          )
        : conditions,
  });
}

interface End {
  readonly type: 'Complete' | 'Failed';
  readonly reason: string;
  readonly message: string;
}

function endOf(
  cluster: SimulatedCluster,
  job: Obj,
  seen: { succeeded: number; failed: number; completions: number; startTime: string },
): End | undefined {
  if (seen.succeeded >= seen.completions)
    return { type: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };
  if (seen.failed > (numberAt(job, 'spec', 'backoffLimit') ?? 6))
    return { type: 'Failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  const deadline = numberAt(job, 'spec', 'activeDeadlineSeconds');
  if (deadline === undefined) return undefined;
  const overAt = Date.parse(seen.startTime) + deadline * 1000;
  if (cluster.now() >= overAt)
    return { type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  cluster.wakeAt(overAt);
  return undefined;
}

function ended(conditions: readonly unknown[], { type, reason, message }: End, stamp: string): readonly unknown[] {
  const before = type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
  const both = [before, type].map((each) => ({ type: each, status: 'True', reason, message }));
  return both.reduce<readonly unknown[]>((list, each) => withCondition(list, each, stamp), conditions);
}

/** After a failed pod, the next one is created after a delay that doubles with each failure. */
function startPods(
  cluster: SimulatedCluster,
  job: Obj,
  creator: PodCreator,
  { active, failed, wanted }: { active: number; failed: readonly Obj[]; wanted: number },
): void {
  const lastFailure = Math.max(0, ...failed.map(endOfPod));
  const readyAt = lastFailure + (failed.length === 0 ? 0 : FIRST_PAUSE * 2 ** (failed.length - 1));
  if (readyAt > cluster.now()) {
    cluster.wakeAt(readyAt);
    return;
  }
  const template = objectAt(job, 'spec', 'template') ?? {};
  const labels = { 'batch.kubernetes.io/job-name': nameOf(job), 'batch.kubernetes.io/controller-uid': uidOf(job) };
  for (let missing = wanted - active; missing > 0; missing -= 1) {
    const pod = podOf(job, `${nameOf(job)}-${cluster.suffix()}`, template, labels);
    if (creator.create(job, pod) !== undefined) return;
  }
}

/** With restartPolicy OnFailure, restarts count as failures. */
function restartsOf(pods: readonly Obj[]): number {
  const statuses = pods
    .filter((pod) => stringAt(pod, 'spec', 'restartPolicy') === 'OnFailure')
    .flatMap((pod) => listAt(pod, 'status', 'containerStatuses'));
  return statuses.reduce<number>((sum, status) => sum + (numberAt(status, 'restartCount') ?? 0), 0);
}

function endOfPod(pod: Obj): number {
  const ends = listAt(pod, 'status', 'containerStatuses').map((status) =>
    Date.parse(stringAt(status, 'state', 'terminated', 'finishedAt') ?? ''),
  );
  return Math.max(0, ...ends.filter((time) => !Number.isNaN(time)));
}

function isOver(job: Obj): boolean {
  const conditions = listAt(job, 'status', 'conditions');
  return ['Complete', 'Failed'].some((type) => stringAt(conditionIn(conditions, type), 'status') === 'True');
}

/** Deletes a finished Job after its ttlSecondsAfterFinished. */
function expire(cluster: SimulatedCluster, job: Obj): void {
  const ttl = numberAt(job, 'spec', 'ttlSecondsAfterFinished');
  if (ttl === undefined) return;
  const since = listAt(job, 'status', 'conditions').map((each) =>
    Date.parse(stringAt(each, 'lastTransitionTime') ?? ''),
  );
  const goneAt = Math.max(...since) + ttl * 1000;
  if (goneAt > cluster.now()) {
    cluster.wakeAt(goneAt);
    return;
  }
  cluster.recordEvent(job, {
    type: 'Normal',
    reason: 'Removed',
    message: 'Job was removed after its time to live',
    from: FROM,
  });
  cluster.store.remove(kinds.jobs, job);
}
