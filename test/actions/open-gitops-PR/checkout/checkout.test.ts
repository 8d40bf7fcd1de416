import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { CART, Desk, manifest, SHOP } from '../desk.ts';

let desk: Desk;
let checkout: string;

beforeEach(async () => {
  desk = await Desk.open();
  checkout = join(desk.folder, 'gitops');
  git('clone', '--quiet', desk.repository.git.dir, checkout);
});
afterEach(() => desk.close());

const git = (...args: string[]) => execFileSync('git', args, { stdio: 'pipe' });
const write = (path: string, text: string) => writeFileSync(join(checkout, path), text);
const bring = (addPaths: string, inputs = {}) =>
  desk.run({ path: 'gitops', 'add-paths': addPaths, application: 'shop', environment: 'staging', ...inputs });
const changedOnBranch = () =>
  desk.repository.git
    .changes(desk.repository.branch('main') ?? '', desk.branchHead)
    .map(({ path, status }) => `${status} ${path}`);

describe('path and add-paths', () => {
  it('bring in what changed in the checkout: changed, new, removed and executable files, and nothing else', async () => {
    write(SHOP, manifest('shop', '1.4.2'));
    write('staging/new.yaml', 'new: true\n');
    write('outside.yaml', 'not: wanted\n');
    rmSync(join(checkout, CART));
    write('staging/tool.sh', '#!/bin/sh\n');
    chmodSync(join(checkout, 'staging/tool.sh'), 0o755);
    const { exitCode, log, summary } = await bring('staging/**');
    assert.equal(exitCode, 0, log);
    assert.deepEqual(changedOnBranch(), [
      `removed ${CART}`,
      'added staging/new.yaml',
      `modified ${SHOP}`,
      'added staging/tool.sh',
    ]);
    assert.equal(desk.repository.git.entry(desk.branchHead, 'staging/tool.sh')?.mode, '100755');
    assert.match(summary, /`staging\/cart.yaml` \| removed/);
    assert.deepEqual((await bring('staging/**')).writes, []);
  });

  it('do nothing where nothing was changed', async () => {
    const { outputs, writes } = await bring('**');
    assert.deepEqual([outputs['operation'], writes], ['none', []]);
  });

  it('keep what others changed on the base since the checkout', async () => {
    desk.repository.push('main', { [SHOP]: manifest('shop', '1.4.1', 6), [CART]: manifest('cart', '3.9.9') }, 'Others');
    write(SHOP, manifest('shop', '1.4.2'));
    await bring('**', { merge: 'direct' });
    assert.equal(desk.repository.file('main', SHOP), manifest('shop', '1.4.2', 6));
    assert.equal(desk.repository.file('main', CART), manifest('cart', '3.9.9'));
  });

  it('refuse where others changed the same lines', async () => {
    desk.repository.push('main', { [SHOP]: manifest('shop', '1.4.9') }, 'Others');
    write(SHOP, manifest('shop', '1.4.2'));
    const { exitCode, log } = await bring('**');
    assert.equal(exitCode, 1);
    assert.match(
      log,
      /change-conflict::staging\/shop.yaml was changed in the checkout, and differently on the base since/,
    );
  });

  it('refuse to mix two versions of what is no text, and keep the mode that others gave', async () => {
    const binary = (text: string) => Buffer.from(text.replaceAll('N', '\0').replaceAll('E', '\xe9'), 'latin1');
    desk.repository.push('main', { 'logo.bin': { content: binary('a\nNE\nb\n') } }, 'Logo');
    git('-C', checkout, 'pull', '--quiet');
    desk.repository.push(
      'main',
      { 'logo.bin': { content: binary('A\nNE\nb\n') }, [SHOP]: { content: manifest('shop', '1.4.1'), mode: '100755' } },
      'Others',
    );
    write(SHOP, manifest('shop', '1.4.2'));
    writeFileSync(join(checkout, 'logo.bin'), binary('a\nNE\nB\n'));
    const { exitCode, log } = await bring('**');
    assert.equal(exitCode, 1);
    assert.match(log, /change-conflict::logo.bin was changed in the checkout, and differently on the base since/);
    const { exitCode: code, log: said } = await bring('staging/**');
    assert.equal(code, 0, said);
    const entry = desk.repository.git.entry(desk.branchHead, SHOP);
    assert.deepEqual([entry?.mode, desk.repository.file(desk.branchHead, SHOP)], ['100755', manifest('shop', '1.4.2')]);
  });

  it('bring a link as git does, and never what it leads to', async () => {
    symlinkSync('/etc/passwd', join(checkout, 'staging/link.yaml'));
    const { exitCode, log } = await bring('**');
    assert.equal(exitCode, 0, log);
    const { git: hosted } = desk.repository;
    const entry = hosted.entry(desk.branchHead, 'staging/link.yaml');
    assert.equal(entry?.mode, '120000');
    assert.equal(hosted.readBlob(entry.oid).toString(), '/etc/passwd');
  });

  it('read the commit of a packed and of a detached checkout', async () => {
    git('-C', checkout, 'pack-refs', '--all');
    assert.equal(existsSync(join(checkout, '.git/refs/heads/main')), false);
    assert.equal((await bring('**')).outputs['operation'], 'none');
    git('-C', checkout, 'checkout', '--quiet', '--detach');
    assert.equal((await bring('**')).outputs['operation'], 'none');
  });

  it('want a checkout of the repository, and of a commit that it has', async () => {
    write(SHOP, manifest('shop', '1.4.2'));
    git('-C', checkout, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '--quiet', '-am', 'Mine');
    const { exitCode, log, writes } = await bring('**');
    assert.deepEqual([exitCode, writes], [1, []]);
    assert.match(
      log,
      /checkout-invalid::The checkout in gitops is at commit [0-9a-f]{8}, which acme\/gitops does not have/,
    );
  });

  it('want a checkout', async () => {
    const { exitCode, log } = await bring('**', { path: '.' });
    assert.equal(exitCode, 1);
    assert.match(log, /checkout-invalid::.* is not the top of a git checkout/);
  });
});
