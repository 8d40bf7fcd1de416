import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { splitDocuments } from '../../../src/manifest/syntax/documents.ts';
import { quickParse } from '../../../src/manifest/syntax/quick-parse.ts';
import { expectWithNote } from '../../jest-support.ts';
import { constructs } from '../constructs/constructs.ts';
import { assertSame, COMMON, quickReadsAsTheLibrary } from './quick.ts';

const EXAMPLES = join(import.meta.dirname, '../../../examples/gitops');

describe('quickParse', () => {
  test('parses common manifests like the YAML library', () => {
    for (const text of COMMON) expectWithNote(assertSame(text), text).toBeTruthy();
  });

  test('parses the example repository like the YAML library', () => {
    const files = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' }).filter((name) => /\.ya?ml$/.test(name));
    const documents = files.flatMap((name) => splitDocuments(readFileSync(join(EXAMPLES, name), 'utf8')));
    expect(documents.length).toBeGreaterThan(15);
    for (const { text } of documents) expectWithNote(assertSame(text), text).toBeTruthy();
  });

  test('parses every construct of YAML like the YAML library, or leaves it to the library', () => {
    for (const { text } of constructs) assertSame(text);
  });

  test('leaves uncommon syntax to the YAML library', () => {
    for (const text of [
      '',
      'a',
      'a: &x b\n',
      'a: *x\n',
      'a: !!str b\n',
      '? a\n: b\n',
      'a: >\n  b\n',
      'a: |2\n  b\n',
      'a: |+\n  b\n',
      'a: |\n  b',
      'a: |\n  b\n \n',
      'a: b\n  c\n',
      'a: "b\n  c"\n',
      'a: [b,\n  c]\n',
      'a: [b, c: d]\n',
      'a: {b}\n',
      'a: {b: }\n',
      'a: [b,]\n',
      '[a]\n',
      '{"a": "b"}\n',
      'a:\tb\n',
      'a: b\r\n',
      '\ufeffa: b\n',
      '%YAML 1.2\n---\na: b\n',
      'a: b\n...\n',
      'a: b\n---\nc: d\n',
      'a:\n  b\n',
      '  a: b\n',
      'a: b: c\n',
      'a: b:\n',
      'a: "b"c\n',
      'a: "b"#c\n',
      'a: "\\x41"\n',
      '- a\n b: c\n',
      'a:\n    b: c\n  d: e\n',
      '-\n- a\n',
      `${'- '.repeat(200)}a\n`,
      `a: ${'['.repeat(100)}${']'.repeat(100)}\n`,
    ])
      expectWithNote(quickParse(text), JSON.stringify(text)).toBeUndefined();
  });

  test('parses mutated manifests like the YAML library, or leaves them to the library', () => {
    const numRuns = 6000;
    const read = quickReadsAsTheLibrary({ seed: 20_260_401, numRuns });
    expectWithNote(read, `only ${read} documents were read`).toBeGreaterThan(numRuns / 6);
  });
});
