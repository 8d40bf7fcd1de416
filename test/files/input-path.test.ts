import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { inputPath, resolveInputPath } from '../../src/files/input-path.ts';
import { onTestFinished } from '../jest-support.ts';

let folder: string;
let workspace: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'input-path-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  workspace = join(folder, 'work');
  mkdirSync(join(workspace, 'apps/shop'), { recursive: true });
  writeFileSync(join(folder, 'secret'), 'x');
});

const resolved = (path: string, from = workspace) => resolveInputPath('root', inputPath.parse(path), from);

test('a path is relative to the workspace, or absolute; backslashes separate folders, too', () => {
  expect(resolved('apps/shop')).toBe(join(workspace, 'apps/shop'));
  expect(resolved('apps\\shop')).toBe(join(workspace, 'apps/shop'));
  expect(resolved('.')).toBe(workspace);
  expect(resolved(join(folder, 'secret'))).toBe(join(folder, 'secret'));
  expect(resolved('../secret')).toBe(join(folder, 'secret'));
  expect(resolved('missing/file')).toBe(join(workspace, 'missing/file'));
});

test('a link inside the workspace is resolved, and the workspace stays spelled as it is', () => {
  symlinkSync('apps/shop', join(workspace, 'link'));
  symlinkSync(workspace, join(folder, 'alias'));
  expect(resolved('link')).toBe(join(workspace, 'apps/shop'));
  expect(resolved('link', join(folder, 'alias'))).toBe(join(folder, 'alias/apps/shop'));
});

test('a link out of the workspace is refused by the name of the input', () => {
  symlinkSync('../secret', join(workspace, 'link'));
  expect(() => resolved('link')).toThrow(
    expect.objectContaining({
      code: 'input-invalid',
      message: 'Input `root` is "link", which leads out of the workspace through a symbolic link.',
    }),
  );
});

test.each(['a\0b', 'a\nb', 'a\rb'])('%j is no path', (text) => {
  expect(() => inputPath.parse(text)).toThrow('A path has no line breaks and no NUL characters.');
});
