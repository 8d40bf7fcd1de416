import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectWithNote } from '../../../jest-support.ts';
import { CART, GitOpsHarness, manifest, SHOP } from '../harness.ts';

let harness: GitOpsHarness;
let checkout: string;

const git = (...args: string[]) => execFileSync('git', ['-C', checkout, ...args], { stdio: 'pipe', encoding: 'utf8' });
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(checkout, path)), { recursive: true });
  writeFileSync(join(checkout, path), text);
};
const clone = (...args: string[]) => {
  rmSync(checkout, { recursive: true, force: true });
  execFileSync('git', ['clone', '--quiet', ...args, harness.repository.git.dir, checkout], { stdio: 'pipe' });
};
const propose = (addPaths = '**') =>
  harness.run({ path: 'gitops', 'add-paths': addPaths, application: 'shop', environment: 'staging' });

/** The changes on the branch of the pull request. */
async function proposed(addPaths?: string): Promise<string[]> {
  const { exitCode, log } = await propose(addPaths);
  expectWithNote(exitCode, log).toBe(0);
  const { git: hosted } = harness.repository;
  if (harness.branchHead === '') return [];
  return hosted
    .changes(harness.repository.branch('main') ?? '', harness.branchHead)
    .map(({ path, status }) => `${status} ${path}`);
}

beforeEach(async () => {
  harness = await GitOpsHarness.open();
  harness.repository.push(
    'main',
    {
      '.gitignore': '.env\n/out/\n*.log\n!kept.log\n',
      'production/shop.yaml': manifest('shop', '1.0.0'),
      'vendor/node_modules/lib/index.js': 'lib\n',
      'kept.log': 'kept\n',
      'tracked.log': 'tracked though ignored\n',
    },
    'More',
  );
  checkout = join(harness.folder, 'gitops');
  clone();
});
afterEach(() => harness.close());

