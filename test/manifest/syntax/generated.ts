import fc from 'fast-check';

/** Neighbors of an image field: entries of a block mapping, at its indentation. */
export const NEIGHBORS = [
  '# a comment: with "quotes" and a colon',
  'plain: a b: c#d',
  "single: 'it''s # no comment'",
  'double: "a \\"b\\" \\u263a \\\n\n  folded  "',
  'literal: |\n  image: ghcr.io/acme/other:1\n\n   more\n',
  'folded: >-\n  a\n  b\n\n  c # text\n',
  'kept: |+2\n    two more\n\n',
  'empty:',
  '"quoted key": {flow: [a, b, {c: d}], ? e : f, g: }',
  '? complex\n: value',
  '? [a, b]\n: - x\n  - y',
  'tagged: !!str 1\ncustom: !acme/thing {a: 1}',
  'multi: word\n  and more # end',
  'numbers: [0x1F, 0o17, 1e3, .inf, ~, 2001-12-14, 1_000]',
  'list:\n- a\n-   b\n-\n  c: d',
  'nested:\n    deep:\n            deeper: {x: y}',
  '',
  '  # an indented comment',
  'anchored: &anchor {a: b}\naliased: *anchor\n<<: *anchor',
  'tabs:\t"behind"\t# a tab',
  'url: http://example.test/a?b=c&d=e#f',
  '%notadirective: 1',
  'emoji: "☕ 名前"',
] as const;

/** The quotes of a value. */
const QUOTES = {
  plain: (text: string) => text,
  single: (text: string) => `'${text}'`,
  double: (text: string) => `"${text}"`,
};

const indented = (text: string, by: number) => text.replace(/^(?=.)/gm, ' '.repeat(by));

/** A manifest with image fields of several kinds, as a function of the image. */
export const manifests = fc
  .record({
    before: fc.array(fc.constantFrom(...NEIGHBORS), { maxLength: 4 }),
    after: fc.array(fc.constantFrom(...NEIGHBORS), { maxLength: 4 }),
    quote: fc.constantFrom('plain', 'single', 'double'),
    gap: fc.constantFrom(' ', '   ', '\t'),
    comment: fc.constantFrom('', ' # bumped by CI', '\t#x'),
    indent: fc.integer({ min: 1, max: 5 }),
    dash: fc.constantFrom('- ', '-   '),
    shape: fc.constantFrom('container', 'flow container', 'kustomize', 'values', 'flow values', 'json'),
    lines: fc.constantFrom('\n', '\r\n'),
    bom: fc.boolean(),
    end: fc.boolean(),
    head: fc.constantFrom(
      '',
      '---\n',
      '%YAML 1.2\n---\n',
      '# c\n--- # d\n',
      'kind: Other\n---\n',
      '{a: b}\n...\n---\n',
    ),
    tail: fc.constantFrom('', '---\n', '...\n', '---\nother: ghcr.io/acme/shop:0\n', '...\n# the end\n'),
  })
  .map(({ before, after, quote, gap, comment, indent, dash, shape, lines, bom, end, head, tail }) => {
    const unique = [...new Set([...before, ...after])];
    const [top, bottom] = [unique.slice(0, before.length), unique.slice(before.length)];
    const around = (entry: string) => [...top, entry, ...bottom].join('\n');
    const item = (first: string, rest: string) => `${dash}${first}\n${indented(rest, dash.length)}`;
    const body = (value: string, version: string): string => {
      const q = QUOTES[quote];
      switch (shape) {
        case 'container':
          return `apiVersion: v1\nkind: Pod\nspec:\n${indented(`containers:\n${item('name: app', around(`image:${gap}${q(value)}${comment}`))}`, indent)}`;
        case 'flow container':
          return `kind: Pod\n${around(`spec: {containers: [{name: app,image: ${q(value)} , tty: true}]}${comment}`)}`;
        case 'kustomize':
          return `kind: Kustomization\n${around(`images:\n${item('name: ghcr.io/acme/shop', `newTag:${gap}${q(version)}${comment}`)}`)}`;
        case 'values':
          return around(
            `shop:\n${indented(`repository: ghcr.io/acme/shop\ntag:${gap}${q(version)}${comment}`, indent)}`,
          );
        case 'flow values':
          return around(`shop: {image: {tag: ${q(version)}, repository: "ghcr.io/acme/shop"}}${comment}`);
        case 'json':
          return `{\n\t"kind": "Pod", "n": 1.0,\n  "spec": {"containers": [ { "image":"${value}","a\\u00e9": null } ]}\n}`;
      }
    };
    return (value: string, version: string) => {
      const text = `${bom ? '\ufeff' : ''}${head}${body(value, version)}\n${shape === 'json' ? '' : tail}`;
      return (end ? text : text.replace(/\n$/, '')).replaceAll('\n', lines);
    };
  });

/** Tags that every parser reads as text, so they need no quotes. */
export const tags = fc
  .stringMatching(/^[a-z][a-z0-9_.-]{0,12}[a-z0-9]$/)
  .filter((tag) => !/^(y|n|yes|no|on|off|true|false|null)$/.test(tag));
