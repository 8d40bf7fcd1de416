import type { Entry } from './add-entry.ts';
import type { Alias, Mapping, Node, Pair, Scalar } from './node.ts';

/** How an edited document must differ from the original. */
export interface ExpectedDifference {
  readonly texts: Map<Scalar | Alias, string>;
  /** New keys, by the pair that they follow. */
  readonly added: Map<Pair, readonly { readonly key: string; readonly text: string }[]>;
  /** New entries at the end of a list of a mapping; the list may be new too. */
  readonly appended: Map<Mapping, { readonly list: string; readonly entries: readonly Entry[] }>;
}

/** Whether two trees differ exactly as expected. */
export function differsAsExpected(
  before: Node | undefined,
  after: Node | undefined,
  expected: ExpectedDifference,
): boolean {
  if (!before || !after) return before === after;
  const instead = before.kind === 'alias' ? expected.texts.get(before) : undefined;
  if (instead !== undefined) return isText(after, instead);
  if (before.anchor !== after.anchor || before.tag !== after.tag) return false;
  if (before.kind === 'scalar')
    return after.kind === 'scalar' && (expected.texts.get(before) ?? before.text) === after.text;
  if (before.kind === 'alias') return after.kind === 'alias' && before.name === after.name;
  if (before.kind === 'list')
    return (
      after.kind === 'list' &&
      before.items.length === after.items.length &&
      before.items.every((item, i) => differsAsExpected(item, after.items[i], expected))
    );
  return after.kind === 'mapping' && hasSamePairs(before, after.pairs, expected);
}

function hasSamePairs(mapping: Mapping, after: readonly Pair[], expected: ExpectedDifference): boolean {
  const appended = expected.appended.get(mapping);
  let at = 0;
  let isMissing = appended !== undefined;
  for (const pair of mapping.pairs) {
    const there = after[at++];
    if (appended && isText(pair.key, appended.list)) {
      isMissing = false;
      if (
        !differsAsExpected(pair.key, there?.key, expected) ||
        !isExtended(pair.value, there?.value, appended.entries, expected)
      )
        return false;
      continue;
    }
    if (!differsAsExpected(pair.key, there?.key, expected) || !differsAsExpected(pair.value, there?.value, expected))
      return false;
    for (const added of expected.added.get(pair) ?? []) {
      const fresh = after[at++];
      if (!isText(fresh?.key, added.key) || !isText(fresh?.value, added.text)) return false;
    }
  }
  if (appended && isMissing) {
    const fresh = after[at++];
    if (!isText(fresh?.key, appended.list) || !isExtended(undefined, fresh?.value, appended.entries, expected))
      return false;
  }
  return at === after.length;
}

function isText(node: Node | undefined, text: string): boolean {
  return node?.kind === 'scalar' && node.text === text && node.anchor === undefined && node.tag === undefined;
}

/** Whether a list is the old list (or a new one, if there was none) with the entries at its end. */
function isExtended(
  before: Node | undefined,
  after: Node | undefined,
  entries: readonly Entry[],
  expected: ExpectedDifference,
): boolean {
  if (after?.kind !== 'list' || before?.anchor !== after.anchor || before?.tag !== after.tag) return false;
  const old = before?.kind === 'list' ? before.items : [];
  if (before?.kind !== 'list' && before !== undefined && !isText(before, '')) return false;
  if (after.items.length !== old.length + entries.length) return false;
  return after.items.every((item, i) => {
    const entry = entries[i - old.length];
    if (!entry) return differsAsExpected(old[i], item, expected);
    return (
      item.kind === 'mapping' &&
      item.pairs.length === entry.length &&
      entry.every(({ key, text }, n) => isText(item.pairs[n]?.key, key) && isText(item.pairs[n]?.value, text))
    );
  });
}