describe('files that are not checked out do not count as removed', () => {
  it.each([
    ['a sparse checkout by folders', () => git('sparse-checkout', 'set', '--cone', 'staging')],
    ['a sparse index', () => git('sparse-checkout', 'set', '--cone', '--sparse-index', 'staging')],
    ['a sparse checkout by patterns', () => git('sparse-checkout', 'set', '--no-cone', '/staging/', '.gitignore')],
    [
      'a sparse checkout with an index of version 4',
      () => {
        git('update-index', '--index-version', '4');
        git('sparse-checkout', 'set', '--cone', 'staging');
      },
    ],
  ] as const)('in %s', async (_name, make) => {
    make();
    write(SHOP, manifest('shop', '1.4.2'));
    rmSync(join(checkout, CART));
    write('staging/new.yaml', 'new: true\n');
    expect(await proposed()).toStrictEqual([`removed ${CART}`, 'added staging/new.yaml', `modified ${SHOP}`]);
  });

  it('in files marked skip-worktree or assume-unchanged', async () => {
    git('update-index', '--skip-worktree', CART);
    git('update-index', '--assume-unchanged', 'kept.log');
    rmSync(join(checkout, CART));
    rmSync(join(checkout, 'kept.log'));
    expect(await proposed()).toStrictEqual([]);
  });

  it('but a new file is refused if an ignore file above it is not checked out', async () => {
    git('sparse-checkout', 'set', '--no-cone', '/staging/');
    write('staging/.env', 'PASSWORD=secret\n');
    const { exitCode, log, writes } = await propose('staging/**');
    expect([exitCode, writes]).toStrictEqual([1, []]);
    expect(log).toMatch(/checkout-invalid::.gitignore is not checked out.*new file staging\/.env/);
  });

  it('but a clone without files is refused', async () => {
    clone('--no-checkout');
    const { exitCode, log } = await propose();
    expect(exitCode).toBe(1);
    expect(log).toMatch(/checkout-invalid::.* has no files checked out/);
  });

  it('but an unfinished merge and a split index are refused', async () => {
    git('update-index', '--split-index');
    const { log } = await propose();
    expect(log).toMatch(/checkout-invalid::The index of the checkout in .* can't be used: it is split/);
    git('update-index', '--no-split-index');
    git('rm', '--quiet', '--cached', SHOP);
    const oid = git('hash-object', '-w', '.gitignore').trim();
    execFileSync('git', ['-C', checkout, 'update-index', '--index-info'], { input: `100644 ${oid} 2\t${SHOP}\n` });
    const unmerged = await propose();
    expect(unmerged.log).toMatch(/checkout-invalid::.*it contains an unfinished merge/);
    expect(harness.branchHead).toBe('');
  });

  it('but a truncated index is refused', async () => {
    const file = join(checkout, '.git/index');
    writeFileSync(file, execFileSync('head', ['-c', '200', file]));
    expect((await propose()).log).toMatch(/checkout-invalid::.*it is cut short/);
  });
});

describe('tracked files', () => {
  it('in committed node_modules count if they are changed', async () => {
    expect(await proposed()).toStrictEqual([]);
    write('vendor/node_modules/lib/index.js', 'changed\n');
    write('vendor/node_modules/lib/other.js', 'new\n');
    expect(await proposed()).toStrictEqual(['modified vendor/node_modules/lib/index.js']);
  });

  it('count if their addition or removal is staged', async () => {
    write('.env', 'forced\n');
    git('add', '--force', '.env');
    git('rm', '--quiet', CART);
    expect(await proposed()).toStrictEqual(['added .env', `removed ${CART}`]);
  });

  it('count as removed if a folder has replaced them', async () => {
    rmSync(join(checkout, CART));
    write(`${CART}/part.yaml`, 'a: 1\n');
    expect(await proposed()).toStrictEqual([`removed ${CART}`, `added ${CART}/part.yaml`]);
  });

  it('are refused if a link has replaced them', async () => {
    rmSync(join(checkout, CART));
    symlinkSync('shop.yaml', join(checkout, CART));
    const { exitCode, log } = await propose();
    expect(exitCode).toBe(1);
    expect(log).toMatch(
      /link-not-supported::staging\/cart.yaml was a file. In the checkout it is a symbolic link.*"!staging\/cart.yaml"/,
    );
    expect(await proposed(`**\n!${CART}`)).toStrictEqual([]);
  });

  it('may be links: changed, added, removed, or replaced by files', async () => {
    const link = (target: string) => ({ content: target, mode: '120000' });
    const links = { current: link('production'), old: link('nowhere'), same: link('/etc/passwd'), plain: link(SHOP) };
    harness.repository.push('main', links, 'Links');
    clone();
    expect(await proposed()).toStrictEqual([]);
    for (const name of ['current', 'old', 'plain']) rmSync(join(checkout, name));
    symlinkSync('staging', join(checkout, 'current'));
    symlinkSync('/etc/hosts', join(checkout, 'next'));
    symlinkSync('/etc/hosts', join(checkout, '.env'));
    write('plain', 'a file\n');
    expect((await proposed()).sort()).toStrictEqual([
      'added next',
      'modified current',
      'modified plain',
      'removed old',
    ]);
    const { git: hosted } = harness.repository;
    const entries = ['current', 'next', 'plain'].map((path) => hosted.entry(harness.branchHead, path)?.mode);
    expect(entries).toStrictEqual(['120000', '120000', '100644']);
    const targets = ['current', 'next'].map((path) => harness.repository.file(harness.branchHead, path));
    expect(targets).toStrictEqual(['staging', '/etc/hosts']);
  });

  it('may be links that core.symlinks=false writes as files', async () => {
    harness.repository.push('main', { current: { content: 'production', mode: '120000' } }, 'Link');
    clone('--config', 'core.symlinks=false');
    expect(await proposed()).toStrictEqual([]);
    write('current', 'staging');
    expect(await proposed()).toStrictEqual(['modified current']);
    expect(harness.repository.git.entry(harness.branchHead, 'current')?.mode).toBe('120000');
  });

  it('are refused if their folder was replaced by a link', async () => {
    renameSync(join(checkout, 'production'), join(harness.folder, 'elsewhere'));
    symlinkSync(join(harness.folder, 'elsewhere'), join(checkout, 'production'));
    const { exitCode, log } = await propose();
    expect(exitCode).toBe(1);
    expect(log).toMatch(/link-not-supported::production\/shop.yaml/);
  });

  it('count as unchanged if git converted them on checkout', async () => {
    write('.git/info/attributes', '*.yaml text eol=crlf\n');
    rmSync(join(checkout, SHOP));
    git('checkout', '--quiet', '--', SHOP);
    expect(readFileSync(join(checkout, SHOP), 'utf8')).toMatch(/\r\n/);
    const past = Date.now() / 1000 - 60;
    utimesSync(join(checkout, SHOP), past, past);
    git('update-index', '--refresh');
    expect(await proposed('staging/**')).toStrictEqual([]);
    const { mtime } = statSync(join(checkout, SHOP));
    const text = readFileSync(join(checkout, SHOP), 'utf8');
    write(SHOP, text.replace('1.4.1', '1.4.2'));
    utimesSync(join(checkout, SHOP), mtime, new Date(mtime.getTime() + 1));
    expect(await proposed('staging/**')).toStrictEqual([`modified ${SHOP}`]);
  });

  it('count as changed by their mode only with core.fileMode', async () => {
    execFileSync('chmod', ['+x', join(checkout, SHOP)]);
    git('config', 'core.fileMode', 'false');
    expect(await proposed()).toStrictEqual([]);
    git('config', 'core.fileMode', 'true');
    await proposed();
    expect(harness.repository.git.entry(harness.branchHead, SHOP)?.mode).toBe('100755');
  });

  it('are refused if they are large files of Git LFS, so they do not replace their pointer', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n';
    harness.repository.push('main', { 'large.bin': pointer }, 'Large');
    clone();
    write('large.bin', 'the real thing\n');
    const { exitCode, log } = await propose();
    expect(exitCode).toBe(1);
    expect(log).toMatch(/large-file-not-supported::large.bin was changed in the checkout, and Git LFS stores it/);
  });
});

