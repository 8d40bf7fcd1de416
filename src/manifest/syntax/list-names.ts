import type { List, Node } from './node.ts';

/** Lists with fewer items are read through as quickly. */
const MANY = 32;

/** Found out once for each long list: a change is looked up in a list of thousands for each of thousands. */
const found = new WeakMap<List, readonly (string | undefined)[]>();

/** The `name` of each item of a list that no other item has; `undefined` for the others. */
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
