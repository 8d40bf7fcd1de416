import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { splitDocuments } from '../../../src/manifest/syntax/documents.ts';

const texts = (stream: string) => splitDocuments(stream).map(({ text }) => text);

describe('splitDocuments', () => {
  test('splits at each marker, which belongs to the document that it starts', () => {
    expect(
      texts(`a: 1
---
b: 2
--- # c
c: 3
`),
    ).toStrictEqual(['a: 1\n', '---\nb: 2\n', '--- # c\nc: 3\n']);
    expect(texts('---\r\na: 1\r\n---\r\nb: 2')).toStrictEqual(['---\r\na: 1\r\n', '---\r\nb: 2']);
  });

  test('ignores text that only looks like a marker', () => {
    const stream = `a: |
  ---
b: ---x
----: c
`;
    expect(texts(stream)).toStrictEqual([stream]);
  });

  test('keeps directives and comments with their document', () => {
    expect(
      texts(`# head
%YAML 1.2
---
a: 1
...
# next
%YAML 1.1
---
b: 2
`),
    ).toStrictEqual([
      `# head
%YAML 1.2
---
a: 1
...
`,
      `# next
%YAML 1.1
---
b: 2
`,
    ]);
  });

  test('splits a document without a marker after `...`', () => {
    expect(
      texts(`a: 1
...
b: 2
`),
    ).toStrictEqual(['a: 1\n...\n', 'b: 2\n']);
    expect(
      texts(`a: 1
...
# the end
`),
    ).toStrictEqual([
      `a: 1
...
# the end
`,
    ]);
    expect(
      texts(`a: 1
...
b: 2
---
c: 3
`),
    ).toStrictEqual(['a: 1\n...\n', 'b: 2\n', '---\nc: 3\n']);
  });

  test('finds the same documents as a YAML parser, and the joined parts are the stream', () => {
    const lines = fc.constantFrom('a: 1', '---', '...', '# c', '', '--- b', 'x: |', '  ---', '- y');
    fc.assert(
      fc.property(fc.array(lines, { maxLength: 9 }), (chosen) => {
        const stream = chosen.join('\n');
        const parts = texts(stream);
        expect(parts.join('')).toBe(stream);
        const whole = parseAllDocuments(stream);
        if (!Array.isArray(whole) || whole.some(({ errors }) => errors.length > 0)) return;
        const apart = parts.map((part) => parseAllDocuments(part));
        expect(
          apart.flatMap((documents) => (Array.isArray(documents) ? documents.map((one) => one.toJS()) : [])),
        ).toStrictEqual(whole.map((one) => one.toJS()));
      }),
      { seed: 11, numRuns: 2000 },
    );
  });
});
