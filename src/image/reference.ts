import { type InputType, InvalidInput } from '../core/input-types.ts';
import { type Digest, isDigest } from './digest.ts';

/**
 * `[registry/]repository[:tag][@digest]`, in the grammar of the OCI distribution spec ("Pulling manifests") and of
 * distribution/reference. Nothing is normalized; `normalRepository` does that for comparisons.
 */
export interface ImageReference {
  /** `ghcr.io`, `localhost:5000`; `undefined` if there is none (Docker Hub). */
  readonly registry: string | undefined;
  /** Without the registry: `acme/shop`. */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: Digest | undefined;
}

/** An image reference with a digest: it names one image for good. */
export interface PinnedImage extends ImageReference {
  readonly digest: Digest;
}

/** Registry and repository, not normalized. */
export type RepositoryReference = Pick<ImageReference, 'registry' | 'repository'>;

const HOST = /^(?:localhost|\[[0-9a-fA-F:]+\]|(?=[^/]*[.:])[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?)(?::\d{1,5})?$/;
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
export const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** Parses an image reference; `undefined` if the text is not one (`referenceProblem` says why). */
export function parseReference(text: string): ImageReference | undefined {
  return referenceProblem(text) === undefined ? split(text) : undefined;
}

/** Why a text is not an image reference, as a sentence; `undefined` if it is one. */
export function referenceProblem(text: string): string | undefined {
  if (/\s/.test(text)) return "An image reference can't contain white space.";
  if (/^[a-z]+:\/\//i.test(text))
    return `It must not have a scheme. Did you mean "${text.replace(/^[a-z]+:\/\//i, '')}"?`;
  const { registry, repository, tag, digest } = split(text);
  const written = text.includes('@') ? text.slice(text.indexOf('@') + 1) : undefined;
  if (written !== undefined && digest === undefined)
    return `The digest must be sha256: and 64 lower-case hexadecimal digits, but is "${written}".`;
  if (tag !== undefined && !TAG.test(tag))
    return `A tag is 1 to 128 letters, digits, "_", "." or "-", not starting with "." or "-", but is "${tag}".`;
  if (registry !== undefined && !HOST.test(registry)) return `"${registry}" is not a registry host.`;
  if (repository === '') return 'The repository name is missing.';
  if (repository !== repository.toLowerCase())
    return `Repository names are lower case. Did you mean "${text.replace(repository, repository.toLowerCase())}"?`;
  const wrong = repository.split('/').find((component) => !COMPONENT.test(component));
  if (wrong !== undefined)
    return `"${wrong}" is not part of a repository name: letters and digits, separated by ".", "_", "__" or "-".`;
  if (repository.length > 255) return 'A repository name has at most 255 characters.';
  return undefined;
}

export function formatReference(reference: ImageReference): string {
  return imageRepository(reference) + formatVersion(reference);
}

/** `:tag@digest`, to follow a repository name; empty if there is neither. */
export function formatVersion({
  tag,
  digest,
}: {
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}): string {
  return `${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** `ghcr.io/acme/shop`, not normalized. */
export function imageRepository({ registry, repository }: RepositoryReference): string {
  return registry === undefined ? repository : `${registry}/${repository}`;
}

/** Registry and repository as clients resolve them: `nginx` → `docker.io/library/nginx`. For comparisons. */
export function normalRepository({ registry, repository }: RepositoryReference): string {
  const host =
    registry === undefined || ['index.docker.io', 'registry-1.docker.io'].includes(registry) ? 'docker.io' : registry;
  return host === 'docker.io' && !repository.includes('/') ? `${host}/library/${repository}` : `${host}/${repository}`;
}

/** An input that takes an image reference. */
export const imageReference: InputType<ImageReference> = {
  expects: 'an image reference such as ghcr.io/acme/shop:1.4.2 or ghcr.io/acme/shop@sha256:…',
  parse(text) {
    const reference = parseReference(text);
    if (reference) return reference;
    throw new InvalidInput(referenceProblem(text) ?? '');
  },
};

function split(text: string): ImageReference {
  const [name = '', written] = cut(text, text.indexOf('@'));
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  const [path = '', tag] = cut(name, colon);
  const [first = '', rest] = cut(path, path.indexOf('/'));
  const digest = written !== undefined && isDigest(written) ? written : undefined;
  // As in Docker: the first component is a host if it has a dot or a port, or is localhost.
  const isHost = rest !== undefined && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  return isHost
    ? { registry: first, repository: rest, tag, digest }
    : { registry: undefined, repository: path, tag, digest };
}

function cut(text: string, index: number): [string, string | undefined] {
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}
