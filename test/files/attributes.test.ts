import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AttributesFile, attributeRules } from '../../src/files/attributes.ts';
import { expectWithNote } from '../jest-support.ts';

const TOP = [
  '# comment filter=no',
  '[attr]secret filter=crypt diff=crypt',
  'secrets/** secret',
  '*.bin filter=lfs diff=lfs merge=lfs -text',
  'small.bin -filter',
  '/top.yaml filter=top',
  'dir/ filter=never',
  '!no.yaml filter=never',
  '"with space.yaml" filter=quoted',
  '*.[ch] filter=set',
  'deep/**/x filter=wide',
  'empty.yaml filter=',
  '  indented.yaml\tfilter=tab ',
  'reset.yaml filter=crypt',
  'reset.yaml !filter',
  'bare',
  'crlf.yaml filter=crlf\r',
].join('\n');
const BELOW = '*.yaml filter=below\n!x filter=no\nsecrets/plain.yaml -filter\n[attr]own filter=own\n*.own own\n';
const INFO = 'a/forced.yaml filter=info\n';
const PATHS = [
  ...['secrets/a.yaml', 'secrets/deep/b', 'a.bin', 'a/small.bin', 'top.yaml', 'a/top.yaml', 'dir/x', 'no.yaml'],
  ...['with space.yaml', 'a.c', 'a.d', 'deep/x', 'deep/er/est/x', 'empty.yaml', 'indented.yaml', 'reset.yaml', 'bare'],
  ...['crlf.yaml', 'a/any.yaml', 'a/secrets/plain.yaml', 'a/forced.yaml', 'a/b/c.yaml', 'a/x.own', '# comment'],
];

describe('attributes', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'attributes-test-'));
    execFileSync('git', ['init', '--quiet', folder]);
    for (const [path, text] of [
      ['.gitattributes', TOP],
      ['a/.gitattributes', BELOW],
      ['.git/info/attributes', INFO],
    ] as const) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are the same as those of git check-attr', () => {
    const files: AttributesFile[] = [
      { folder: '', text: TOP },
      { folder: 'a/', text: BELOW },
      { folder: '', text: INFO },
    ];
    const rules = attributeRules(files);
    for (const path of PATHS) {
      const args = ['-C', folder, 'check-attr', '-z', 'filter', '--', path];
      const value = execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\0')[2];
      const isNone = ['unspecified', 'unset', ''].includes(value ?? '');
      expectWithNote(rules(path).get('filter'), path).toBe(isNone ? undefined : value);
    }
    expect(rules('secrets/a.yaml').get('filter')).toBe('crypt');
  });
});
