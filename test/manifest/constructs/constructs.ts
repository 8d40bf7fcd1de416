/** A construct of YAML 1.2.2 next to an image field. The text is entries of a block mapping at the root of a document. */
export interface Construct {
  /** The section of the specification. */
  readonly section: string;
  readonly name: string;
  readonly text: string;
}

const c = (section: string, name: string, text: string): Construct => ({ section, name, text });

export const constructs: readonly Construct[] = [
  // Chapter 5: characters
  c('5.1', 'characters outside of ASCII and of the basic plane', 'k: "☕ 名前 😀"\nplain: ☕ 😀\n'),
  c('5.1', 'a tab inside quotes', 'k: "a\tb"\n'),
  c('5.3', 'indicators inside a plain scalar', 'k: a-b?c:d,e[f]g{h}i#j&k*l!m|n>o\'p"q%r@s`t\n'),
  c('5.3', 'indicators that begin a plain scalar before a non-space', 'k: -a\nl: ?b\nm: :c\n'),
  c('5.4', 'line separators of Unicode, which YAML 1.2 treats as text', 'k: "a\u2028b\u0085c"\n'),
  c('5.5', 'tabs after values and keys', 'k:\tv\t\nl: \t w \t# c\n'),
  c('5.7', 'every escape', 'k: "\\0\\a\\b\\t\\n\\v\\f\\r\\e\\ \\"\\/\\\\\\N\\_\\L\\P\\x41\\u263a\\U0001F600"\n'),
  // Chapter 6: structural productions
  c('6.1', 'indentation of one and of nine', 'a:\n b:\n          c: d\n'),
  c('6.1', 'a list without indentation', 'k:\n- a\n- b\n'),
  c('6.2', 'separating white space', 'k:    v   \nl:  [ a ,  b  ]\n'),
  c('6.3', 'lines with only white space', 'k: v\n   \n\t\nl: w\n'),
  c('6.5', 'a folded plain scalar', 'k: a\n  b\n\n  c\n'),
  c('6.6', 'comments at every depth', '# a\nk: # b\n   # c\n  l: v # d\n      # e\n#f\n'),
  c('6.6', 'a comment that looks like an image', '# image: ghcr.io/acme/shop:0.1\n#  - image: ghcr.io/acme/shop:0.1\n'),
  c('6.7', 'a key and its value on separate lines', 'k:\n\n\n  v\n'),
  c(
    '6.9.1',
    'tags in every form',
    'a: !!str 1\nb: !local x\nc: !<tag:acme.io,2024:x> y\nd: ! z\ne: !!map {a: b}\nf: !!seq [a]\n',
  ),
  c('6.9.2', 'anchors of any name', 'a: &a-1_☕ x\nb: &b [y]\nc: *b\n'),
  c('6.9', 'properties on separate lines', 'k: !!map\n  &a\n  l: v\nm: &x\n  - y\n'),
  // Chapter 7: flow style
  c('7.1', 'aliases as value, item and key', 'a: &x y\nb: *x\nc: [*x, *x]\n? *x\n: z\n'),
  c('7.2', 'empty nodes', 'a:\nb: !!null\nc: &e\n? d\n? e\n:\n'),
  c('7.3.1', 'double quotes over lines, with and without escaped breaks', 'k: "a\n  b\n\n  c \\\n  d\\\n  \\ e"\n'),
  c('7.3.2', 'single quotes with quotes inside and over lines', "k: 'it''s\n  two'\n'q k': v\n"),
  c('7.3.3', 'plain scalars that resemble other types', 'a: a:b\nb: -1\nc: a#b\nd: "#"\ne: ~\nf: ==\ng: .\n'),
  c('7.4.1', 'flow sequences', 'k: [a, "b", \'c\', [d], {e: f}, g: h, ]\nl: []\nm: [\n  a,\n\n  b # c\n  ]\n'),
  c('7.4.1', 'pairs in flow sequences', 'k: [? a : b, "c": d, : e, {f}: g]\n'),
  c(
    '7.4.2',
    'flow mappings',
    'k: {a: b, "c":d, \'e\':f, ? g : h, i, ? j, : l, m: , n: [o]}\nl: {}\nm: {\n  a: b,\n  c: d\n  }\n',
  ),
  c('7.4.2', 'JSON inside of YAML', 'k: {"a":"b","c":[1,2.5e3,true,null],"d":{"e":"f"}}\n'),
  c('7.5', 'flow nodes with properties', 'k: [!!str a, &b c, !x "d", *b]\n'),
  // Chapter 8: block style
  c('8.1.1.1', 'block scalars with an indentation indicator', 'k: |2\n    two more\n  none\nl: >1\n  one\n'),
  c('8.1.1.2', 'block scalars, stripped, clipped and kept', 'a: |-\n  x\n\nb: |\n  x\n\nc: |+\n  x\n\nd: v\n'),
  c(
    '8.1.2',
    'a literal with YAML that names the same image',
    'k: |\n  image: ghcr.io/acme/shop:0.1\n  ---\n  - x: [\n',
  ),
  c('8.1.2', 'a literal with leading empty lines and tabs', 'k: |\n\n\n  \tx\n   y\n'),
  c('8.1.3', 'a folded scalar with more indented lines', 'k: >\n  a\n  b\n\n    c\n    d\n\n  e\n'),
  c('8.1', 'block scalar headers with comments', 'k: | # c\n  x\nl: >- # d\n  y\n'),
  c('8.1', 'empty block scalars', 'k: |\nl: >-\n\nm: |+\n\n'),
  c('8.2.1', 'compact nested lists', 'k:\n- - a\n  - b\n-   - c\n- d: e\n  f: g\n'),
  c('8.2.2', 'explicit keys of every kind', '? a\n: b\n? - c\n  - d\n: - e\n? |\n  f\n: g\n? {h: i}\n: j\n'),
  c('8.2.2', 'quoted and multi-line keys', '"a b": c\n\'d\': e\n? "f\n  g"\n: h\n'),
  c('8.2.3', 'a list after its properties', 'k: &a\n- x\nl: !!seq\n- y\n'),
  // Merge keys are from YAML 1.1, and common.
  c('1.1', 'merge keys', 'base: &base {a: b}\nk: {<<: *base, c: d}\nl:\n  <<: [*base]\n'),
  c(
    '1.1',
    'values that YAML 1.1 reads as other types',
    'a: yes\nb: 1_000\nc: 190:20:30\nd: 2001-12-14t21:59:43.10-05:00\ne: =\n',
  ),
];

