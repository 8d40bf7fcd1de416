import { type ImageReference, parseReference } from '../../image/reference.ts';
import type { ManifestFile } from '../files/manifest-file.ts';
import { splitDocuments } from '../syntax/documents.ts';
import type { Parser } from '../syntax/parse.ts';
import { type ManifestDocument, rootOf, textAt } from '../syntax/tree.ts';
import { filled, repositoryOf } from './field.ts';
import { markedValues } from './policy-markers.ts';

/** The image that each policy of Flux's image automation (`namespace:name`) is about, as far as the manifests tell. */
export type Policies = ReadonlyMap<string, ImageReference>;

const MENTION = /\$imagepolicy|\bkind:[ \t]*["']?Image(?:Policy|Repository)\b/;

/** What a document holds that uses policies, and one of what a document holds that says what they are about. */
export const POLICY_MARK = '$imagepolicy';
export const POLICY_OBJECTS = ['ImagePolicy', 'ImageRepository'] as const;

const PART = /"\$imagepolicy"\s*:\s*"[^":]+:[^":]+:(?:tag|digest)"/;

/** Whether a file has values of which the policy alone says what image they are of. */
export function needsPolicies({ text }: ManifestFile): boolean {
  return PART.test(text);
}

/** Whether a file uses policies, or says what they are about: a marker means the same in every file. */
export function mentionsPolicies({ text }: ManifestFile): boolean {
  return MENTION.test(text);
}

/**
 * What Flux looks up in the cluster (the ImageRepository of an ImagePolicy), read from the same objects in the manifests; for a policy
 * that is not among them, from a value that another marker says to be its image.
 */
export function policiesIn(manifests: readonly ManifestFile[], parser: Parser): Policies {
  const marked = new Map<string, ImageReference>();
  const repositories = new Map<string, ImageReference>();
  const sources = new Map<string, string>();
  for (const manifest of manifests)
    for (const part of splitDocuments(manifest.text)) {
      const parsed = MENTION.test(part.text) ? parser.parse(part) : undefined;
      if (parsed?.kind !== 'parsed') continue;
      for (const { policy, image } of imagesMarkedIn(parsed.document))
        if (!marked.has(policy)) marked.set(policy, image);
      readObject(parsed.document, repositories, sources);
    }
  const told = [...sources].flatMap(([policy, source]): [string, ImageReference][] => {
    const image = repositories.get(source);
    return image ? [[policy, image]] : [];
  });
  return new Map([...marked, ...told]);
}

function imagesMarkedIn(document: ManifestDocument): { readonly policy: string; readonly image: ImageReference }[] {
  return markedValues(document).flatMap(({ policy, part, value }) => {
    const text = filled(value) ?? '';
    const image = part === 'name' ? repositoryOf(text) : part === undefined ? parseReference(text) : undefined;
    return image ? [{ policy, image }] : [];
  });
}

/** An ImageRepository names an image, an ImagePolicy an ImageRepository (of its own namespace where it names none). */
function readObject(
  document: ManifestDocument,
  repositories: Map<string, ImageReference>,
  sources: Map<string, string>,
): void {
  const root = rootOf(document);
  if (!textAt(root, 'apiVersion')?.startsWith('image.toolkit.fluxcd.io/')) return;
  const [kind, namespace = '', name] = [
    textAt(root, 'kind'),
    textAt(root, 'metadata', 'namespace'),
    textAt(root, 'metadata', 'name'),
  ];
  if (name === undefined) return;
  const image = kind === 'ImageRepository' ? repositoryOf(textAt(root, 'spec', 'image')) : undefined;
  if (image) repositories.set(`${namespace}:${name}`, image);
  const source = kind === 'ImagePolicy' ? textAt(root, 'spec', 'imageRepositoryRef', 'name') : undefined;
  if (source === undefined) return;
  sources.set(
    `${namespace}:${name}`,
    `${textAt(root, 'spec', 'imageRepositoryRef', 'namespace') ?? namespace}:${source}`,
  );
}
