import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, rmSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CART, SHOP } from '../harness.ts';
import { ClonedTree } from './cloned-tree.ts';

let tree: ClonedTree;
beforeEach(async () => {
  tree = await ClonedTree.open();
});
afterEach(() => tree.close());

describe('tracked files', () => {
  it('in committed node_modules count if they are changed', async () => {
    expect(await tree.proposed()).toStrictEqual([]);
    tree.write('vendor/node_modules/lib/index.js', 'changed\n');
    tree.write('vendor/node_modules/lib/other.js', 'new\n');
    expect(await tree.proposed()).toStrictEqual(['modified vendor/node_modules/lib/index.js']);
  });

  it('count if their addition or removal is staged', async () => {
    tree.write('.env', 'forced\n');
    tree.git('add', '--force', '.env');
    tree.git('rm', '--quiet', CART);
    expect(await tree.proposed()).toStrictEqual(['added .env', `removed ${CART}`]);
  });

  it('count as removed if a folder has replaced them', async () => {
    rmSync(join(tree.folder, CART));
    tree.write(`${CART}/part.yaml`, 'a: 1\n');
    expect(await tree.proposed()).toStrictEqual([`removed ${CART}`, `added ${CART}/part.yaml`]);
  });

  it('are refused if a link has replaced them', async () => {
    rmSync(join(tree.folder, CART));
    symlinkSync('shop.yaml', join(tree.folder, CART));
    const { exitCode, log } = await tree.propose();
    expect(exitCode).toBe(1);
    expect(log).toMatch(
      /link-not-supported::staging\/cart.yaml was a file. In the checkout it is a symbolic link.*"!staging\/cart.yaml"/,
    );
    expect(await tree.proposed(`**\n!${CART}`)).toStrictEqual([]);
  });

  it('may be links: changed, added, removed, or replaced by files', async () => {
    const link = (target: string) => ({ content: target, mode: '120000' });
    const links = { current: link('production'), old: link('nowhere'), same: link('/etc/passwd'), plain: link(SHOP) };
    tree.harness.repository.push('main', links, 'Links');
    tree.clone();
    expect(await tree.proposed()).toStrictEqual([]);
    for (const name of ['current', 'old', 'plain']) rmSync(join(tree.folder, name));
    symlinkSync('staging', join(tree.folder, 'current'));
    symlinkSync('/etc/hosts', join(tree.folder, 'next'));
    symlinkSync('/etc/hosts', join(tree.folder, '.env'));
    tree.write('plain', 'a file\n');
    expect((await tree.proposed()).sort()).toStrictEqual([
      'added next',
      'modified current',
      'modified plain',
      'removed old',
    ]);
    const { git: hosted } = tree.harness.repository;
    const entries = ['current', 'next', 'plain'].map((path) => hosted.entry(tree.harness.branchHead, path)?.mode);
    expect(entries).toStrictEqual(['120000', '120000', '100644']);
    const targets = ['current', 'next'].map((path) => tree.harness.repository.file(tree.harness.branchHead, path));
    expect(targets).toStrictEqual(['staging', '/etc/hosts']);
  });

  it('may be links that core.symlinks=false writes as files', async () => {
    tree.harness.repository.push('main', { current: { content: 'production', mode: '120000' } }, 'Link');
    tree.clone('--config', 'core.symlinks=false');
    expect(await tree.proposed()).toStrictEqual([]);
    tree.write('current', 'staging');
    expect(await tree.proposed()).toStrictEqual(['modified current']);
    expect(tree.harness.repository.git.entry(tree.harness.branchHead, 'current')?.mode).toBe('120000');
  });

  it('are refused if their folder was replaced by a link', async () => {
    renameSync(join(tree.folder, 'production'), join(tree.harness.folder, 'elsewhere'));
    symlinkSync(join(tree.harness.folder, 'elsewhere'), join(tree.folder, 'production'));
    const { exitCode, log } = await tree.propose();
    expect(exitCode).toBe(1);
    expect(log).toMatch(/link-not-supported::production\/shop.yaml/);
  });

  it('count as unchanged if git converted them on checkout', async () => {
    tree.write('.git/info/attributes', '*.yaml text eol=crlf\n');
    rmSync(join(tree.folder, SHOP));
    tree.git('checkout', '--quiet', '--', SHOP);
    expect(readFileSync(join(tree.folder, SHOP), 'utf8')).toMatch(/\r\n/);
    const past = Date.now() / 1000 - 60;
    utimesSync(join(tree.folder, SHOP), past, past);
    tree.git('update-index', '--refresh');
    expect(await tree.proposed('staging/**')).toStrictEqual([]);
    const { mtime } = statSync(join(tree.folder, SHOP));
    const text = readFileSync(join(tree.folder, SHOP), 'utf8');
    tree.write(SHOP, text.replace('1.4.1', '1.4.2'));
    utimesSync(join(tree.folder, SHOP), mtime, new Date(mtime.getTime() + 1));
    expect(await tree.proposed('staging/**')).toStrictEqual([`modified ${SHOP}`]);
  });

  it('count as changed by their mode only with core.fileMode', async () => {
    execFileSync('chmod', ['+x', join(tree.folder, SHOP)]);
    tree.git('config', 'core.fileMode', 'false');
    expect(await tree.proposed()).toStrictEqual([]);
    tree.git('config', 'core.fileMode', 'true');
    await tree.proposed();
    expect(tree.harness.repository.git.entry(tree.harness.branchHead, SHOP)?.mode).toBe('100755');
  });

  it('are refused if they are large files of Git LFS, so they do not replace their pointer', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n';
    tree.harness.repository.push('main', { 'large.bin': pointer }, 'Large');
    tree.clone();
    tree.write('large.bin', 'the real thing\n');
    const { exitCode, log } = await tree.propose();
    expect(exitCode).toBe(1);
    expect(log).toMatch(/large-file-not-supported::large.bin was changed in the checkout, and Git LFS stores it/);
  });
});
