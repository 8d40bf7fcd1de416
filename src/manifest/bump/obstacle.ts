import type { ImagePart } from '../fields/field.ts';
import type { Cursor } from '../syntax/tree.ts';
import type { AliasPolicy } from './policy.ts';

/** Why a field can't be changed, as facts: only the caller knows what to do about it. */
export type Obstacle =
  | { readonly code: 'older-tag' | 'unknown-order' }
  /** The new reference lacks the tag or digest that the field needs. */
  | { readonly code: 'incomplete-reference'; readonly lacks: 'tag' | 'digest'; readonly repository: string }
  /** The field has no value for this part; `key` could be added for it. */
  | {
      readonly code: 'missing-part';
      readonly part: ImagePart | 'reference';
      readonly key: string | undefined;
      readonly repository: string;
    }
  /** `others` are fields of other images that use the value too, as `path (repository)`. */
  | { readonly code: 'shared-value' | 'inside-anchor'; readonly others?: readonly string[] }
  /** The parts can't be joined to the new reference. */
  | {
      readonly code:
        | 'contradictory-parts'
        | 'digest-in-tag'
        | 'digest-after-tag'
        | 'unknown-digest-form'
        | 'tag-needed';
    }
  | { readonly code: 'not-text' | 'duplicate-key' | 'block-scalar' | 'yaml-tag' }
  | { readonly code: 'unsafe-edit' }
  /** The file's MAC covers the value; these are the values that the field needs, by their path. */
  | { readonly code: 'sops-mac'; readonly file: string; readonly values: readonly SopsValue[] }
  | { readonly code: 'several-kustomizations' };

/** A value as `sops set` takes it. */
export interface SopsValue {
  /** `["image"]["tag"]`; `undefined` if `sops set` can't reach the value: in another document than the first, or in a block scalar. */
  readonly index: string | undefined;
  readonly text: string;
}

export interface FieldRefused {
  readonly kind: 'refused';
  /** The end of a sentence that begins with the field's path. */
  readonly reason: string;
  readonly obstacle: Obstacle;
}

export function refuse(reason: string, obstacle: Obstacle): FieldRefused {
  return { kind: 'refused', reason, obstacle };
}

/** The prefix of types that YAML itself defines (`!!int`). */
const CORE_TAG = 'tag:yaml.org,2002:';

/**
 * Why a node must not be edited.
 * @param others fields of other images that use the value too, as `path (repository)`.
 */
export function obstacleTo(
  { flaw, node }: Cursor,
  aliases: AliasPolicy,
  others: readonly string[],
): FieldRefused | undefined {
  if (flaw === 'shared' && (aliases !== 'shared' || others.length > 0))
    return refuse(`has a value that YAML aliases or merge keys share with ${sharedWith(others)}`, {
      code: 'shared-value',
      ...(others.length > 0 ? { others } : {}),
    });
  if (flaw === 'duplicate-key') return refuse('has a key that appears twice', { code: 'duplicate-key' });
  if (node.kind === 'scalar' && (node.style === 'literal' || node.style === 'folded'))
    return refuse('is written as a block scalar', { code: 'block-scalar' });
  if (node.kind === 'scalar' && node.tag?.startsWith(CORE_TAG) && node.tag !== `${CORE_TAG}str`)
    return refuse(`is tagged as !!${node.tag.slice(CORE_TAG.length)}`, { code: 'yaml-tag' });
  return undefined;
}

const MAX_NAMED = 5;

function sharedWith(others: readonly string[]): string {
  if (others.length === 0) return 'other places';
  const more = others.length > MAX_NAMED ? ` and ${others.length - MAX_NAMED} more` : '';
  return `other images: ${others.slice(0, MAX_NAMED).join(', ')}${more}`;
}
