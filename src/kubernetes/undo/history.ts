import { isObject, numberAt, objectAt, stringAt } from '../../json/json.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { ResourceType } from '../objects/resource-type.ts';
import { wellKnown } from '../objects/well-known.ts';

/** An earlier pod template that a workload's controller has kept. */
export interface WorkloadRevision {
  readonly number: number;
  /** In the form of the workload's spec. */
  readonly template: Readonly<Record<string, unknown>>;
  /** The `kubernetes.io/change-cause` of the revision. */
  readonly changeCause: string | undefined;
}

const DEPLOYMENT_REVISION = 'deployment.kubernetes.io/revision';
const OPENSHIFT_REVISION = 'openshift.io/deployment-config.latest-version';
const CHANGE_CAUSE = 'kubernetes.io/change-cause';

/** The kind in which a workload's controller keeps its revisions; undefined for a kind without a history. */
export function historyKind(kind: string): ResourceType | undefined {
  if (kind === 'Deployment') return wellKnown.replicaSets;
  if (kind === 'DeploymentConfig') return wellKnown.replicationControllers;
  // OpenKruise keeps the revisions of a CloneSet as Kubernetes keeps those of a StatefulSet.
  return ['StatefulSet', 'DaemonSet', 'CloneSet'].includes(kind) ? wellKnown.controllerRevisions : undefined;
}

/** The revision before the present one, chosen as by `kubectl rollout undo`. @param history all objects of the workload's history kind. */
export function previousRevision(
  workload: KubernetesObject,
  history: readonly KubernetesObject[],
): WorkloadRevision | undefined {
  const own = history.filter(({ metadata }) => metadata.owners.some(({ uid }) => uid === workload.metadata.uid));
  const revisions = own.flatMap((each) => revisionOf(each) ?? []).sort((a, b) => b.number - a.number);
  const annotated = Number(workload.metadata.annotations[DEPLOYMENT_REVISION] ?? Number.NaN);
  const present = workload.kind === 'Deployment' ? annotated : revisions[0]?.number;
  return revisions.find(({ number }) => present !== undefined && number < present);
}

function revisionOf(kept: KubernetesObject): WorkloadRevision | undefined {
  const changeCause = kept.metadata.annotations[CHANGE_CAUSE];
  if (kept.kind === 'ReplicaSet') {
    const template = objectAt(kept, 'spec', 'template');
    const number = Number(kept.metadata.annotations[DEPLOYMENT_REVISION] ?? Number.NaN);
    return template && !Number.isNaN(number) ? { number, template: withoutHash(template), changeCause } : undefined;
  }
  if (kept.kind === 'ReplicationController') {
    const template = objectAt(kept, 'spec', 'template');
    const number = Number(kept.metadata.annotations[OPENSHIFT_REVISION] ?? Number.NaN);
    return template && !Number.isNaN(number)
      ? { number, template: withoutOpenshift(template), changeCause }
      : undefined;
  }
  const { $patch: _, ...template } = objectAt(kept, 'data', 'spec', 'template') ?? {};
  const number = numberAt(kept, 'revision');
  return number === undefined || Object.keys(template).length === 0 ? undefined : { number, template, changeCause };
}

/** Removes the label that the controller of a Deployment adds to the template of each ReplicaSet. */
function withoutHash(template: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { 'pod-template-hash': _, ...labels } = objectAt(template, 'metadata', 'labels') ?? {};
  return { ...template, metadata: { ...objectAt(template, 'metadata'), labels } };
}

/** Removes what OpenShift adds to the template of each ReplicationController. */
function withoutOpenshift(template: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { deployment: _, deploymentconfig: __, ...labels } = objectAt(template, 'metadata', 'labels') ?? {};
  const own = Object.entries(objectAt(template, 'metadata', 'annotations') ?? {}).filter(
    ([name]) => !name.startsWith('openshift.io/deployment'),
  );
  const { annotations: ___, ...metadata } = objectAt(template, 'metadata') ?? {};
  return {
    ...template,
    metadata: { ...metadata, labels, ...(own.length > 0 ? { annotations: Object.fromEntries(own) } : {}) },
  };
}

/** A JSON patch that restores a revision. The server rejects it if the spec has changed since it was read. */
export function patchToRevision(
  { template, changeCause }: WorkloadRevision,
  { metadata }: KubernetesObject,
): readonly object[] {
  const path = `/metadata/annotations/${CHANGE_CAUSE.replace('/', '~1')}`;
  const hasChangeCause = metadata.annotations[CHANGE_CAUSE] !== undefined;
  const setsChangeCause = Object.keys(metadata.annotations).length > 0 && changeCause !== undefined;
  return [
    { op: 'test', path: '/metadata/generation', value: metadata.generation },
    { op: 'replace', path: '/spec/template', value: template },
    ...(setsChangeCause ? [{ op: 'add', path, value: changeCause }] : []),
    ...(hasChangeCause && !setsChangeCause ? [{ op: 'remove', path }] : []),
  ];
}

/** The images of the revision's containers. */
export function revisionImages({ template }: WorkloadRevision): readonly string[] {
  const containers = objectAt(template, 'spec')?.['containers'];
  return (Array.isArray(containers) ? containers : []).flatMap((each) =>
    isObject(each) ? (stringAt(each, 'image') ?? []) : [],
  );
}
