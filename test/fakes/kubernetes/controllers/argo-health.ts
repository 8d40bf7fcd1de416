import { booleanAt, listAt, numberAt, stringAt } from '../../../../src/json/json.ts';
import { nameOf, type Obj } from '../model.ts';
import { replicasOf } from './pod-template.ts';
import { conditionIn } from './simulated-cluster.ts';

export interface ArgoHealth {
  readonly status: 'Healthy' | 'Suspended' | 'Progressing' | 'Missing' | 'Degraded';
  readonly message?: string;
}

/** From best to worst. An Application has the health of its least healthy object. */
const ORDER: readonly ArgoHealth['status'][] = ['Healthy', 'Suspended', 'Progressing', 'Missing', 'Degraded'];

export function worst(healths: readonly ArgoHealth[]): ArgoHealth['status'] {
  return ORDER[Math.max(0, ...healths.map(({ status }) => ORDER.indexOf(status)))] ?? 'Healthy';
}

/** The health that Argo CD gives an object, by the rules of gitops-engine; undefined for kinds without health. */
export function argoHealth(kind: string, object: Obj | undefined): ArgoHealth | undefined {
  const rule = RULES[kind];
  if (!rule) return object ? undefined : { status: 'Missing' };
  if (!object) return { status: 'Missing' };
  return rule(object);
}

const waiting: ArgoHealth = { status: 'Progressing', message: 'Waiting for rollout to finish' };
const healthy: ArgoHealth = { status: 'Healthy' };

const RULES: Readonly<Record<string, (object: Obj) => ArgoHealth>> = {
  Deployment(object) {
    if (booleanAt(object, 'spec', 'paused')) return { status: 'Suspended', message: 'Deployment is paused' };
    if (!isObserved(object)) return waiting;
    const progressing = conditionIn(listAt(object, 'status', 'conditions'), 'Progressing');
    if (stringAt(progressing, 'reason') === 'ProgressDeadlineExceeded')
      return { status: 'Degraded', message: `Deployment "${nameOf(object)}" exceeded its progress deadline` };
    const updated = count(object, 'updatedReplicas');
    const isRolling = updated < replicasOf(object) || count(object, 'replicas') > updated;
    return isRolling || count(object, 'availableReplicas') < updated ? waiting : healthy;
  },
  StatefulSet(object) {
    if (!isObserved(object)) return waiting;
    if (count(object, 'readyReplicas') < replicasOf(object)) return waiting;
    const updated = count(object, 'updatedReplicas');
    const partition = numberAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
    if (partition > 0) return updated < replicasOf(object) - partition ? waiting : healthy;
    if (stringAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete') return healthy;
    const isComplete = stringAt(object, 'status', 'updateRevision') === stringAt(object, 'status', 'currentRevision');
    return isComplete ? healthy : waiting;
  },
  DaemonSet(object) {
    if (!isObserved(object)) return waiting;
    if (stringAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete') return healthy;
    const desired = count(object, 'desiredNumberScheduled');
    const isRolling = count(object, 'updatedNumberScheduled') < desired;
    return isRolling || count(object, 'numberAvailable') < desired ? waiting : healthy;
  },
  Job(object) {
    const isTrue = (type: string) =>
      stringAt(conditionIn(listAt(object, 'status', 'conditions'), type), 'status') === 'True';
    if (isTrue('Failed')) return { status: 'Degraded', message: 'Job has reached the specified backoff limit' };
    if (isTrue('Complete')) return healthy;
    return isTrue('Suspended') ? { status: 'Suspended' } : { status: 'Progressing' };
  },
  Service(object) {
    const isPending =
      stringAt(object, 'spec', 'type') === 'LoadBalancer' &&
      listAt(object, 'status', 'loadBalancer', 'ingress').length === 0;
    return isPending ? { status: 'Progressing' } : healthy;
  },
};

function isObserved(object: Obj): boolean {
  return (numberAt(object, 'status', 'observedGeneration') ?? 0) >= (numberAt(object, 'metadata', 'generation') ?? 0);
}

function count(object: Obj, field: string): number {
  return numberAt(object, 'status', field) ?? 0;
}
