import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { GitOpsHarness } from '../actions/open-gitops-PR/harness.ts';
import { expectWithNote, onTestFinished } from '../jest-support.ts';
import { newMachine, runStep } from './step.ts';

/** A file name can be any bytes. One that is not UTF-8 stops nothing that doesn't need the file, and is never silently left out. */

const NAMES: Readonly<Record<string, Buffer>> = {
  'a byte alone': Buffer.from([0x61, 0xff]),
  'Latin-1': Buffer.from('caf\xe9', 'latin1'),
  'half a character': Buffer.from([0x61, 0xe2, 0x82]),
  'a surrogate': Buffer.from([0xed, 0xa0, 0x80]),
};
const ESCAPED: Readonly<Record<string, string>> = {
  'a byte alone': 'a\\xff',
  'Latin-1': 'caf\\xe9',
  'half a character': 'a\\xe2\\x82',
  'a surrogate': '\\xed\\xa0\\x80',
};
const kinds = Object.keys(NAMES);
const IMAGE = 'ghcr.io/acme/shop';
const MANIFEST = `kind: Pod\napiVersion: v1\nspec: { containers: [{ image: '${IMAGE}:1.0.0' }] }\n`;

/** The path of an entry with a name in bytes. */
const inFolder = (folder: string, kind: string, end: string) =>
  Buffer.concat([Buffer.from(`${folder}/`), NAMES[kind] ?? Buffer.of(), Buffer.from(end)]);

describe('bump-manifest-tag changes the other files, and reports the one that it skipped', () => {
  test.each(kinds)('a file: %s', async (kind) => {
    const machine = newMachine();
    writeFileSync(join(machine.workspace, 'shop.yaml'), MANIFEST);
    writeFileSync(inFolder(machine.workspace, kind, '.yaml'), MANIFEST);
    writeFileSync(inFolder(machine.workspace, kind, '.png'), 'x');
    const { exitCode, shown } = await runStep('bump-manifest-tag', { image: `${IMAGE}:2.0.0` }, machine);
    expectWithNote(exitCode, shown).toBe(0);
    expect(readFileSync(join(machine.workspace, 'shop.yaml'), 'utf8')).toContain('shop:2.0.0');
    expect(readFileSync(inFolder(machine.workspace, kind, '.yaml'), 'utf8')).toBe(MANIFEST);
    expect(shown).toContain(`skipped ${ESCAPED[kind]}.yaml:1: has a name that is not UTF-8`);
    expect(shown).not.toContain('.png');
  });

  test.each(kinds)('a folder: %s', async (kind) => {
    const machine = newMachine();
    writeFileSync(join(machine.workspace, 'shop.yaml'), MANIFEST);
    mkdirSync(inFolder(machine.workspace, kind, ''));
    const { exitCode, shown } = await runStep('bump-manifest-tag', { image: `${IMAGE}:2.0.0` }, machine);
    expectWithNote(exitCode, shown).toBe(0);
    expect(shown).toContain(`skipped ${ESCAPED[kind]}:1: has a name that is not UTF-8`);
  });

  test('a name that really has the character U+FFFD is a name like any other', async () => {
    const machine = newMachine();
    writeFileSync(join(machine.workspace, 'a\ufffd.yaml'), MANIFEST);
    const { exitCode } = await runStep('bump-manifest-tag', { image: `${IMAGE}:2.0.0` }, machine);
    expect([exitCode, readFileSync(join(machine.workspace, 'a\ufffd.yaml'), 'utf8')]).toStrictEqual([
      0,
      expect.stringContaining('shop:2.0.0'),
    ]);
  });
});

test.each(kinds)('build-image refuses it in `files`: %s', async (kind) => {
  const machine = newMachine();
  mkdirSync(join(machine.workspace, 'dist'));
  writeFileSync(inFolder(join(machine.workspace, 'dist'), kind, ''), 'x');
  const inputs = { image: IMAGE, tags: '1.0.0', base: 'scratch', files: 'dist => /app', push: 'false' };
  const { exitCode, shown } = await runStep('build-image', inputs, machine);
  expect([exitCode, shown]).toStrictEqual([1, expect.stringContaining('is not UTF-8, so it can')]);
});

describe('open-gitops-PR', () => {
  let harness: GitOpsHarness;
  let checkout: string;
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', checkout, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { stdio: 'pipe' });
  const propose = (addPaths = '**') =>
    harness.run({ path: 'gitops', 'add-paths': addPaths, application: 'shop', environment: 'staging' });

  beforeEach(async () => {
    harness = await GitOpsHarness.open();
    onTestFinished(() => harness.close());
    checkout = join(harness.folder, 'gitops');
    execFileSync('git', ['clone', '--quiet', harness.repository.git.dir, checkout], { stdio: 'pipe' });
    mkdirSync(join(checkout, 'old'));
    writeFileSync(inFolder(join(checkout, 'old'), 'Latin-1', '.yaml'), 'a: 1\n');
    git('add', '--all');
    git('commit', '--quiet', '-m', 'An old name');
    git('push', '--quiet', 'origin', 'HEAD:main');
    writeFileSync(join(checkout, 'new.yaml'), 'a: 1\n');
  });

  test('leaves it alone if it was not changed', async () => {
    const { exitCode, log } = await propose();
    expectWithNote(exitCode, log).toBe(0);
    const changes = harness.repository.git.changes(harness.repository.branch('main') ?? '', harness.branchHead);
    expect(changes.map(({ path, status }) => `${status} ${path}`)).toStrictEqual(['added new.yaml']);
  });

  const changes: Readonly<Record<string, () => void>> = {
    'if it was changed': () => writeFileSync(inFolder(join(checkout, 'old'), 'Latin-1', '.yaml'), 'a: 2\n'),
    'if it was removed': () => rmSync(inFolder(join(checkout, 'old'), 'Latin-1', '.yaml')),
    'if it is new': () => writeFileSync(inFolder(join(checkout, 'old'), 'a byte alone', '.yaml'), 'a: 1\n'),
    'if it is staged': () => {
      writeFileSync(inFolder(join(checkout, 'old'), 'Latin-1', '.yaml'), 'a: 2\n');
      git('add', 'old');
    },
    'if its folder is new': () => mkdirSync(inFolder(join(checkout, 'old'), 'a surrogate', '')),
  };

  test.each(Object.entries(changes))('refuses it %s, and takes the rest if it is excluded', async (_, change) => {
    change();
    const { exitCode, log } = await propose();
    expect([exitCode, log]).toStrictEqual([1, expect.stringMatching(/file-name-not-utf8::old\/\S*\\x\S* was changed/)]);
    const { exitCode: excluded, log: secondLog } = await propose('**\n!old/**');
    expectWithNote(excluded, secondLog).toBe(0);
  });

  test('takes no temporary file of bump-manifest-tag', async () => {
    const name = `.gitops-actions-1-${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}.tmp`;
    writeFileSync(join(checkout, name), 'half');
    const { exitCode, log } = await propose();
    expectWithNote(exitCode, log).toBe(0);
    const paths = harness.repository.git.changes(harness.repository.branch('main') ?? '', harness.branchHead);
    expect(paths.map(({ path }) => path)).toStrictEqual(['new.yaml']);
  });
});
