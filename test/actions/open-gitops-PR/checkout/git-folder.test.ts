import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectWithNote, invariant } from '../../../jest-support.ts';
import { CART, GitOpsHarness, manifest, SHOP } from '../harness.ts';

let harness: GitOpsHarness;
let checkout: string;

beforeEach(async () => {
  harness = await GitOpsHarness.open();
  checkout = join(harness.folder, 'gitops');
  git('clone', '--quiet', harness.repository.git.dir, checkout);
});
afterEach(() => harness.close());

const git = (...args: string[]) => execFileSync('git', args, { stdio: 'pipe' });
const write = (path: string, text: string) => writeFileSync(join(checkout, path), text);
const bring = (addPaths: string, inputs = {}) =>
  harness.run({ path: 'gitops', 'add-paths': addPaths, application: 'shop', environment: 'staging', ...inputs });
const changedOnBranch = () =>
  harness.repository.git
    .changes(harness.repository.branch('main') ?? '', harness.branchHead)
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
    expectWithNote(exitCode, log).toBe(0);
    expect(changedOnBranch()).toStrictEqual([
      `removed ${CART}`,
      'added staging/new.yaml',
      `modified ${SHOP}`,
      'added staging/tool.sh',
    ]);
    expect(harness.repository.git.entry(harness.branchHead, 'staging/tool.sh')?.mode).toBe('100755');
    expect(summary).toMatch(/`staging\/cart.yaml` \| removed/);
    expect((await bring('staging/**')).writes).toStrictEqual([]);
  });

  it('do nothing where nothing was changed', async () => {
    const { outputs, writes } = await bring('**');
    expect([outputs['operation'], writes]).toStrictEqual(['none', []]);
  });

  it('keep what others changed on the base since the checkout', async () => {
    harness.repository.push('main', { [SHOP]: manifest('shop', '1.4.1', 6), [CART]: manifest('cart', '3.9.9') }, 'Others');
    write(SHOP, manifest('shop', '1.4.2'));
    await bring('**', { merge: 'direct' });
    expect(harness.repository.file('main', SHOP)).toBe(manifest('shop', '1.4.2', 6));
    expect(harness.repository.file('main', CART)).toBe(manifest('cart', '3.9.9'));
  });

  it('refuse where others changed the same lines', async () => {
    harness.repository.push('main', { [SHOP]: manifest('shop', '1.4.9') }, 'Others');
    write(SHOP, manifest('shop', '1.4.2'));
    const { exitCode, log } = await bring('**');
    expect(exitCode).toBe(1);
    expect(log).toMatch(
      /change-conflict::staging\/shop.yaml was changed in the checkout, and changed differently on the base since/,
    );
  });

  it('refuse to mix two versions of what is no text, and keep the mode that others gave', async () => {
    const binary = (text: string) => Buffer.from(text.replaceAll('N', '\0').replaceAll('E', '\xe9'), 'latin1');
    harness.repository.push('main', { 'logo.bin': { content: binary('a\nNE\nb\n') } }, 'Logo');
    git('-C', checkout, 'pull', '--quiet');
    harness.repository.push(
      'main',
      { 'logo.bin': { content: binary('A\nNE\nb\n') }, [SHOP]: { content: manifest('shop', '1.4.1'), mode: '100755' } },
      'Others',
    );
    write(SHOP, manifest('shop', '1.4.2'));
    writeFileSync(join(checkout, 'logo.bin'), binary('a\nNE\nB\n'));
    const { exitCode, log } = await bring('**');
    expect(exitCode).toBe(1);
    expect(log).toMatch(
      /change-conflict::logo.bin was changed in the checkout, and changed differently on the base since/,
    );
    const { exitCode: code, log: said } = await bring('staging/**');
    expectWithNote(code, said).toBe(0);
    const entry = harness.repository.git.entry(harness.branchHead, SHOP);
    expect([entry?.mode, harness.repository.file(harness.branchHead, SHOP)]).toStrictEqual([
      '100755',
      manifest('shop', '1.4.2'),
    ]);
  });

  it('bring a link as git does, and never what it leads to', async () => {
    symlinkSync('/etc/passwd', join(checkout, 'staging/link.yaml'));
    const { exitCode, log } = await bring('**');
    expectWithNote(exitCode, log).toBe(0);
    const { git: hosted } = harness.repository;
    const entry = hosted.entry(harness.branchHead, 'staging/link.yaml');
    invariant(entry?.mode === '120000');
    expect(hosted.readBlob(entry.oid).toString()).toBe('/etc/passwd');
  });

  it('read the commit of a packed and of a detached checkout', async () => {
    git('-C', checkout, 'pack-refs', '--all');
    expect(existsSync(join(checkout, '.git/refs/heads/main'))).toBe(false);
    expect((await bring('**')).outputs['operation']).toBe('none');
    git('-C', checkout, 'checkout', '--quiet', '--detach');
    expect((await bring('**')).outputs['operation']).toBe('none');
  });

  it('want a checkout of the repository, and of a commit that it has', async () => {
    write(SHOP, manifest('shop', '1.4.2'));
    git('-C', checkout, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '--quiet', '-am', 'Mine');
    const { exitCode, log, writes } = await bring('**');
    expect([exitCode, writes]).toStrictEqual([1, []]);
    expect(log).toMatch(
      /checkout-invalid::The checkout in gitops is at commit [0-9a-f]{8}, which acme\/gitops does not have/,
    );
  });

  it('want a checkout', async () => {
    const { exitCode, log } = await bring('**', { path: '.' });
    expect(exitCode).toBe(1);
    expect(log).toMatch(/checkout-invalid::.* is not the top folder of a git checkout/);
  });
});
