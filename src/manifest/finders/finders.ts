import type { Finder } from '../fields/field.ts';
import { argoCd } from './argo-cd.ts';
import { compose } from './compose.ts';
import { customResource } from './custom-resource.ts';
import { flux } from './flux.ts';
import { helmValues } from './helm-values.ts';
import { imagePolicy } from './image-policy.ts';
import { kubernetes } from './kubernetes.ts';
import { kustomize } from './kustomize.ts';
import { skaffold } from './skaffold.ts';
import { argoWorkflows, tekton } from './tekton.ts';

/** All kinds of image fields that are recognised. A document is offered to each; what two of them find counts once, as the first's. */
const finders = {
  kubernetes,
  kustomize,
  compose,
  'helm-values': helmValues,
  'argo-cd': argoCd,
  'argo-workflows': argoWorkflows,
  flux,
  tekton,
  skaffold,
  'image-policy': imagePolicy,
  'custom-resource': customResource,
} as const;

export type FieldKind = keyof typeof finders;

export const fieldKinds = [
  'kubernetes',
  'kustomize',
  'compose',
  'helm-values',
  'argo-cd',
  'argo-workflows',
  'flux',
  'tekton',
  'skaffold',
  'image-policy',
  'custom-resource',
] as const satisfies FieldKind[];

/** The finders of some kinds; of all where none is named. */
export function findersOf(kinds: readonly FieldKind[]): Finder[] {
  return (kinds.length > 0 ? kinds : fieldKinds).map((kind) => finders[kind]);
}
