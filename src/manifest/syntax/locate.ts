import { embedded } from './embedded.ts';
import type { Parser } from './parse.ts';
import type { Path } from './path.ts';
import { type Cursor, child, entries, items, type PathStep, textAt, within } from './tree.ts';

/** All the places that a path leads to from a cursor; wildcards may lead to many, and a wrong turn to none. */
export function locate(from: Cursor | undefined, path: Path, parser: Parser): Cursor[] {
  if (!from) return [];
  return path.reduce<Cursor[]>((here, step) => here.flatMap((cursor) => follow(cursor, step, parser)), [from]);
}

function follow(cursor: Cursor, step: PathStep, parser: Parser): Cursor[] {
  switch (step.kind) {
    case 'key':
      return [child(cursor, step.key)].filter((found) => found !== undefined);
    case 'index':
      return items(cursor).slice(step.index, step.index + 1);
    case 'item':
      return items(cursor).filter((item) => textAt(item, ...step.key.split('.')) === step.value);
    case 'each':
      return [...items(cursor), ...entries(cursor).map(({ value }) => value)];
    case 'deep':
      return [...within(cursor)];
    case 'embedded':
      return [embedded(cursor, parser)].filter((found) => found !== undefined);
  }
}
