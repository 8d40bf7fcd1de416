import { isObject, numberAt, objectAt, stringAt } from '../../json/json.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { ResourceType } from '../objects/resource-type.ts';
import { wellKnown } from '../objects/well-known.ts';

/** A state of a workload's pod template that its controller has kept. */
export interface WorkloadRevision {
  readonly number: number;
  /** As it stands in the workload's spec. */
  readonly template: Readonly<Record<string, unknown>>;
  /** `kubernetes.io/change-cause` of that time. */
  readonly changeCause: string | undefined;
}

const DEPLOYMENT_REVISION = 'deployment.kubernetes.io/revision';
const CHANGE_CAUSE = 'kubernetes.io/change-cause';

/** The kind in which a workload's controller keeps its revisions; undefined for a kind that can't go back. */
export function historyKind(kind: string): ResourceType | undefined {
  if (kind === 'Deployment') return wellKnown.replicaSets;
  return kind === 'StatefulSet' || kind === 'DaemonSet' ? wellKnown.controllerRevisions : undefined;
}

/** The revision before the present one, as `kubectl rollout undo` chooses it. @param kept every object of the workload's history kind. */
export function previousRevision(
  workload: KubernetesObject,
  kept: readonly KubernetesObject[],
): WorkloadRevision | undefined {
  const own = kept.filter(({ metadata }) => metadata.owners.some(({ uid }) => uid === workload.metadata.uid));
  const revisions = own.flatMap((each) => revisionOf(each) ?? []).sort((a, b) => b.number - a.number);
  const written = Number(workload.metadata.annotations[DEPLOYMENT_REVISION] ?? Number.NaN);
  const present = workload.kind === 'Deployment' ? written : revisions[0]?.number;
  return revisions.find(({ number }) => present !== undefined && number < present);
}

function revisionOf(kept: KubernetesObject): WorkloadRevision | undefined {
  const changeCause = kept.metadata.annotations[CHANGE_CAUSE];
  if (kept.kind === 'ReplicaSet') {
    const template = objectAt(kept, 'spec', 'template');
    const number = Number(kept.metadata.annotations[DEPLOYMENT_REVISION] ?? Number.NaN);
    return template && !Number.isNaN(number) ? { number, template: withoutHash(template), changeCause } : undefined;
  }
  const { $patch: _, ...template } = objectAt(kept, 'data', 'spec', 'template') ?? {};
  const number = numberAt(kept, 'revision');
  return number === undefined || Object.keys(template).length === 0 ? undefined : { number, template, changeCause };
}

/** The Deployment's controller puts a label of its own on the template of each ReplicaSet. */
function withoutHash(template: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { 'pod-template-hash': _, ...labels } = objectAt(template, 'metadata', 'labels') ?? {};
  return { ...template, metadata: { ...objectAt(template, 'metadata'), labels } };
}

/** The JSON patch that brings a revision back, refused by the server where the spec has changed since it was read. */
export function patchToRevision(
  { template, changeCause }: WorkloadRevision,
  { metadata }: KubernetesObject,
): readonly object[] {
  const path = `/metadata/annotations/${CHANGE_CAUSE.replace('/', '~1')}`;
  const isNoted = metadata.annotations[CHANGE_CAUSE] !== undefined;
  const noted = Object.keys(metadata.annotations).length > 0 && changeCause !== undefined;
  return [
    { op: 'test', path: '/metadata/generation', value: metadata.generation },
    { op: 'replace', path: '/spec/template', value: template },
    ...(noted ? [{ op: 'add', path, value: changeCause }] : isNoted ? [{ op: 'remove', path }] : []),
  ];
}

/** The images of a template, for people. */
export function revisionImages({ template }: WorkloadRevision): readonly string[] {
  const containers = objectAt(template, 'spec')?.['containers'];
  return (Array.isArray(containers) ? containers : []).flatMap((each) =>
    isObject(each) ? (stringAt(each, 'image') ?? []) : [],
  );
}
