import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CART, manifest, SHOP } from '../harness.ts';
import { ClonedTree } from './cloned-tree.ts';

let tree: ClonedTree;
beforeEach(async () => {
  tree = await ClonedTree.open();
});
afterEach(() => tree.close());

describe('untracked files', () => {
  it('do not count if git ignores them', async () => {
    tree.write('.env', 'PASSWORD=secret\n');
    tree.write('staging/.env', 'PASSWORD=secret\n');
    tree.write('out/result.yaml', 'a: 1\n');
    tree.write('deep/out/result.yaml', 'a: 1\n');
    tree.write('debug.log', 'x\n');
    tree.write('deep/kept.log', 'x\n');
    tree.write('tracked.log', 'changed\n');
    tree.write('deep/.gitignore', '*\n!.gitignore\n!wanted/\n!wanted/**\n');
    tree.write('deep/wanted/a.yaml', 'a: 1\n');
    tree.write('.git/info/exclude', 'excluded.yaml\n');
    tree.write('excluded.yaml', 'a: 1\n');
    const expected = tree
      .git('status', '--porcelain', '--untracked-files=all')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => `${line.startsWith('??') ? 'added' : 'modified'} ${line.slice(3)}`);
    expect((await tree.proposed()).sort()).toStrictEqual(expected.sort());
    expect(expected.some((line) => /\.env|excluded|out\/|debug/.test(line))).toBeFalsy();
  });

  it('do not count if they belong to another repository inside the checkout', async () => {
    execFileSync('git', ['init', '--quiet', join(tree.folder, 'app')]);
    tree.write('app/source.ts', 'x\n');
    mkdirSync(join(tree.folder, 'submodule'));
    cpSync(join(tree.folder, '.git'), join(tree.folder, 'submodule/.git'), { recursive: true });
    tree.write('submodule/a.yaml', 'x\n');
    tree.write('new.yaml', 'a: 1\n');
    expect(await tree.proposed()).toStrictEqual(['added new.yaml']);
  });
});

describe('add-paths', () => {
  it.each([
    ['match nothing', 'stagin/**', /input-invalid::Input `add-paths` has "stagin\/\*\*", which matches no file/],
    ['match nothing in one line and something in another', 'staging/**\nprod/**', /has "prod\/\*\*", which/],
    ['name a folder', 'staging', /did you mean "staging\/\*\*"\?/],
    ['match only ignored files', '.env', /Files that .gitignore ignores don't count/],
    [
      'are not a glob',
      'staging/[z-a].yaml',
      /input-invalid::Input `add-paths` takes a glob.*reversed range in brackets/,
    ],
    ['name no file', './', /input-invalid::.*"\.\/" matches no file\. "\*\*" matches all files/],
  ] as const)('are refused if they %s', async (_name, addPaths, message) => {
    tree.write('.env', 'x\n');
    const { exitCode, log, writes } = await tree.propose(addPaths);
    expect([exitCode, writes]).toStrictEqual([1, []]);
    expect(log).toMatch(message);
  });

  it('can exclude files, and can match removed files', async () => {
    rmSync(join(tree.folder, CART));
    tree.write(SHOP, manifest('shop', '1.4.2'));
    expect(await tree.proposed(`${CART}\nstaging/**\n!${SHOP}\n!nothing/**`)).toStrictEqual([`removed ${CART}`]);
  });
});
