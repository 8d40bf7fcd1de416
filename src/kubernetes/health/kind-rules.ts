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
import { openshiftRoute } from './kinds/openshift-route.ts';
import { persistentVolumeClaim } from './kinds/persistent-volume-claim.ts';
import { pod } from './kinds/pod.ts';
import { replicaSet, replicationController } from './kinds/replica-set.ts';
import { horizontalPodAutoscaler, podDisruptionBudget } from './kinds/scaling.ts';
import { service } from './kinds/service.ts';
import { statefulSet } from './kinds/stateful-set.ts';
import { operatorRule } from './operators/lookup.ts';
import type { HealthRule, KindRule } from './rule/kind-rule.ts';

/**
 * Every kind that needs code, by the section of docs/readiness.md. Most new kinds need none: add their criteria to a file in operators/.
 * Otherwise add a file to kinds/ and its rule to a list here.
 */
export const kindRules = {
  workloads: [deployment, statefulSet, daemonSet, replicaSet, replicationController, pod, job, cronJob],
  others: [
    persistentVolumeClaim,
    service,
    ingress,
    horizontalPodAutoscaler,
    podDisruptionBudget,
    customResourceDefinition,
    ...gatewayApiRules,
    openshiftRoute,
  ],
  deploymentTools: [argoApplication, argoRollout, ...fluxRules, helmRelease],
} as const satisfies Readonly<Record<string, readonly KindRule[]>>;

const all: readonly KindRule[] = Object.values(kindRules).flat();

export function ruleFor(group: string, kind: string): HealthRule | undefined {
  return all.find((rule) => rule.group === group && rule.kind === kind) ?? operatorRule(group, kind);
}
