import { descend, rootOf, textAt } from '../syntax/tree.ts';
import type { Finder } from './field.ts';
import { imagesInValues } from './helm-values.ts';
import { kustomizeImages } from './kustomize.ts';

/** Flux: the values of a HelmRelease and the `images` of a Kustomization. */
export const flux: Finder = {
  name: 'flux',
  find(document) {
    const root = rootOf(document);
    const api = textAt(root, 'apiVersion') ?? '';
    if (api.startsWith('helm.toolkit.fluxcd.io/')) return imagesInValues('flux', descend(root, 'spec', 'values'));
    if (api.startsWith('kustomize.toolkit.fluxcd.io/')) return kustomizeImages('flux', descend(root, 'spec', 'images'));
    return [];
  },
};
