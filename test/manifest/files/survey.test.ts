import assert from 'node:assert/strict';
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
import { afterEach, beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { Needles } from '../../../src/manifest/files/needles.ts';
import { candidates, openRoot, type Survey, selection } from '../../../src/manifest/files/survey.ts';
import { writeFiles } from '../../../src/manifest/files/write.ts';

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
  const survey: Survey = { searched: 0, skipped: [] };
  const found = [...candidates(openRoot(folder, root), selection(paths), new Needles(names), survey)];
  return { files: found.map((manifest) => manifest.file), found, survey };
}

describe('candidates: files that may mention an image', () => {
  test('by their bytes, in the order of their names, named from the Git top level', () => {
    mkdirSync(join(folder, '.git'));
    file('gitops/b.yaml', 'image: acme/shop:1');
    file('gitops/a/x.json', '{"image": "acme\\/shop:1"}');
    file('gitops/c.yaml', 'image: acme/cart:1');
    file('gitops/notes.md', 'shop');
    file('gitops/sub/.git/d.yaml', 'shop');
    file('gitops/node_modules/e.yaml', 'shop');
    const { files, survey } = search(['shop'], 'gitops');
    assert.deepEqual(files, ['gitops/a/x.json', 'gitops/b.yaml']);
    assert.deepEqual(survey, { searched: 3, skipped: [] });
  });

  test('links are not followed; one that leads out is said', () => {
    const outside = mkdtempSync(join(tmpdir(), 'outside-'));
    writeFileSync(join(outside, 'x.yaml'), 'shop');
    file('real/a.yaml', 'shop');
    symlinkSync(join(folder, 'real/a.yaml'), join(folder, 'again.yaml'));
    symlinkSync(join(folder, 'real'), join(folder, 'same'));
    symlinkSync(join(outside, 'x.yaml'), join(folder, 'out.yaml'));
    symlinkSync(outside, join(folder, 'out'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling.yaml'));
    const { files, survey } = search(['shop']);
    rmSync(outside, { recursive: true });
    assert.deepEqual(files, ['real/a.yaml']);
    const reason = 'is a symbolic link that leads out of the searched folder, or nowhere';
    assert.deepEqual(
      survey.skipped.map((skip) => [skip.file, skip.reason]),
      [
        ['dangling.yaml', reason],
        ['out', reason],
        ['out.yaml', reason],
      ],
    );
  });

  test('GitHub’s own files are left out by default, also where `paths` only take away', () => {
    file('.github/workflows/ci.yaml', 'shop');
    file('apps/.github/ci.yaml', 'shop');
    file('apps/a.yaml', 'shop');
    file('old/a.yaml', 'shop');
    file('notes.md', 'shop');
    assert.deepEqual(search(['shop']).files, ['apps/a.yaml', 'old/a.yaml']);
    assert.deepEqual(search(['shop'], '.', ['!old']).files, ['apps/a.yaml']);
    assert.deepEqual(search(['shop'], '.', ['.github']).files, ['.github/workflows/ci.yaml']);
  });

  test('binary files, other encodings and huge files are skipped with the reason', () => {
    file('binary.yaml', Buffer.from([0x73, 0x68, 0x6f, 0x70, 0]));
    file('latin1.yaml', Buffer.from('shop: é', 'latin1'));
    file('utf16.yaml', Buffer.from('\ufeffimage: acme/shop:1', 'utf16le'));
    truncateSync(file('huge.yaml', 'shop'), 40_000_000);
    const { files, survey } = search(['shop']);
    assert.deepEqual(files, []);
    assert.deepEqual(
      survey.skipped.map((skip) => `${skip.file} ${skip.reason}`),
      [
        'binary.yaml is not UTF-8 text',
        'huge.yaml is too large for a manifest (40 MB, the limit is 33 MB)',
        'latin1.yaml is not UTF-8 text',
        'utf16.yaml is not UTF-8 text',
      ],
    );
  });

  test('a byte order mark and every character survive reading and writing', () => {
    const text = '\ufeffa: "☕ 名前 \u0085"\r\nimage: acme/shop:1\r\n';
    const path = file('a.yaml', text);
    const [found] = search(['shop']).found;
    assert.equal(found?.text, text);
    writeFiles([{ path, before: text, after: text.replace('shop:1', 'shop:2') }]);
    assert.equal(readFileSync(path, 'utf8'), text.replace('shop:1', 'shop:2'));
  });

  test('the folder must be there, and \\ separates folders too', () => {
    assert.throws(() => openRoot(folder, 'nope'), { code: 'root-not-found' });
    file('a/b/x.yaml', 'shop');
    assert.deepEqual(search(['shop'], 'a\\b').files, ['x.yaml']);
    assert.throws(() => openRoot(folder, 'a/b/x.yaml'), { code: 'root-not-found', message: /it is not a folder/ });
  });
});

describe('needles: a "no" is certain', () => {
  test('the name is found however it is escaped or cut', () => {
    const needles = new Needles(['shop']);
    for (const text of [
      'acme/shop:1',
      '"acme\\/shop"',
      '"\\x73hop"',
      '"sh\\u006fp"',
      '"sho\\U00000070"',
      '"sh\\\n  op"',
      '"s\\\r\nhop"',
    ]) {
      assert.ok(needles.mayBeInText(text), text);
      assert.ok(needles.mayBeInBytes(Buffer.from(text)), text);
    }
    for (const text of ['', 'acme/cart', 'echo a \\\n b', '"\\u003cb\\u003e"', '"\\n"', 'SHOP'])
      assert.ok(!needles.mayBeInText(text), text);
  });

  test('wherever it stands', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        assert.ok(new Needles(['shop']).mayBeInBytes(Buffer.from(`${before}shop${after}`)));
      }),
      { seed: 2 },
    );
  });
});

describe('writeFiles', () => {
  test('keeps the mode and leaves nothing else behind', () => {
    const path = file('a.yaml', 'a');
    chmodSync(path, 0o640);
    writeFiles([{ path, before: 'a', after: 'b' }]);
    assert.equal(readFileSync(path, 'utf8'), 'b');
    assert.equal(statSync(path).mode & 0o777, 0o640);
    assert.deepEqual(readdirSync(folder), ['a.yaml']);
  });

  test('writes all files or none: a file that changed meanwhile stops it', () => {
    const [a, b] = [file('a.yaml', 'a'), file('b.yaml', 'changed')];
    assert.throws(
      () =>
        writeFiles([
          { path: a, before: 'a', after: 'x' },
          { path: b, before: 'b', after: 'y' },
        ]),
      { code: 'file-changed' },
    );
    assert.deepEqual(
      [readFileSync(a, 'utf8'), readFileSync(b, 'utf8'), readdirSync(folder)],
      ['a', 'changed', ['a.yaml', 'b.yaml']],
    );
  });

  test('a file that is gone is an error with a remedy', () => {
    assert.throws(() => writeFiles([{ path: join(folder, 'gone.yaml'), before: 'a', after: 'b' }]), {
      code: 'file-not-writable',
    });
  });
});
