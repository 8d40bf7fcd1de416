import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CART, manifest, SHOP } from '../harness.ts';
import { ClonedTree } from './cloned-tree.ts';

let tree: ClonedTree;
beforeEach(async () => {
  tree = await ClonedTree.open();
});
afterEach(() => tree.close());

describe('files that are not checked out do not count as removed', () => {
  it.each([
    ['a sparse checkout by folders', () => tree.git('sparse-checkout', 'set', '--cone', 'staging')],
    ['a sparse index', () => tree.git('sparse-checkout', 'set', '--cone', '--sparse-index', 'staging')],
    ['a sparse checkout by patterns', () => tree.git('sparse-checkout', 'set', '--no-cone', '/staging/', '.gitignore')],
    [
      'a sparse checkout with an index of version 4',
      () => {
        tree.git('update-index', '--index-version', '4');
        tree.git('sparse-checkout', 'set', '--cone', 'staging');
      },
    ],
  ] as const)('in %s', async (_name, make) => {
    make();
    tree.write(SHOP, manifest('shop', '1.4.2'));
    rmSync(join(tree.folder, CART));
    tree.write('staging/new.yaml', 'new: true\n');
    expect(await tree.proposed()).toStrictEqual([`removed ${CART}`, 'added staging/new.yaml', `modified ${SHOP}`]);
  });

  it('in files marked skip-worktree or assume-unchanged', async () => {
    tree.git('update-index', '--skip-worktree', CART);
    tree.git('update-index', '--assume-unchanged', 'kept.log');
    rmSync(join(tree.folder, CART));
    rmSync(join(tree.folder, 'kept.log'));
    expect(await tree.proposed()).toStrictEqual([]);
  });

  it('but a new file is refused if an ignore file above it is not checked out', async () => {
    tree.git('sparse-checkout', 'set', '--no-cone', '/staging/');
    tree.write('staging/.env', 'PASSWORD=secret\n');
    const { exitCode, log, writes } = await tree.propose('staging/**');
    expect([exitCode, writes]).toStrictEqual([1, []]);
    expect(log).toMatch(/checkout-invalid::.gitignore is not checked out.*new file staging\/.env/);
  });

  it('but a clone without files is refused', async () => {
    tree.clone('--no-checkout');
    const { exitCode, log } = await tree.propose();
    expect(exitCode).toBe(1);
    expect(log).toMatch(/checkout-invalid::.* has no files checked out/);
  });

  it('but an unfinished merge and a split index are refused', async () => {
    tree.git('update-index', '--split-index');
    const { log } = await tree.propose();
    expect(log).toMatch(/checkout-invalid::The index of the checkout in .* can't be used: it is split/);
    tree.git('update-index', '--no-split-index');
    tree.git('rm', '--quiet', '--cached', SHOP);
    const oid = tree.git('hash-object', '-w', '.gitignore').trim();
    execFileSync('git', ['-C', tree.folder, 'update-index', '--index-info'], { input: `100644 ${oid} 2\t${SHOP}\n` });
    const unmerged = await tree.propose();
    expect(unmerged.log).toMatch(/checkout-invalid::.*it contains an unfinished merge/);
    expect(tree.harness.branchHead).toBe('');
  });

  it('but a truncated index is refused', async () => {
    const file = join(tree.folder, '.git/index');
    writeFileSync(file, execFileSync('head', ['-c', '200', file]));
    expect((await tree.propose()).log).toMatch(/checkout-invalid::.*it is cut short/);
  });
});
