import { argoCd } from './argo-cd.ts';
import type { Finder } from './field.ts';
import { flux } from './flux.ts';
import { helmValues } from './helm-values.ts';
import { kubernetes } from './kubernetes.ts';
import { kustomize } from './kustomize.ts';

/** All kinds of image fields that are recognised. A document is offered to each; what two of them find counts once. */
const finders = { kubernetes, kustomize, 'helm-values': helmValues, 'argo-cd': argoCd, flux } as const;

export type FieldKind = keyof typeof finders;

export const fieldKinds = ['kubernetes', 'kustomize', 'helm-values', 'argo-cd', 'flux'] as const satisfies FieldKind[];

/** The finders of some kinds; of all where none is named. */
export function findersOf(kinds: readonly FieldKind[]): Finder[] {
  return (kinds.length > 0 ? kinds : fieldKinds).map((kind) => finders[kind]);
}
