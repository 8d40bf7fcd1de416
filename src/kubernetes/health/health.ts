import { numberAt } from '../../json/json.ts';
import { groupOf, type KubernetesObject } from '../objects/object.ts';
import { argoApplication } from './kinds/argo-application.ts';
import { argoRollout } from './kinds/argo-rollout.ts';
import { cronJob } from './kinds/cron-job.ts';
import { customResourceDefinition } from './kinds/custom-resource-definition.ts';
import { daemonSet } from './kinds/daemon-set.ts';
import { deployment } from './kinds/deployment.ts';
import { fluxRules } from './kinds/flux.ts';
import { gatewayApiRules } from './kinds/gateway-api.ts';
import { helmRelease } from './kinds/helm-release.ts';
import { ingress } from './kinds/ingress.ts';
import { job } from './kinds/job.ts';
import { persistentVolumeClaim } from './kinds/persistent-volume-claim.ts';
import { pod } from './kinds/pod.ts';
import { replicaSet, replicationController } from './kinds/replica-set.ts';
import { horizontalPodAutoscaler, podDisruptionBudget } from './kinds/scaling.ts';
import { service } from './kinds/service.ts';
import { statefulSet } from './kinds/stateful-set.ts';
import { tableRule } from './operators/lookup.ts';
import { byConditions } from './rule/by-conditions.ts';
import type { HealthVerdict, KindRule } from './rule/kind-rule.ts';

/** Every kind that needs code of its own. A new kind is most often a line of data in operators/; else a file beside these and a line here. */
export const kindRules: readonly KindRule[] = [
  deployment,
  statefulSet,
  daemonSet,
  replicaSet,
  replicationController,
  pod,
  job,
  cronJob,
  persistentVolumeClaim,
  service,
  ingress,
  horizontalPodAutoscaler,
  podDisruptionBudget,
  customResourceDefinition,
  argoApplication,
  argoRollout,
  ...fluxRules,
  helmRelease,
  ...gatewayApiRules,
];

export function ruleFor(group: string, kind: string): KindRule | undefined {
  return kindRules.find((rule) => rule.group === group && rule.kind === kind) ?? tableRule(group, kind);
}

/** How an object stands, by its own status alone. */
export function judgeHealth(object: KubernetesObject): HealthVerdict {
  if (object.metadata.deletionTimestamp !== undefined) return { status: 'progressing', message: 'is being deleted' };
  const unseen = notObservedYet(object);
  if (unseen) return { status: 'progressing', message: unseen };
  const rule = ruleFor(groupOf(object), object.kind);
  return rule ? rule.judge(object) : byConditions(object);
}

/** What to say of an object whose controller has not looked at its present spec: all else in it is of an earlier one. */
export function notObservedYet(object: KubernetesObject): string | undefined {
  const rule = ruleFor(groupOf(object), object.kind);
  const observed = rule?.observedGeneration?.(object) ?? numberAt(object, 'status', 'observedGeneration');
  if (observed !== undefined && observed < (object.metadata.generation ?? 0))
    return 'the controller has not seen the change yet';
  // A controller that writes observedGeneration but has not done so yet has not looked at the object at all.
  if (observed === undefined && rule !== undefined && WITH_GENERATION.includes(`${rule.kind}.${rule.group}`))
    return 'the controller has not seen it yet';
  return undefined;
}

const WITH_GENERATION = [
  'Deployment.apps',
  'StatefulSet.apps',
  'DaemonSet.apps',
  'ReplicaSet.apps',
  'ReplicationController.',
  'PodDisruptionBudget.policy',
];
