import type { Cursor } from '../syntax/tree.ts';

/** Whether a value that stands in several places by YAML aliases may be changed for all of them, or is written out in the one place. */
export type AliasPolicy = 'fail' | 'shared' | 'detach';

/** Why a field must not be changed, and what to do. */
export interface Refused {
  readonly kind: 'refused';
  readonly reason: string;
  readonly remedy: string;
}

export function refuse(reason: string, remedy: string): Refused {
  return { kind: 'refused', reason, remedy };
}

/** Types that YAML itself defines (`!!int`). */
const CORE_TAG = 'tag:yaml.org,2002:';

/** Why a node must not be edited. */
export function obstacleTo({ flaw, node }: Cursor, aliases: AliasPolicy): Refused | undefined {
  if (flaw === 'shared' && aliases !== 'shared')
    return refuse(
      'has a value that YAML aliases or merge keys share with other places',
      'Write the value out where it is used, or set `aliases: shared` to change it for all of them (`detach` for this place alone).',
    );
  if (flaw === 'duplicate-key')
    return refuse('stands under a key that is there twice', 'Remove one of the two: readers disagree on which counts.');
  if (node.kind === 'scalar' && (node.style === 'literal' || node.style === 'folded'))
    return refuse('is written as a block scalar', 'Write the value on one line, behind its key.');
  if (node.kind === 'scalar' && node.tag?.startsWith(CORE_TAG) && node.tag !== `${CORE_TAG}str`)
    return refuse(
      `is tagged as !!${node.tag.slice(CORE_TAG.length)}`,
      'Remove the tag: a part of an image reference is text.',
    );
  return undefined;
}
