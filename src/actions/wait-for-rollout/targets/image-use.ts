import { invalidInput } from '../../../core/inputs.ts';
import { ruleFor } from '../../../kubernetes/health/kind-rules.ts';
import { managesResources } from '../../../kubernetes/inventory/managed-resources.ts';
import type { ExpectedImage } from '../../../kubernetes/rollout/expected-image.ts';
import { type ImageProof, mayUseImage } from '../../../kubernetes/rollout/image-proof.ts';
import type { Expectations } from './expected/expectations.ts';
import { currentObject, type Target } from './target.ts';
import type { WatchedTarget } from './watched-target.ts';

/**
 * @param mayAddWorkloads whether managed targets may be added later.
 * @throws ActionError `input-invalid` if no target can prove an expected image or commit.
 */
export function requireProvable(
  targets: readonly Target[],
  { expectedImages, expectedRevision }: Expectations,
  mayAddWorkloads = targets.some(({ type }) => managesResources(type)),
): void {
  const rules = targets.map(({ type }) => ruleFor(type.group, type.kind));
  if (expectedImages.length > 0 && !mayAddWorkloads && !rules.some((rule) => rule?.workload))
    throw invalidInput('image', "can't be proven: no target runs pods.", [
      'Add the workload to `resources`, such as deployment/shop, next to the Argo CD or Flux object.',
    ]);
  if (expectedRevision && !rules.some((rule) => rule?.gitOpsRevisions))
    throw invalidInput('revision', "can't be proven: no target applies commits.", [
      'Add the Argo CD Application or Flux Kustomization to `resources`, such as argocd/application/shop.',
    ]);
}

/**
 * What is expected of managed targets. If a workload that was named may use an image, only the workloads that were named must prove it:
 * an Application next to them may run another release on purpose, such as the stable pods of a canary.
 */
export function expectationsOfManaged(
  named: readonly Target[],
  { expectedImages, expectedRevision }: Expectations,
): Expectations {
  const workloads = named.filter(({ type }) => ruleFor(type.group, type.kind)?.workload).map(currentObject);
  const isUsed = (expectedImage: ExpectedImage) =>
    workloads.some((workload) => workload === undefined || mayUseImage(expectedImage, workload));
  return { expectedImages: expectedImages.filter((expectedImage) => !isUsed(expectedImage)), expectedRevision };
}

/** What each target that runs pods proves about an image. */
export function imageUses(
  expectedImage: ExpectedImage,
  targets: readonly WatchedTarget[],
): readonly ImageProof['kind'][] {
  return targets.flatMap(({ assessment }) =>
    assessment.imageProofs.filter((each) => each.expectedImage === expectedImage).map(({ proof }) => proof.kind),
  );
}

/** Targets that use no expected image although the same workload in another cluster or namespace uses one. */
export function targetsMissingImage(targets: readonly WatchedTarget[]): readonly WatchedTarget[] {
  const withPods = targets.filter(({ assessment }) => assessment.imageProofs.length > 0);
  const usesImage = ({ assessment }: WatchedTarget) =>
    assessment.imageProofs.some(({ proof }) => proof.kind !== 'unused');
  const workloads = new Set(withPods.filter(usesImage).map(({ target }) => workloadKey(target)));
  return withPods.filter((each) => !usesImage(each) && workloads.has(workloadKey(each.target)));
}

/** Identifies a workload. In another cluster, or in another of several namespaces of input `namespace`, it has the same key. */
function workloadKey({ cluster: { namespaces }, type, namespace, name }: Target): string {
  const isOneOfMany = namespaces.length > 1 && namespaces.includes(namespace);
  return [type.kind, type.group, isOneOfMany ? '' : namespace, name].join('/');
}
