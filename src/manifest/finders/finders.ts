import type { Finder } from '../fields/field.ts';
import { argoCdFinder } from './argo-cd.ts';
import { composeFinder } from './compose.ts';
import { customResourceFinder } from './custom-resource.ts';
import { fluxFinder } from './flux.ts';
import { helmValuesFinder } from './helm-values.ts';
import { imagePolicyFinder } from './image-policy.ts';
import { kubernetesFinder } from './kubernetes.ts';
import { kustomizeFinder } from './kustomize.ts';
import { skaffoldFinder } from './skaffold.ts';
import { argoWorkflowsFinder, tektonFinder } from './tekton.ts';

/** All kinds of image fields that are recognised. A document is offered to each; what two of them find counts once, as the first's. */
const finders = [
  kubernetesFinder,
  kustomizeFinder,
  composeFinder,
  helmValuesFinder,
  argoCdFinder,
  argoWorkflowsFinder,
  fluxFinder,
  tektonFinder,
  skaffoldFinder,
  imagePolicyFinder,
  customResourceFinder,
] as const;

export type FieldKind = (typeof finders)[number]['name'];
export const fieldKinds = finders.map(({ name }) => name);

/** The finders of some kinds; of all where none is named. */
export function findersOf(kinds: readonly FieldKind[]): readonly Finder[] {
  return kinds.length > 0 ? kinds.flatMap((kind) => finders.filter(({ name }) => name === kind)) : finders;
}
