import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectWithNote } from '../../../jest-support.ts';
import { GitOpsHarness, manifest, SHOP } from '../harness.ts';

const SECRET = 'secrets/shop.yaml';

let harness: GitOpsHarness;
let checkout: string;

const git = (...args: string[]) => execFileSync('git', ['-C', checkout, ...args], { stdio: 'pipe', encoding: 'utf8' });
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(checkout, path)), { recursive: true });
  writeFileSync(join(checkout, path), text);
};
const propose = (addPaths = '**') =>
  harness.run({ path: 'gitops', 'add-paths': addPaths, application: 'shop', environment: 'staging' });

/** Clones the repository with a filter that decrypts on checkout. */
function clone(): void {
  execFileSync('git', ['clone', '--quiet', '--no-checkout', harness.repository.git.dir, checkout], { stdio: 'pipe' });
  for (const direction of ['clean', 'smudge']) git('config', `filter.crypt.${direction}`, 'tr a-z n-za-m');
  git('checkout', '--quiet', 'main');
}

async function assertRefused(message: RegExp, addPaths?: string): Promise<void> {
  const { exitCode, log, writes } = await propose(addPaths);
  expectWithNote([exitCode, writes], log).toStrictEqual([1, []]);
  expect(log).toMatch(message);
}

beforeEach(async () => {
  harness = await GitOpsHarness.open();
  checkout = join(harness.folder, 'gitops');
  const attributes = '[attr]secret filter=crypt diff=crypt\nsecrets/** secret\nsecrets/README.md -filter\n';
  harness.repository.push('main', { '.gitattributes': attributes, [SECRET]: 'cnffjbeq: uhagre2\n' }, 'Secrets');
  clone();
  expect(readFileSync(join(checkout, SECRET), 'utf8')).toBe('password: hunter2\n');
});
afterEach(() => harness.close());

describe('files that a git filter encrypts', () => {
  it('are refused if they were changed, so they are not published in plain text', async () => {
    write(SECRET, 'password: hunter3\n');
    await assertRefused(
      /filter-not-supported::secrets\/shop.yaml was changed.* by the filter "crypt".*"!secrets\/shop.yaml"/,
    );
  });

  it('are refused if they are new', async () => {
    write('secrets/new.yaml', 'password: hunter3\n');
    await assertRefused(/filter-not-supported::secrets\/new.yaml/);
  });

  it('are refused if the attributes are in .git/info, or not checked out', async () => {
    write('.git/info/attributes', 'private.yaml filter=crypt\n');
    write('private.yaml', 'password: hunter3\n');
    await assertRefused(/filter-not-supported::private.yaml/, 'private.yaml');
    git('sparse-checkout', 'set', '--no-cone', '/secrets/');
    write(SECRET, 'password: hunter3\n');
    await assertRefused(/filter-not-supported::secrets\/shop.yaml/, 'secrets/**');
  });

  it('can be removed, and do not stop changes of other files', async () => {
    write(SHOP, manifest('shop', '1.4.2'));
    write('secrets/README.md', 'in the open\n');
    rmSync(join(checkout, SECRET));
    const { exitCode, log } = await propose();
    expectWithNote(exitCode, log).toBe(0);
    const { branchHead, repository } = harness;
    expect(repository.file(branchHead, 'secrets/README.md')).toBe('in the open\n');
    expect([repository.file(branchHead, SHOP), repository.file(branchHead, SECRET)]).toStrictEqual([
      manifest('shop', '1.4.2'),
      undefined,
    ]);
  });
});

describe('other files that git converts when it commits them', () => {
  it.each([
    ['of Git LFS', '*.bin filter=lfs diff=lfs merge=lfs -text', /large-file-not-supported::large.bin/],
    ['in UTF-16', '*.bin text working-tree-encoding=UTF-16', /filter-not-supported::large.bin.* from UTF-16/],
  ] as const)('files %s are refused', async (_name, attributes, message) => {
    write('.gitattributes', `${attributes}\n`);
    write('large.bin', 'the real thing\n');
    await assertRefused(message, 'large.bin');
  });
});
