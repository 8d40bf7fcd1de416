import { argoCd } from './argo-cd.ts';
import { customResource } from './custom-resource.ts';
import type { Finder } from './field.ts';
import { flux } from './flux.ts';
import { helmValues } from './helm-values.ts';
import { kubernetes } from './kubernetes.ts';
import { kustomize } from './kustomize.ts';

/** All kinds of image fields that are recognised. A document is offered to each; what two of them find counts once, as the first's. */
const finders = {
  kubernetes,
  kustomize,
  'helm-values': helmValues,
  'argo-cd': argoCd,
  flux,
  'custom-resource': customResource,
} as const;

export type FieldKind = keyof typeof finders;

export const fieldKinds = [
  'kubernetes',
  'kustomize',
  'helm-values',
  'argo-cd',
  'flux',
  'custom-resource',
] as const satisfies FieldKind[];

/** The finders of some kinds; of all where none is named. */
export function findersOf(kinds: readonly FieldKind[]): Finder[] {
  return (kinds.length > 0 ? kinds : fieldKinds).map((kind) => finders[kind]);
}
