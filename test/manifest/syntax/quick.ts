import { expect } from '@jest/globals';
import fc from 'fast-check';
import { splitDocuments } from '../../../src/manifest/syntax/documents.ts';
import type { Node } from '../../../src/manifest/syntax/node.ts';
import { loadYamlParser } from '../../../src/manifest/syntax/parse.ts';
import { quickParse } from '../../../src/manifest/syntax/quick-parse.ts';
import { expectWithNote, invariant } from '../../jest-support.ts';
import { constructs } from '../constructs/constructs.ts';
import { manifests } from './generated.ts';
import type { Cases } from './properties.ts';

const library = await loadYamlParser();

/** Compares quickParse with the YAML library. Returns whether quickParse parsed the text. */
export function assertSame(text: string): boolean {
  const quick = quickParse(text);
  if (quick === undefined) return false;
  const parsed = library.parse({ index: 0, text, offset: 0 });
  expectWithNote(parsed.kind, `the library can't read ${JSON.stringify(text)}`).toBe('parsed');
  invariant(parsed.kind === 'parsed' && parsed.document.root);
  expectWithNote(comparable(quick), JSON.stringify(text)).toStrictEqual(comparable(parsed.document.root));
  expect(parsed.document.json).toBe(false);
  return true;
}

/** Without the end of block collections, which quickParse places differently and nothing relies on. */
function comparable(node: Node): unknown {
  const isBlock = (node.kind === 'mapping' || node.kind === 'list') && !node.flow;
  const common = { ...node, span: isBlock ? node.span[0] : node.span };
  if (node.kind === 'list') return { ...common, items: node.items.map(comparable) };
  if (node.kind !== 'mapping') return common;
  return { ...common, pairs: node.pairs.map(({ key, value }) => [comparable(key), comparable(value)]) };
}

/** A change of a text that often keeps it valid YAML, or nearly. */
const mutation = fc.record({
  at: fc.nat(),
  remove: fc.constantFrom(0, 0, 1, 1, 2, 5),
  insert: fc.constantFrom(
    ...[
      '',
      '',
      ' ',
      '  ',
      '\n',
      '\n  ',
      '\n- ',
      '- ',
      ': ',
      ':',
      '#',
      ' #',
      ' # c\n',
      '"',
      "'",
      '{',
      '}',
      '[',
      ']',
      ', ',
      '|',
      '|\n',
    ],
    ...[
      '>',
      '&a ',
      '*a',
      '!',
      '?',
      '? ',
      '-',
      '---\n',
      '...',
      '%',
      '\t',
      '\r',
      '\\',
      '\\n',
      'a',
      'a: b\n',
      '1',
      ',',
      '=',
      '<<: ',
      '☕',
      '\u00a0',
    ],
    ...[
      ': |\n    a\n  b\n',
      ': |-\n\n  a\n\n',
      ' |\n',
      '\n\n',
      '{a: b}',
      '[a, "b"]',
      '"a: b"',
      "'a''b'",
      '- - a\n',
      '|+',
      '|2',
    ],
  ),
});

/** Manifests in common styles. */
export const COMMON = [
  'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels: { a: b, "c/d": \'e\' }\nspec:\n  containers:\n    - name: app # the app\n      image: acme/shop:1.0\n      args: [a, "-b", { c: d }]\n    - name: other\n      image: "acme/cart:1"\n',
  '# c\n---\nimages:\n- name: acme/shop\n  newTag: v1\n\n- name: x\n  # d\n  newTag: "1.0" # e\nresources: []\nempty:\nlast: {}\n',
  'data:\n  script: |\n    #!/bin/sh\n    echo "a: b"\n\n      c\n  other: |-\n    x\n\nz: 1\nlist:\n  - - a\n    - b\n  - c: d\n    e: f\n  -\n    g: h\n',
  'args:\n- --flag=a:b\n- -x\n- \'it\'\'s\'\n- "a\\tb\\u00e9"\n- http://x.y/z?a=b#c\nkey: a b, c [d] {e} # f\n"q k": v\n',
];

/** Manifests with up to three mutations. */
const texts = fc
  .record({
    text: fc.oneof(
      fc.constantFrom(...COMMON),
      fc.constantFrom(...COMMON),
      fc.constantFrom(...constructs.map(({ text }) => text)),
      manifests.map((manifest) => manifest('ghcr.io/acme/shop:1.0', '1.0')),
    ),
    mutations: fc.array(mutation, { maxLength: 3 }),
  })
  .map(({ text, mutations }) =>
    mutations.reduce((now, { at, remove, insert }) => {
      const place = at % (now.length + 1);
      return now.slice(0, place) + insert + now.slice(place + remove);
    }, text),
  );

/** Returns how many documents quickParse parsed. */
export function quickReadsAsTheLibrary(cases: Cases): number {
  let read = 0;
  fc.assert(
    fc.property(texts, (stream) => {
      for (const { text } of splitDocuments(stream)) if (assertSame(text)) read++;
      assertSame(stream);
    }),
    cases,
  );
  return read;
}
