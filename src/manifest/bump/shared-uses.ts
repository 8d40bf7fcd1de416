import { imageRepository } from '../../image/reference.ts';
import type { ImageField } from '../fields/field.ts';
import { mergeOf } from '../syntax/merges.ts';
import type { Node } from '../syntax/node.ts';
import { formatPath } from '../syntax/path.ts';
import type { Cursor } from '../syntax/tree.ts';
import type { ImageBump } from './image-bump.ts';
import { bumpFor } from './plan-field.ts';

/**
 * Finds the fields that use a value too, through aliases or merge keys, and that must not get the same text: no bump is about their image.
 * @param findAll all fields of the document, those behind aliases included. It is called when it is first needed.
 */
export function sharedUses(
  findAll: () => readonly ImageField[],
  bumps: readonly ImageBump[],
): (place: Cursor) => readonly string[] {
  let others: readonly ImageField[] | undefined;
  return ({ node }) => {
    others ??= findAll().filter((field) => !bumpFor(field, bumps));
    return others.filter((field) => uses(field, node)).map(describe);
  };
}

function uses({ shape }: ImageField, node: Node): boolean {
  if (shape.kind === 'whole') return shape.value.node === node;
  const { registry, folder, repository, tag, digest, moreDigests, home } = shape;
  if ([registry, folder, repository, tag, digest, ...moreDigests].some((value) => value?.node === node)) return true;
  // A key that is added to the mapping may reach every mapping that merges others.
  const { node: own } = home?.mapping ?? {};
  return node.kind === 'mapping' && own?.kind === 'mapping' && own !== node && mergeOf(own) !== undefined;
}

function describe({ path, names: [name] }: ImageField): string {
  return `${formatPath(path)} (${name ? imageRepository(name) : 'another image'})`;
}
