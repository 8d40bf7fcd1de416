import { shortDigest } from '../../image/digest.ts';
import { type ImageReference, normalRepository, parseReference } from '../../image/reference.ts';
import { shortReference } from '../../image/short-reference.ts';
import { at, listAt, stringAt } from '../../json/json.ts';
import { containersOfPods } from '../health/rule/described-pods.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { containersOf } from '../pods/containers.ts';
import type { PodSet } from '../pods/pod-set.ts';
import { isLive } from '../pods/pod-state.ts';
import type { ExpectedImage } from './expected-image.ts';

export type ImageProof =
  /** No container of the workload uses this image's repository. */
  | { readonly kind: 'unused'; readonly repositories: readonly string[] }
  /** The registry has not answered yet whether the spec names this image. */
  | { readonly kind: 'resolving'; readonly message: string }
  /** The spec names another image of the repository: the change has not been applied. */
  | { readonly kind: 'other-image'; readonly message: string }
  /** The spec has only a tag, and no pod runs, so nothing can show which image the tag means. */
  | { readonly kind: 'unproven'; readonly message: string; readonly pinned: boolean }
  /** The spec matches, but not every pod is known to run the image. `pinned`: the spec names the digest, so the change has been applied. */
  | { readonly kind: 'pending'; readonly message: string; readonly pinned: boolean }
  | {
      readonly kind: 'proven';
      readonly pods: number;
      readonly platforms: readonly string[];
      readonly pinned: boolean;
    };

/** An expected image, and whether one workload runs it. */
export interface ProvenImage {
  readonly expectedImage: ExpectedImage;
  readonly proof: ImageProof;
}

/**
 * Whether every current pod of a workload runs the expected image.
 * @param matchesSpec whether its pods belong to its present spec. If not, only the spec is checked.
 */
export function proveImage(
  expectedImage: ExpectedImage,
  workload: KubernetesObject,
  { pods, matchesSpec }: { readonly pods: PodSet; readonly matchesSpec: boolean },
): ImageProof {
  const containers = templateContainers(workload, pods);
  if (containers.length === 0) return { kind: 'pending', message: 'its pods do not exist yet', pinned: false };
  const matching = containersOfImage(expectedImage, containers);
  if (matching.length === 0)
    return { kind: 'unused', repositories: containers.map(({ image }) => withoutVersion(image)) };
  for (const { reference, image } of matching) {
    const digest = reference?.digest;
    if (digest === undefined) continue;
    const accepted = expectedImage.accepts(digest);
    if (accepted === 'resolving')
      return { kind: 'resolving', message: 'asking the registry about the digest in the spec' };
    if (accepted === 'no')
      return {
        kind: 'other-image',
        message: `its spec names ${shortReference(image)}, not yet ${shortDigest(expectedImage.digest)}`,
      };
  }
  const pinned = matching.some(({ reference }) => reference?.digest !== undefined);
  if (!matchesSpec) return { kind: 'pending', message: 'its pods do not exist yet', pinned };
  return proveByPods(expectedImage, matching, pods.current.filter(isLive), pinned);
}

function proveByPods(
  expectedImage: ExpectedImage,
  containers: readonly Container[],
  pods: readonly KubernetesObject[],
  pinned: boolean,
): ImageProof {
  const tagged = containers.find(({ reference }) => reference?.digest === undefined);
  if (pods.length === 0 && tagged) {
    const message = `no pod runs that could prove ${shortDigest(expectedImage.digest)}; its spec names only ${tagged.image}`;
    return { kind: 'unproven', message, pinned };
  }
  const platforms = new Set<string>();
  for (const pod of pods)
    for (const { name } of containers) {
      const run = runsImage(expectedImage, pod, name);
      if ('message' in run) return { kind: 'pending', message: run.message, pinned };
      if (run.platform !== undefined) platforms.add(run.platform);
    }
  return { kind: 'proven', pods: pods.length, platforms: [...platforms], pinned };
}

/** Whether a container of a pod runs the expected image, and which platform of its index; or why that is not proven. */
function runsImage(
  expectedImage: ExpectedImage,
  pod: KubernetesObject,
  container: string,
): { readonly platform: string | undefined } | { readonly message: string } {
  const digest = runningDigest(pod, container);
  if (digest === undefined) return { message: `pod/${pod.metadata.name} has not reported which image it runs` };
  const accepted = expectedImage.accepts(digest);
  if (accepted === 'resolving') return { message: 'asking the registry for the platforms of the index' };
  if (accepted === 'no')
    return {
      message: `pod/${pod.metadata.name} runs ${shortDigest(digest)}, not ${shortDigest(expectedImage.digest)}`,
    };
  return { platform: accepted === 'yes' ? undefined : accepted.platform };
}

/** Whether a pod of a workload runs another image of the expected repository, and so does not belong to this release. */
export async function runsOtherImage(
  expectedImage: ExpectedImage,
  workload: KubernetesObject,
  { current, creators }: PodSet,
): Promise<boolean> {
  const matching = containersOfImage(expectedImage, templateContainers(workload, { current, creators }));
  const running = current
    .filter(isLive)
    .flatMap((pod) => matching.flatMap(({ name }) => runningDigest(pod, name) ?? []));
  for (const digest of new Set(running)) if (!(await expectedImage.matches(digest))) return true;
  return false;
}

/** The digest in a container's `imageID`: `repo@sha256:…`, `docker-pullable://repo@sha256:…`. */
function runningDigest(pod: KubernetesObject, container: string): string | undefined {
  const status = containersOf(pod).find(({ name }) => name === container)?.status;
  return /sha256:[0-9a-f]{64}/.exec(stringAt(status, 'imageID') ?? '')?.[0];
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly reference: ImageReference | undefined;
}

/** Whether a workload can prove the image: its spec uses the repository, or doesn't say which images its pods use. */
export function mayUseImage(expectedImage: ExpectedImage, workload: KubernetesObject): boolean {
  const containers = templateContainers(workload, { current: [], creators: [] });
  return containers.length === 0 || containersOfImage(expectedImage, containers).length > 0;
}

/** The containers that use the repository of the image. */
function containersOfImage(
  { reference: wanted, digest }: ExpectedImage,
  containers: readonly Container[],
): readonly Container[] {
  return containers.filter(({ reference }) => {
    if (!reference) return false;
    return reference.digest === digest || normalRepository(reference) === normalRepository(wanted);
  });
}

/** The containers of a workload's pod template. A Rollout may reference a Deployment's template (`workloadRef`); then its ReplicaSet has a copy. */
function templateContainers(
  workload: KubernetesObject,
  { current, creators }: Pick<PodSet, 'current' | 'creators'>,
): readonly Container[] {
  const templates = [workload, ...creators].map((each) => at(each, 'spec', 'template', 'spec'));
  const spec = workload.kind === 'Pod' ? at(workload, 'spec') : templates.find((each) => each !== undefined);
  const found = [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')];
  // A cluster of an operator has no template. Its pods show what they run.
  return (spec === undefined ? containersOfPods(current.filter(isLive)) : found).map((container) => {
    const image = stringAt(container, 'image') ?? '';
    return { name: stringAt(container, 'name') ?? '', image, reference: parseReference(image) };
  });
}

/** An image reference without its tag and digest. */
function withoutVersion(image: string): string {
  const [name = ''] = image.split('@', 1);
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? name.slice(0, colon) : name;
}
