import type { Finder } from '../fields/field.ts';
import { descend, rootOf, textAt } from '../syntax/tree.ts';
import { imagesInValues } from './helm-values.ts';

/**
 * Images in the `spec` of custom resources, which have no common place for them: `image: repo:tag` and `{repository, tag}` at any depth
 * (Tekton steps, Argo Workflows, the many `spec.image` of operators). The groups of Kubernetes itself have their images in pods.
 */
export const customResourceFinder: Finder = {
  name: 'custom-resource',
  find(document) {
    const root = rootOf(document);
    const [group = '', version] = textAt(root, 'apiVersion')?.split('/') ?? [];
    const isCustom = version !== undefined && group.includes('.') && !group.endsWith('.k8s.io');
    return isCustom ? imagesInValues('custom-resource', descend(root, 'spec')) : [];
  },
};
