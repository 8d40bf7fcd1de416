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
const propose = (addPaths: string, inputs = {}) =>
  harness.run({ path: 'gitops', 'add-paths': addPaths, application: 'shop', environment: 'staging', ...inputs });
const changedOnBranch = () =>
  harness.repository.git
    .changes(harness.repository.branch('main') ?? '', harness.branchHead)
    .map(({ path, status }) => `${status} ${path}`);

describe('path and add-paths', () => {
  it('propose exactly the matching files that were changed, added, removed or made executable', async () => {
    write(SHOP, manifest('shop', '1.4.2'));
    write('staging/new.yaml', 'new: true\n');
    write('outside.yaml', 'not: wanted\n');
    rmSync(join(checkout, CART));
    write('staging/tool.sh', '#!/bin/sh\n');
    chmodSync(join(checkout, 'staging/tool.sh'), 0o755);
    const { exitCode, log, summary } = await propose('staging/**');
    expectWithNote(exitCode, log).toBe(0);
    expect(changedOnBranch()).toStrictEqual([
      `removed ${CART}`,
      'added staging/new.yaml',
      `modified ${SHOP}`,
      'added staging/tool.sh',
    ]);
    expect(harness.repository.git.entry(harness.branchHead, 'staging/tool.sh')?.mode).toBe('100755');
    expect(summary).toMatch(/`staging\/cart.yaml` \| removed/);
    expect((await propose('staging/**')).writes).toStrictEqual([]);
  });

  it('do nothing if nothing was changed', async () => {
    const { outputs, writes } = await propose('**');
    expect([outputs['operation'], writes]).toStrictEqual(['none', []]);
  });

  it('keep changes that others made on the base since the checkout', async () => {
    harness.repository.push(
      'main',
      { [SHOP]: manifest('shop', '1.4.1', 6), [CART]: manifest('cart', '3.9.9') },
      'Others',
    );
    write(SHOP, manifest('shop', '1.4.2'));
    await propose('**', { merge: 'direct' });
    expect(harness.repository.file('main', SHOP)).toBe(manifest('shop', '1.4.2', 6));
    expect(harness.repository.file('main', CART)).toBe(manifest('cart', '3.9.9'));
  });

  it('fail if others changed the same lines', async () => {
    harness.repository.push('main', { [SHOP]: manifest('shop', '1.4.9') }, 'Others');
    write(SHOP, manifest('shop', '1.4.2'));
    const { exitCode, log } = await propose('**');
    expect(exitCode).toBe(1);
    expect(log).toMatch(
      /change-conflict::staging\/shop.yaml was changed in the checkout, and changed differently on the base since/,
    );
  });

  it('fail if others changed the same binary file, and keep a mode that others changed', async () => {
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
    const { exitCode, log } = await propose('**');
    expect(exitCode).toBe(1);
    expect(log).toMatch(
      /change-conflict::logo.bin was changed in the checkout, and changed differently on the base since/,
    );
    const text = await propose('staging/**');
    expectWithNote(text.exitCode, text.log).toBe(0);
    const entry = harness.repository.git.entry(harness.branchHead, SHOP);
    expect([entry?.mode, harness.repository.file(harness.branchHead, SHOP)]).toStrictEqual([
      '100755',
      manifest('shop', '1.4.2'),
    ]);
  });

  it('commit a link as a link, without following it', async () => {
    symlinkSync('/etc/passwd', join(checkout, 'staging/link.yaml'));
    const { exitCode, log } = await propose('**');
    expectWithNote(exitCode, log).toBe(0);
    const { git: hosted } = harness.repository;
    const entry = hosted.entry(harness.branchHead, 'staging/link.yaml');
    invariant(entry?.mode === '120000');
    expect(hosted.readBlob(entry.oid).toString()).toBe('/etc/passwd');
  });

  it('find the commit of a checkout with packed refs, and of a detached one', async () => {
    git('-C', checkout, 'pack-refs', '--all');
    expect(existsSync(join(checkout, '.git/refs/heads/main'))).toBe(false);
    expect((await propose('**')).outputs['operation']).toBe('none');
    git('-C', checkout, 'checkout', '--quiet', '--detach');
    expect((await propose('**')).outputs['operation']).toBe('none');
  });

  it('fail if the repository does not have the commit of the checkout', async () => {
    write(SHOP, manifest('shop', '1.4.2'));
    git('-C', checkout, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '--quiet', '-am', 'Mine');
    const { exitCode, log, writes } = await propose('**');
    expect([exitCode, writes]).toStrictEqual([1, []]);
    expect(log).toMatch(
      /checkout-invalid::The checkout in gitops is at commit [0-9a-f]{8}, which acme\/gitops does not have/,
    );
  });

  it('fail if the folder is not a checkout', async () => {
    const { exitCode, log } = await propose('**', { path: '.' });
    expect(exitCode).toBe(1);
    expect(log).toMatch(/checkout-invalid::.* is not the top folder of a git checkout/);
  });
});
