import { type Finder, type ImageField, wholeReference } from '../fields/field.ts';
import { type Cursor, child, descend, items, rootOf, selfAndDescendants, textAt } from '../syntax/tree.ts';
import { imagesInValues } from './helm-values.ts';

/** Tekton: steps, sidecars and templates of tasks wherever they stand, bundles, and parameters that are called after an image. */
export const tektonFinder: Finder = {
  name: 'tekton',
  *find(document) {
    const root = rootOf(document);
    if (!textAt(root, 'apiVersion')?.startsWith('tekton.dev/')) return;
    yield* imagesInValues('tekton', descend(root, 'spec'));
    yield* imagesInParameters('tekton', descend(root, 'spec'), 'params', ['default', 'value']);
  },
};

/** Argo Workflows: containers, scripts, container sets, init containers and sidecars of templates, and parameters called after an image. */
export const argoWorkflowsFinder: Finder = {
  name: 'argo-workflows',
  *find(document) {
    const root = rootOf(document);
    const isWorkflow = /^(?:Workflow|WorkflowTemplate|ClusterWorkflowTemplate|CronWorkflow)$/;
    if (!isWorkflow.test(textAt(root, 'kind') ?? '') || !textAt(root, 'apiVersion')?.startsWith('argoproj.io/')) return;
    yield* imagesInValues('argo-workflows', descend(root, 'spec'));
    yield* imagesInParameters('argo-workflows', descend(root, 'spec'), 'parameters', ['value', 'default']);
  },
};

/** Lists of `{name, value}` at any depth: the values whose name ends with "image" (or "bundle", a Tekton pipeline in a registry). */
function* imagesInParameters(
  kind: string,
  from: Cursor | undefined,
  list: string,
  keys: readonly string[],
): Generator<ImageField> {
  for (const cursor of selfAndDescendants(from)) {
    for (const parameter of items(child(cursor, list))) {
      if (!/(?:image|bundle)$/i.test(textAt(parameter, 'name') ?? '')) continue;
      for (const key of keys) {
        const field = wholeReference(kind, child(parameter, key));
        // A single word is as likely the name of something else.
        if (field && (field.tag !== undefined || field.digest !== undefined || isPath(field))) yield field;
      }
    }
  }
}

function isPath({ names: [name] }: ImageField): boolean {
  return name?.repository.includes('/') === true || name?.registry !== undefined;
}
