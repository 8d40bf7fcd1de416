import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { dockerIgnore, readDockerIgnore } from '../../src/files/docker-ignore.ts';
import { onTestFinished } from '../jest-support.ts';
import { expectLinearTime } from '../processor-time.ts';

/** The examples are those of Docker's documentation and of the tests of moby/patternmatcher. */
test.each([
  ['*', 'fileutils.go', true],
  ['**', 'a/b', true],
  ['**/', 'file', true],
  ['**/', 'file/', true],
  ['**', 'dir/file', true],
  ['**/**', 'dir/file/', true],
  ['dir/**', 'dir/file', true],
  ['dir/**', 'dir/dir2/file/', true],
  ['**/dir', 'dir', true],
  ['**/dir', 'dir/file', true],
  ['**/dir2/*', 'dir/dir2/file', true],
  ['**/dir2/*', 'dir/dir2/dir2/file', true],
  ['**/dir2/**', 'dir/dir2/dir2/file', true],
  ['**file', 'file', true],
  ['**file', 'dir/file', true],
  ['**/file', 'dir/file', true],
  ['**/file', 'profile', false],
  ['**file', 'dir/dir/file', true],
  ['**/file*', 'dir/dir/file.txt', true],
  ['**/file*txt', 'dir/dir/file.txt', true],
  ['**/**/*.txt', 'dir/dir/file.txt', true],
  ['**/**/*.txt2', 'dir/dir/file.txt', false],
  ['a**/*.txt', 'a/file.txt', true],
  ['a**/*.txt', 'a/dir/file.txt', true],
  ['a/*.txt', 'a/dir/file.txt', false],
  ['a[b-d]e', 'ae', false],
  ['a[b-d]e', 'ace', true],
  ['a[b-d]e', 'aae', false],
  ['a[^b-d]e', 'aze', true],
  ['.*', '.foo', true],
  ['.*', 'foo', false],
  ['abc.def', 'abcdef', false],
  ['abc?def', 'abcZdef', true],
  ['abc?def', 'abc/def', false],
  ['a\\*', 'a*', true],
  ['a\\*', 'ab', false],
  ['a(b)c/def', 'a(b)c/xyz', false],
  ['a.|)$(}+{bc', 'a.|)$(}+{bc', true],
  [
    'dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl',
    'dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl',
    true,
  ],
  ['/node_modules', 'node_modules/a/b.js', true],
  ['/node_modules', 'app/node_modules/b.js', false],
  ['./dist/', 'dist/main.js', true],
  ['  secrets  ', 'secrets/key', true],
  ['# secrets', '# secrets', false],
  [' # secrets', '# secrets', true],
  ['a/../b', 'b', true],
  ['docs\n!docs/README.md', 'docs/README.md', false],
  ['docs\n!docs/README.md', 'docs/other.md', true],
  ['!docs/README.md\ndocs', 'docs/README.md', true],
  ['*.md\n!README*.md\nREADME-secret.md', 'README-secret.md', true],
  ['*.md\n!README*.md', 'README-public.md', false],
  ['**\n!  src', 'src/main.js', false],
  ['\ufeffdist\r\n.env\r', '.env', true],
  ['\u00fc?', '\u00fc\u{1f600}', true],
])('%j on %s: %s', (text, path, ignored) => {
  expect(dockerIgnore(text).ignores(path)).toBe(ignored);
});

test.each(['a[', '[', 'a[]', 'a[b-', '[a-]', 'ok\n!', 'a\\'])('%j is refused, as in Docker', (text) => {
  expect(() => dockerIgnore(text)).toThrow(expect.objectContaining({ code: 'dockerignore-invalid' }));
});

test('patterns that would make a regular expression backtrack take linear time', () => {
  for (const pattern of ['*a*a*a*a*a*a*a*b', '**/a/'.repeat(20), '**a**a**a**a**b', '[a-z]*'.repeat(20)]) {
    const { ignores } = dockerIgnore(pattern);
    expectLinearTime((size) => ignores('a'.repeat(size)), 2000);
  }
});

test('a link to a file of the context is read; one that leads out, or a folder, is refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'docker-ignore-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const context = join(folder, 'context');
  mkdirSync(context);
  expect(readDockerIgnore(context).ignores('.env')).toBe(false);
  writeFileSync(join(context, 'ignored'), '.env\n');
  symlinkSync('ignored', join(context, '.dockerignore'));
  expect(readDockerIgnore(context).ignores('.env')).toBe(true);
  rmSync(join(context, '.dockerignore'));
  writeFileSync(join(folder, 'outside'), '.env\n');
  symlinkSync('../outside', join(context, '.dockerignore'));
  expect(() => readDockerIgnore(context)).toThrow(expect.objectContaining({ code: 'dockerignore-invalid' }));
  rmSync(join(context, '.dockerignore'));
  symlinkSync('nowhere', join(context, '.dockerignore'));
  expect(() => readDockerIgnore(context)).toThrow(expect.objectContaining({ code: 'dockerignore-invalid' }));
  rmSync(join(context, '.dockerignore'));
  mkdirSync(join(context, '.dockerignore'));
  expect(() => readDockerIgnore(context)).toThrow(expect.objectContaining({ code: 'dockerignore-invalid' }));
});
