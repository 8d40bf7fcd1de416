import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { inputPath, resolveInputPath } from '../../../src/files/input-path.ts';
import { Prefilter } from '../../../src/manifest/files/prefilter.ts';
import { openSearchRoot } from '../../../src/manifest/files/root.ts';
import { type SearchLog, searchFiles } from '../../../src/manifest/files/search.ts';
import { fileSelector } from '../../../src/manifest/files/select-files.ts';
import { writeFiles } from '../../../src/manifest/files/write.ts';
import { expectWithNote } from '../../jest-support.ts';

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'search-')));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

function search(names: readonly string[], root = '.', paths: readonly string[] = []) {
  const log: SearchLog = { searched: 0, skipped: [] };
  const scope = {
    root: openSearchRoot(root, resolveInputPath('root', inputPath.parse(root), folder)),
    selects: fileSelector(paths),
  };
  const found = [...searchFiles(scope, new Prefilter(names), log)];
  return { files: found.map((manifest) => manifest.file), found, log };
}

describe('searchFiles', () => {
  test('yields files that contain a name, sorted, with paths from the Git top level', () => {
    mkdirSync(join(folder, '.git'));
    file('gitops/b.yaml', 'image: acme/shop:1');
    file('gitops/a/x.json', '{"image": "acme\\/shop:1"}');
    file('gitops/c.yaml', 'image: acme/cart:1');
    file('gitops/notes.md', 'shop');
    file('gitops/sub/.git/d.yaml', 'shop');
    file('gitops/node_modules/e.yaml', 'shop');
    const { files, log } = search(['shop'], 'gitops');
    expect(files).toStrictEqual(['gitops/a/x.json', 'gitops/b.yaml']);
    expect(log).toStrictEqual({ searched: 3, skipped: [] });
  });

  test('does not follow symbolic links, and reports those that lead out of the folder', () => {
    const outside = mkdtempSync(join(tmpdir(), 'outside-'));
    writeFileSync(join(outside, 'x.yaml'), 'shop');
    file('real/a.yaml', 'shop');
    symlinkSync(join(folder, 'real/a.yaml'), join(folder, 'again.yaml'));
    symlinkSync(join(folder, 'real'), join(folder, 'same'));
    symlinkSync(join(outside, 'x.yaml'), join(folder, 'out.yaml'));
    symlinkSync(outside, join(folder, 'out'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling.yaml'));
    const { files, log } = search(['shop']);
    rmSync(outside, { recursive: true });
    expect(files).toStrictEqual(['real/a.yaml']);
    const reason = 'is a symbolic link that leads out of the searched folder, or nowhere';
    expect(log.skipped.map((skip) => [skip.file, skip.reason])).toStrictEqual([
      ['dangling.yaml', reason],
      ['out', reason],
      ['out.yaml', reason],
    ]);
  });

  test('excludes .github by default, also if all paths are exclusions', () => {
    file('.github/workflows/ci.yaml', 'shop');
    file('apps/.github/ci.yaml', 'shop');
    file('apps/a.yaml', 'shop');
    file('old/a.yaml', 'shop');
    file('notes.md', 'shop');
    expect(search(['shop']).files).toStrictEqual(['apps/a.yaml', 'old/a.yaml']);
    expect(search(['shop'], '.', ['!old']).files).toStrictEqual(['apps/a.yaml']);
    expect(search(['shop'], '.', ['.github']).files).toStrictEqual(['.github/workflows/ci.yaml']);
  });

  test('skips binary files, other encodings and huge files, with the reason', () => {
    file('binary.yaml', Buffer.from([0x73, 0x68, 0x6f, 0x70, 0]));
    file('latin1.yaml', Buffer.from('shop: é', 'latin1'));
    file('utf16.yaml', Buffer.from('\ufeffimage: acme/shop:1', 'utf16le'));
    truncateSync(file('huge.yaml', 'shop'), 40_000_000);
    const { files, log } = search(['shop']);
    expect(files).toStrictEqual([]);
    expect(log.skipped.map((skip) => `${skip.file} ${skip.reason}`)).toStrictEqual([
      'binary.yaml is not UTF-8 text',
      'huge.yaml is too large for a manifest (40 MB, the limit is 33 MB)',
      'latin1.yaml is not UTF-8 text',
      'utf16.yaml is not UTF-8 text',
    ]);
  });

  test('keeps a byte order mark and every character when reading and writing', () => {
    const text = '\ufeffa: "☕ 名前 \u0085"\r\nimage: acme/shop:1\r\n';
    const path = file('a.yaml', text);
    const [found] = search(['shop']).found;
    expect(found?.text).toBe(text);
    writeFiles([{ path, before: text, after: text.replace('shop:1', 'shop:2') }]);
    expect(readFileSync(path, 'utf8')).toBe(text.replace('shop:1', 'shop:2'));
  });

  test('fails if the folder does not exist or is a file, and accepts \\ as a separator', () => {
    expect(() => openSearchRoot('nope', join(folder, 'nope'))).toThrow(
      expect.objectContaining({ code: 'root-not-found' }),
    );
    file('a/b/x.yaml', 'shop');
    expect(search(['shop'], 'a\\b').files).toStrictEqual(['x.yaml']);
    expect(() => openSearchRoot('a/b/x.yaml', join(folder, 'a/b/x.yaml'))).toThrow(
      expect.objectContaining({ code: 'root-not-found', message: expect.stringMatching(/it is not a folder/) }),
    );
  });
});

describe('Prefilter', () => {
  test('matches a name with escapes and escaped line breaks', () => {
    const prefilter = new Prefilter(['shop']);
    for (const text of [
      'acme/shop:1',
      '"acme\\/shop"',
      '"\\x73hop"',
      '"sh\\u006fp"',
      '"sho\\U00000070"',
      '"sh\\\n  op"',
      '"s\\\r\nhop"',
    ]) {
      expectWithNote(prefilter.mayMatchText(text), text).toBeTruthy();
      expectWithNote(prefilter.mayMatchBytes(Buffer.from(text)), text).toBeTruthy();
    }
    for (const text of ['', 'acme/cart', 'echo a \\\n b', '"\\u003cb\\u003e"', '"\\n"', 'SHOP'])
      expectWithNote(prefilter.mayMatchText(text), text).toBeFalsy();
  });

  test('matches a name between any other text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        expect(new Prefilter(['shop']).mayMatchBytes(Buffer.from(`${before}shop${after}`))).toBeTruthy();
      }),
      { seed: 2 },
    );
  });
});

describe('writeFiles', () => {
  test('keeps the mode of a file and leaves no temporary file', () => {
    const path = file('a.yaml', 'a');
    chmodSync(path, 0o640);
    writeFiles([{ path, before: 'a', after: 'b' }]);
    expect(readFileSync(path, 'utf8')).toBe('b');
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toStrictEqual(['a.yaml']);
  });

  test('writes no file if one of them changed in the meantime', () => {
    const [a, b] = [file('a.yaml', 'a'), file('b.yaml', 'changed')];
    expect(() =>
      writeFiles([
        { path: a, before: 'a', after: 'x' },
        { path: b, before: 'b', after: 'y' },
      ]),
    ).toThrow(expect.objectContaining({ code: 'file-changed' }));
    expect([readFileSync(a, 'utf8'), readFileSync(b, 'utf8'), readdirSync(folder)]).toStrictEqual([
      'a',
      'changed',
      ['a.yaml', 'b.yaml'],
    ]);
  });

  test('fails with file-not-writable if a file does not exist any more', () => {
    expect(() => writeFiles([{ path: join(folder, 'gone.yaml'), before: 'a', after: 'b' }])).toThrow(
      expect.objectContaining({ code: 'file-not-writable' }),
    );
  });
});
