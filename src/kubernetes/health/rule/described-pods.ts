import { at, listAt, numberAt } from '../../../json/json.ts';
import type { KubernetesObject } from '../../objects/object.ts';
import type { Relations } from '../../objects/relations.ts';
import { wellKnown } from '../../objects/well-known.ts';
import type { PodSet } from '../../pods/pod-set.ts';
import type { WorkloadRule } from './kind-rule.ts';
import { type FieldPath, keysOf } from './status-test.ts';

/** Which pods belong to an object, as data. */
export interface DescribedPods {
  /** `owner`: it owns them itself. Otherwise labels, each with its value or with the field that has it. */
  readonly by: 'owner' | Readonly<Record<string, PodValue>>;
  /** What tells the pods of the present revision from earlier ones: a label or an annotation, and the field with the value that it must have. */
  readonly revision?:
    | { readonly label: string; readonly field: FieldPath }
    | { readonly annotation: string; readonly field: FieldPath };
  /** Field with the number of pods of the present revision that must be ready. Without it, as many as there are. */
  readonly desired?: FieldPath;
  /** Pods of earlier revisions may go on: always, or if a field such as a partition is set. */
  readonly keepsOld?: true | FieldPath;
  /** It counts failed attempts itself, so one failed pod isn't the end. */
  readonly countsAttempts?: true;
}

type PodValue = { readonly field: FieldPath } | { readonly value: string };

/** How to find the pods of a kind that is described by data. */
export function workloadOf(described: DescribedPods): WorkloadRule {
  return { reads: [wellKnown.pods], pods: (object, relations) => podsOf(described, object, relations) };
}

function podsOf(described: DescribedPods, object: KubernetesObject, relations: Relations): PodSet {
  const { by, desired, keepsOld, countsAttempts = false } = described;
  const all =
    by === 'owner'
      ? relations.ownedBy(object, wellKnown.pods)
      : relations.labelled(wellKnown.pods, labelsOf(by, object));
  const current = all.filter((pod) => isOfRevision(described, object, pod));
  const keeps = keepsOld === true || (keepsOld !== undefined && Boolean(at(object, ...keysOf(keepsOld))));
  const old = keeps ? [] : all.filter((pod) => !current.includes(pod));
  const count = desired === undefined ? 0 : (numberAt(object, ...keysOf(desired)) ?? 0);
  return { current, old, creators: [object], desired: count, maxUnavailable: 0, countsAttempts };
}

function labelsOf(by: Readonly<Record<string, PodValue>>, object: KubernetesObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(by).map(([label, value]) => [
      label,
      'value' in value ? value.value : String(at(object, ...keysOf(value.field)) ?? ''),
    ]),
  );
}

function isOfRevision({ revision }: DescribedPods, object: KubernetesObject, { metadata }: KubernetesObject): boolean {
  if (!revision) return true;
  const found = 'label' in revision ? metadata.labels[revision.label] : metadata.annotations[revision.annotation];
  const wanted = String(at(object, ...keysOf(revision.field)) ?? '');
  // The label of a pod may have the hash alone, without the name before it.
  return found !== undefined && found !== '' && (found === wanted || wanted.endsWith(`-${found}`));
}

/** The containers of pods, by name: for a kind whose spec has no pod template. */
export function containersOfPods(pods: readonly KubernetesObject[]): readonly unknown[] {
  const all = pods.flatMap((pod) => [...listAt(pod, 'spec', 'containers'), ...listAt(pod, 'spec', 'initContainers')]);
  const key = (container: unknown) => JSON.stringify([at(container, 'name'), at(container, 'image')]);
  return [...new Map(all.map((container) => [key(container), container])).values()];
}
