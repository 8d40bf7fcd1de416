import { shortDigest } from '../../core/markdown.ts';
import { type ImageReference, normalRepository, parseReference } from '../../image/reference.ts';
import { shortReference } from '../../image/short-reference.ts';
import { at, listAt, stringAt } from '../../json/json.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { containersOf } from '../pods/containers.ts';
import type { PodSet } from '../pods/pod-set.ts';
import { isLive } from '../pods/pod-state.ts';
import type { ExpectedImage } from './expected-image.ts';

export type ImageProof =
  /** No container of the workload has this image's repository. */
  | { readonly kind: 'unused'; readonly repositories: readonly string[] }
  /** Whether the spec names this image is not known until the registry has answered. */
  | { readonly kind: 'resolving'; readonly message: string }
  /** The spec names another image: the change has not been applied. */
  | { readonly kind: 'other-image'; readonly message: string }
  /** The spec fits by a tag alone, and no pod runs: nothing will show what the tag leads to. */
  | { readonly kind: 'unproven'; readonly message: string; readonly pinned: boolean }
  /** The spec fits; not every pod is known to run it. `pinned`: the spec itself names the digest, so the change has come. */
  | { readonly kind: 'pending'; readonly message: string; readonly pinned: boolean }
  | {
      readonly kind: 'proven';
      readonly pods: number;
      readonly platforms: readonly string[];
      readonly pinned: boolean;
    };

/** An expected image and how it stands in one workload. */
export interface ProvenImage {
  readonly expected: ExpectedImage;
  readonly proof: ImageProof;
}

/**
 * Looks whether every current pod of a workload runs the expected image.
 * @param isSettled whether its pods are those of its spec; before that only the spec is looked at.
 */
export function proveImage(
  expected: ExpectedImage,
  workload: KubernetesObject,
  { pods, isSettled }: { readonly pods: PodSet; readonly isSettled: boolean },
): ImageProof {
  const containers = templateContainers(workload, pods.creators);
  if (containers.length === 0) return { kind: 'pending', message: 'its pods are not yet there', pinned: false };
  const ours = thoseOf(expected, containers);
  if (ours.length === 0)
    return { kind: 'unused', repositories: containers.map(({ image }) => image.replace(/(:[^:/@]+)?(@.*)?$/, '')) };
  for (const { reference, image } of ours) {
    const digest = reference?.digest;
    if (digest === undefined) continue;
    const accepted = expected.accepts(digest);
    if (accepted === 'resolving')
      return { kind: 'resolving', message: 'asking the registry what the digest of the spec is' };
    if (accepted === 'no')
      return {
        kind: 'other-image',
        message: `its spec names ${shortReference(image)}, not yet ${shortDigest(expected.digest)}`,
      };
  }
  const pinned = ours.some(({ reference }) => reference?.digest !== undefined);
  if (!isSettled) return { kind: 'pending', message: 'its pods are not yet there', pinned };
  return proveByPods(expected, ours, pods.current.filter(isLive), pinned);
}

function proveByPods(
  expected: ExpectedImage,
  containers: readonly Container[],
  pods: readonly KubernetesObject[],
  pinned: boolean,
): ImageProof {
  const tagged = containers.find(({ reference }) => reference?.digest === undefined);
  if (pods.length === 0 && tagged) {
    const message = `no pod runs that could prove ${shortDigest(expected.digest)}; its spec names only ${tagged.image}`;
    return { kind: 'unproven', message, pinned };
  }
  const platforms = new Set<string>();
  for (const pod of pods)
    for (const { name } of containers) {
      const run = runsImage(expected, pod, name);
      if ('message' in run) return { kind: 'pending', message: run.message, pinned };
      if (run.platform !== undefined) platforms.add(run.platform);
    }
  return { kind: 'proven', pods: pods.length, platforms: [...platforms], pinned };
}

/** Whether a container of a pod runs the expected image, and as which platform of its index; or why that is not proven. */
function runsImage(
  expected: ExpectedImage,
  pod: KubernetesObject,
  container: string,
): { readonly platform: string | undefined } | { readonly message: string } {
  const digest = runningDigest(pod, container);
  if (digest === undefined) return { message: `pod/${pod.metadata.name} does not yet tell which image it runs` };
  const accepted = expected.accepts(digest);
  if (accepted === 'resolving') return { message: 'asking the registry for the platforms of the index' };
  if (accepted === 'no')
    return { message: `pod/${pod.metadata.name} runs ${shortDigest(digest)}, not ${shortDigest(expected.digest)}` };
  return { platform: accepted === 'yes' ? undefined : accepted.platform };
}

/** Whether a pod of a workload runs another image of the expected one's repository: what is there is not of this release. */
export async function runsOtherImage(
  expected: ExpectedImage,
  workload: KubernetesObject,
  { current, creators }: PodSet,
): Promise<boolean> {
  const ours = thoseOf(expected, templateContainers(workload, creators));
  const running = current.filter(isLive).flatMap((pod) => ours.flatMap(({ name }) => runningDigest(pod, name) ?? []));
  for (const digest of new Set(running)) if (!(await expected.matches(digest))) return true;
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

/** Whether a workload is one that shows the image: its own spec uses the repository, or does not tell what its pods use. */
export function mayUseImage(expected: ExpectedImage, workload: KubernetesObject): boolean {
  const containers = templateContainers(workload, []);
  return containers.length === 0 || thoseOf(expected, containers).length > 0;
}

/** The containers that have the repository of the image. */
function thoseOf({ reference: wanted, digest }: ExpectedImage, containers: readonly Container[]): readonly Container[] {
  return containers.filter(({ reference }) => {
    if (!reference) return false;
    return reference.digest === digest || normalRepository(reference) === normalRepository(wanted);
  });
}

/** The containers of a workload's template. An Argo Rollout may take it from a Deployment (`workloadRef`): its ReplicaSet has it then. */
function templateContainers(workload: KubernetesObject, makers: PodSet['creators']): readonly Container[] {
  const templates = [workload, ...makers].map((each) => at(each, 'spec', 'template', 'spec'));
  const spec = workload.kind === 'Pod' ? at(workload, 'spec') : templates.find((each) => each !== undefined);
  return [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')].map((container) => {
    const image = stringAt(container, 'image') ?? '';
    return { name: stringAt(container, 'name') ?? '', image, reference: parseReference(image) };
  });
}
