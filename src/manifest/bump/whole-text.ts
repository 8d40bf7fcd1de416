import { imageRepository } from '../../image/reference.ts';
import type { Shape } from '../fields/field.ts';
import type { ImageBump } from './image-bump.ts';
import { type FieldRefused, refuse } from './obstacle.ts';
import type { FieldVersion } from './version.ts';

/**
 * The new text of a scalar that holds a whole reference, or one part of it, perhaps inside other text. A scalar with one part can't hold
 * another: then it is refused.
 */
export function wholeText(
  { prefix, suffix = '', part = 'reference' }: Shape & { kind: 'whole' },
  { to, renames }: ImageBump,
  { tag, digest }: FieldVersion,
  reference: string,
): string | FieldRefused {
  if (part === 'reference') return prefix + reference + suffix;
  const missing = (lacks: 'repository' | 'tag' | 'digest') =>
    refuse(`has no ${lacks} to change`, {
      code: 'missing-part',
      part: lacks,
      key: undefined,
      repository: imageRepository(to),
    });
  if (renames) return missing('repository');
  if (part === 'tag') return digest === undefined && tag !== undefined ? prefix + tag + suffix : missing('digest');
  if (tag !== undefined || digest === undefined) return missing('tag');
  return prefix + (part === 'hex' ? digest.slice(digest.indexOf(':') + 1) : digest) + suffix;
}
