import { type ImageReference, parseReference } from '../../image/reference.ts';
import { splitDocuments } from '../syntax/documents.ts';
import type { Parser } from '../syntax/parse.ts';
import { type ManifestDocument, rootOf, textAt } from '../syntax/tree.ts';
import { markedValues } from './policy-markers.ts';
import { nonEmptyText, parseRepository } from './references.ts';

/** The image of each policy of Flux's image automation (`namespace:name`), as far as the manifests define it. */
export type ImagePolicies = ReadonlyMap<string, ImageReference>;

const POLICY_MENTION = /\$imagepolicy|\bkind:[ \t]*["']?Image(?:Policy|Repository)\b/;

/** Every document that uses a policy contains this text. */
export const POLICY_MARK = '$imagepolicy';
/** Every document that defines a policy's image contains one of these texts. */
export const POLICY_KINDS = ['ImagePolicy', 'ImageRepository'] as const;

const TAG_OR_DIGEST_MARKER = /"\$imagepolicy"\s*:\s*"[^":]+:[^":]+:(?:tag|digest)"/;

interface ManifestText {
  readonly text: string;
}

/** Whether a file has a marked tag or digest: only the policy defines which image it belongs to. */
export function needsPolicies({ text }: ManifestText): boolean {
  return TAG_OR_DIGEST_MARKER.test(text);
}

/** Whether a file uses policies or defines their images. A marker means the same in every file. */
export function mentionsPolicies({ text }: ManifestText): boolean {
  return POLICY_MENTION.test(text);
}

/**
 * The image of each policy. Flux reads it from the cluster (an ImagePolicy names an ImageRepository); here the same objects are read from
 * the manifests. If a policy isn't among them, a value that is marked with it as a name or whole reference gives the image.
 */
export function readImagePolicies(manifests: readonly ManifestText[], parser: Parser): ImagePolicies {
  const marked = new Map<string, ImageReference>();
  const repositories = new Map<string, ImageReference>();
  const repositoryOfPolicy = new Map<string, string>();
  for (const manifest of manifests)
    for (const part of splitDocuments(manifest.text)) {
      const parsed = POLICY_MENTION.test(part.text) ? parser.parse(part) : undefined;
      if (parsed?.kind !== 'parsed') continue;
      for (const { policy, image } of imagesMarkedIn(parsed.document))
        if (!marked.has(policy)) marked.set(policy, image);
      readObject(parsed.document, repositories, repositoryOfPolicy);
    }
  const defined = [...repositoryOfPolicy].flatMap(([policy, repository]): [string, ImageReference][] => {
    const image = repositories.get(repository);
    return image ? [[policy, image]] : [];
  });
  return new Map([...marked, ...defined]);
}

function imagesMarkedIn(document: ManifestDocument): { readonly policy: string; readonly image: ImageReference }[] {
  return markedValues(document).flatMap(({ policy, part, value }) => {
    const text = nonEmptyText(value) ?? '';
    const image = part === 'name' ? parseRepository(text) : part === undefined ? parseReference(text) : undefined;
    return image ? [{ policy, image }] : [];
  });
}

/** Reads an ImageRepository, which names an image, or an ImagePolicy, which names an ImageRepository (by default of its own namespace). */
function readObject(
  document: ManifestDocument,
  repositories: Map<string, ImageReference>,
  repositoryOfPolicy: Map<string, string>,
): void {
  const root = rootOf(document);
  if (!textAt(root, 'apiVersion')?.startsWith('image.toolkit.fluxcd.io/')) return;
  const [kind, namespace = '', name] = [
    textAt(root, 'kind'),
    textAt(root, 'metadata', 'namespace'),
    textAt(root, 'metadata', 'name'),
  ];
  if (name === undefined) return;
  const image = kind === 'ImageRepository' ? parseRepository(textAt(root, 'spec', 'image')) : undefined;
  if (image) repositories.set(`${namespace}:${name}`, image);
  const repository = kind === 'ImagePolicy' ? textAt(root, 'spec', 'imageRepositoryRef', 'name') : undefined;
  if (repository === undefined) return;
  repositoryOfPolicy.set(
    `${namespace}:${name}`,
    `${textAt(root, 'spec', 'imageRepositoryRef', 'namespace') ?? namespace}:${repository}`,
  );
}
