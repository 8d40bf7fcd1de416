import type { Finder } from '../fields/finder.ts';
import { argoCdFinder } from './argo-cd.ts';
import { argoWorkflowsFinder } from './argo-workflows.ts';
import { composeFinder } from './compose.ts';
import { customResourceFinder } from './custom-resource.ts';
import { fluxFinder } from './flux.ts';
import { helmValuesFinder } from './helm-values.ts';
import { imagePolicyFinder } from './image-policy.ts';
import { kubernetesFinder } from './kubernetes.ts';
import { kustomizeFinder } from './kustomize.ts';
import { skaffoldFinder } from './skaffold.ts';
import { tektonFinder } from './tekton.ts';

/** The kinds of image fields. All are tried on each document; a field that two of them find belongs to the first. */
export const finders = [
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

export const fieldKinds: readonly FieldKind[] = finders.map(({ name }) => name);

/** The finders of some kinds; of all kinds if none is given. */
export function findersOf(kinds: readonly FieldKind[]): readonly Finder[] {
  return kinds.length > 0 ? kinds.flatMap((kind) => finders.filter(({ name }) => name === kind)) : finders;
}

/** A document without any of these texts has no image field. */
export const imageKeywords: readonly string[] = [...new Set(finders.flatMap(({ keywords }) => keywords))];
