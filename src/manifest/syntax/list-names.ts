import type { List, Node } from './node.ts';

/** Shorter lists aren't worth caching. */
const MANY = 32;

/** A cache for long lists: thousands of changes may each look up an item in a list of thousands. */
const found = new WeakMap<List, readonly (string | undefined)[]>();

/** The `name` of each item if no other item of the list has it, otherwise `undefined`. */
export function uniqueNames(list: List): readonly (string | undefined)[] {
  const known = found.get(list);
  if (known) return known;
  const names = list.items.map((item) => nameOf(item));
  const counts = new Map<string | undefined, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const unique = names.map((name) => (counts.get(name) === 1 ? name : undefined));
  if (names.length >= MANY) found.set(list, unique);
  return unique;
}

function nameOf(item: Node): string | undefined {
  if (item.kind !== 'mapping') return undefined;
  const value = item.pairs.find(({ key }) => key.kind === 'scalar' && key.text === 'name')?.value;
  return value?.kind === 'scalar' ? value.text : undefined;
}
