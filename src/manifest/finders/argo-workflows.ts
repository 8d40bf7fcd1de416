import { defineFinder } from '../fields/finder.ts';
import { imagesInValues } from '../fields/image-values.ts';
import { imagesInParameters } from '../fields/parameters.ts';
import { descend, rootOf, textAt } from '../syntax/tree.ts';

const KINDS = /^(?:Workflow|WorkflowTemplate|ClusterWorkflowTemplate|CronWorkflow)$/;

export const argoWorkflowsFinder = defineFinder({
  name: 'argo-workflows',
  describe:
    'Argo Workflows: containers, scripts, container sets, init containers and sidecars of templates, and parameters whose name ends with `image` (`runner-image`)',
  keywords: ['image', 'Image', 'repository', 'bundle'],
  *find(document) {
    const root = rootOf(document);
    if (!KINDS.test(textAt(root, 'kind') ?? '') || !textAt(root, 'apiVersion')?.startsWith('argoproj.io/')) return;
    yield* imagesInValues(descend(root, 'spec'));
    yield* imagesInParameters(descend(root, 'spec'), 'parameters', ['value', 'default']);
  },
});
