import { beforeEach, describe, expect, test } from '@jest/globals';
import { expectWithNote } from '../../jest-support.ts';
import { useWorkspace } from './harness.ts';

const workspace = useWorkspace();
describe('bump-manifest-tag rejects an input before it searches', () => {
  test.each([
    ['no image', {}, /Input `image` is missing/],
    ['an image without tag and digest', { image: 'ghcr.io/acme/shop' }, /It has neither a tag nor a digest: add one/],
    ['a repository in upper case', { image: 'ghcr.io/ACME/shop:2' }, /Did you mean "ghcr.io\/acme\/shop:2"/],
    ['a tag before "=>"', { image: 'a:1 => b:2' }, /Before the "=>", write a repository without tag and digest/],
    ['two "=>"', { image: 'a => b => c:1' }, /Write one "=>", between/],
    [
      'two lines for an image',
      { image: 'nginx:1\ndocker.io/library/nginx:2' },
      /has two new references for docker\.io\/library\/nginx/,
    ],
    [
      'a move to a repository that another line changes',
      { image: 'a => b:1\nb:2' },
      /moves docker\.io\/library\/a to docker\.io\/library\/b, which another line changes/,
    ],
    ['an unknown kind', { image: 'a:1', kinds: 'helm' }, /got "helm"/],
    [
      'a field without a kind',
      { image: 'a:1', fields: 'spec.image' },
      /Write the kind of the document \(or \*\), a colon and the path/,
    ],
    ['a field with an invalid path', { image: 'a:1', fields: 'X:a..b' }, /"\.\.b" is not a step/],
    ['a field whose image has a tag', { image: 'a:1', fields: 'X:a = b:1' }, /write the repository of the tag/],
    ['a root that does not exist', { image: 'a:1', root: 'nope' }, /root-not-found/],
    ['a misspelled input', { images: 'a:1' }, /has no input `images`.*Did you mean `image`/],
    ['an unknown pin', { image: 'a:1', pin: 'digests' }, /Did you mean "digest"/],
  ] as const)('%s', async (_title, inputs, message) => {
    const { code, log } = await workspace.run(inputs);
    expect(code).toBe(1);
    expect(log).toMatch(message);
  });
});

describe('each line of paths must match a file', () => {
  beforeEach(() => {
    workspace.file('a/k.yaml', 'apps: [{image: acme/shop:1}]\n');
    workspace.file('b/x/k.yaml', 'apps: [{image: acme/shop:1}]\n');
    workspace.file('a/notes/x.md', '');
  });
  test.each([
    [{ mode: 'bump', image: 'acme/shop:2', paths: 'a\ntypo' }, 'typo'],
    [{ mode: 'bump', image: 'acme/shop:2', 'if-unmatched': 'ignore', paths: 'a\ntypo' }, 'typo'],
    [{ mode: 'inspect', paths: '!b\na\n**/*.ymal' }, '**/*.ymal'],
    [{ mode: 'compare', root: 'a', 'compare-with': 'b', paths: 'k.yaml\nnowhere' }, 'nowhere'],
  ] as const)('fails for %j', async (inputs, line) => {
    const { code, log } = await workspace.run(inputs);
    expect(code).toBe(1);
    expectWithNote(log, log).toContain(`input-invalid::Input \`paths\` contains "${line}", which matches no file.`);
    expect(workspace.read('a/k.yaml')).toMatch(/shop:1/);
  });

  test.each([
    { mode: 'inspect', paths: './\n!nowhere\na/notes\nb\\x\n!b/x' },
    { mode: 'compare', root: 'a', 'compare-with': 'b', paths: 'k.yaml\nx' },
  ])('passes for %j', async (inputs) => {
    const { code, log } = await workspace.run(inputs);
    expectWithNote(code, log).toBe(0);
  });
});

describe('inputs that do not fit the mode are rejected', () => {
  test.each([
    [{ mode: 'inspect', image: 'a:1' }, /`image` says what to change, but `mode: inspect` changes nothing/],
    [{ mode: 'inspect', expect: '1' }, /`expect` counts the fields to change/],
    [{ mode: 'compare' }, /`compare-with` is missing: `mode: compare` compares `root` with another folder/],
    [{ image: 'a:1', 'compare-with': 'b' }, /`compare-with` has no effect in `mode: bump`/],
    [
      { mode: 'compare', 'compare-with': 'nope' },
      /root-not-found::The folder to search, nope, can't be opened.*; `compare-with` is a folder relative/,
    ],
    [{ mode: 'list' }, /takes one of bump, inspect, compare/],
  ] as const)('%j', async (inputs, message) => {
    const { code, log } = await workspace.run(inputs);
    expect(code).toBe(1);
    expect(log).toMatch(message);
  });
});