/** What may surround a document (chapter 9). */
export const streams: readonly {
  readonly section: string;
  readonly name: string;
  readonly before: string;
  readonly after: string;
}[] = [
  { section: '9.1.1', name: 'nothing', before: '', after: '' },
  { section: '9.1.1', name: 'a byte order mark', before: '\ufeff', after: '' },
  { section: '9.1.1', name: 'comments and blank lines', before: '# a\n\n  # b\n', after: '\n# c\n' },
  { section: '9.1.2', name: 'markers with comments', before: '--- # a\n', after: '... # b\n' },
  { section: '9.1.4', name: 'explicit documents', before: 'a: b\n---\n', after: '---\nc: d\n' },
  { section: '9.1.5', name: 'directives', before: '%YAML 1.2\n%TAG !e! tag:acme.io,2024:\n---\n', after: '' },
  { section: '9.1.5', name: 'directives of a second document', before: 'a: b\n...\n%YAML 1.1\n---\n', after: '...\n' },
  {
    section: '9.2',
    name: 'bare, empty and scalar documents',
    before: 'just text\n---\n---\n# none\n---\n',
    after: '---\n--- |\n x\n',
  },
  {
    section: '9.2',
    name: 'indented markers inside quotes, which end no document',
    before: 'k: "a\n  ---\n  b"\n---\n',
    after: '',
  },
];
