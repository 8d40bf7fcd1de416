import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { splitDocuments } from '../../../src/manifest/syntax/documents.ts';

const texts = (stream: string) => splitDocuments(stream).map(({ text }) => text);

describe('splitDocuments: a stream into its documents', () => {
  test('at each marker; a marker belongs to the document that it starts', () => {
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

  test('what only looks like a marker is none', () => {
    const stream = `a: |
  ---
b: ---x
----: c
`;
    expect(texts(stream)).toStrictEqual([stream]);
  });

  test('directives and comments stand with their document', () => {
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

  test('a bare document may follow `...`', () => {
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

  test('the parts joined are the stream, and each is one document or none, as many as a YAML reader counts', () => {
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
