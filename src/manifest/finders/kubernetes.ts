import { defineFinder } from '../fields/finder.ts';
import { imagesInPods } from '../fields/pods.ts';
import { rootOf, textAt } from '../syntax/tree.ts';

export const kubernetesFinder = defineFinder({
  name: 'kubernetes',
  describe:
    '`containers`, `initContainers`, `ephemeralContainers` and mounted images of pods and pod templates, in any object that has them: workloads, CronJobs, List items, Knative Services, Argo Rollouts, custom resources',
  keywords: ['image'],
  find(document) {
    const root = rootOf(document);
    return textAt(root, 'kind') === undefined ? [] : imagesInPods(root);
  },
});