describe('untracked files', () => {
  it('do not count if git ignores them', async () => {
    write('.env', 'PASSWORD=secret\n');
    write('staging/.env', 'PASSWORD=secret\n');
    write('out/result.yaml', 'a: 1\n');
    write('deep/out/result.yaml', 'a: 1\n');
    write('debug.log', 'x\n');
    write('deep/kept.log', 'x\n');
    write('tracked.log', 'changed\n');
    write('deep/.gitignore', '*\n!.gitignore\n!wanted/\n!wanted/**\n');
    write('deep/wanted/a.yaml', 'a: 1\n');
    write('.git/info/exclude', 'excluded.yaml\n');
    write('excluded.yaml', 'a: 1\n');
    const expected = git('status', '--porcelain', '--untracked-files=all')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => `${line.startsWith('??') ? 'added' : 'modified'} ${line.slice(3)}`);
    expect((await proposed()).sort()).toStrictEqual(expected.sort());
    expect(expected.some((line) => /\.env|excluded|out\/|debug/.test(line))).toBeFalsy();
  });

  it('do not count if they belong to another repository inside the checkout', async () => {
    execFileSync('git', ['init', '--quiet', join(checkout, 'app')]);
    write('app/source.ts', 'x\n');
    mkdirSync(join(checkout, 'submodule'));
    cpSync(join(checkout, '.git'), join(checkout, 'submodule/.git'), { recursive: true });
    write('submodule/a.yaml', 'x\n');
    write('new.yaml', 'a: 1\n');
    expect(await proposed()).toStrictEqual(['added new.yaml']);
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
    write('.env', 'x\n');
    const { exitCode, log, writes } = await propose(addPaths);
    expect([exitCode, writes]).toStrictEqual([1, []]);
    expect(log).toMatch(message);
  });

  it('can exclude files, and can match removed files', async () => {
    rmSync(join(checkout, CART));
    write(SHOP, manifest('shop', '1.4.2'));
    expect(await proposed(`${CART}\nstaging/**\n!${SHOP}\n!nothing/**`)).toStrictEqual([`removed ${CART}`]);
  });
});
