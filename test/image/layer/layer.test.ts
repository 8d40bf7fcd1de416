import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { digestOf } from '../../../src/image/digest.ts';
import { writeLayer } from '../../../src/image/layer/layer.ts';
import { type TarEntry, tar } from '../../../src/image/layer/tar.ts';
import { expectWithNote, invariant } from '../../jest-support.ts';
import { readTar } from './read-tar.ts';

const folder = mkdtempSync(join(tmpdir(), 'layer-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(path: string, content: Buffer, more: Partial<{ mode: number; uid: number; gid: number }> = {}): TarEntry {
  return {
    kind: 'file',
    path,
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtime: 1_700_000_000,
    size: content.length,
    content: async function* () {
      yield content;
    },
    ...more,
  };
}

async function archive(entries: Iterable<TarEntry>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar(entries)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const name = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9 ._-]{1,40}$/),
  fc.stringMatching(/^[a-z]{90,160}$/),
  fc.constantFrom('ünïcödé', '日本語', 'with\nnewline', '🚀'.repeat(30)),
);
const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
const owner = fc.oneof(fc.integer({ min: 0, max: 70_000 }), fc.constantFrom(2_097_151, 2_097_152, 4_294_967_294));
const common = {
  path,
  mode: fc.integer({ min: 0, max: 0o7777 }),
  uid: owner,
  gid: owner,
  mtime: fc.integer({ min: 0, max: 2 ** 33 - 1 }),
};
const entry: fc.Arbitrary<{ entry: TarEntry; content: Buffer }> = fc.oneof(
  fc.record({ ...common, bytes: fc.uint8Array({ maxLength: 2000 }) }).map(({ bytes, ...rest }) => {
    const content = Buffer.from(bytes);
    return {
      entry: {
        ...file(rest.path, content),
        ...rest,
        kind: 'file' as const,
        size: content.length,
        content: pieces(content),
      },
      content,
    };
  }),
  fc.record(common).map((rest) => ({ entry: { ...rest, kind: 'directory' as const }, content: Buffer.alloc(0) })),
  fc
    .record({ ...common, target: path })
    .map((rest) => ({ entry: { ...rest, kind: 'symlink' as const }, content: Buffer.alloc(0) })),
);

function pieces(content: Buffer) {
  return async function* () {
    for (let at = 0; at < content.length; at += 700) yield content.subarray(at, at + 700);
  };
}

test('an archive contains the entries that were written, with all their fields', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 6 }), async (entries) => {
      const bytes = await archive(entries.map((it) => it.entry));
      expect(bytes.length % 512).toBe(0);
      const read = readTar(bytes);
      expect(read.length).toBe(entries.length);
      for (const [index, { entry: written, content }] of entries.entries()) {
        const got = read[index];
        invariant(got);
        const { mode, uid, gid, mtime, link } = got;
        expect(got.path).toBe(written.kind === 'directory' ? `${written.path}/` : written.path);
        expect({ mode, uid, gid, mtime }).toStrictEqual({
          mode: written.mode,
          uid: written.uid,
          gid: written.gid,
          mtime: written.mtime,
        });
        expect(link).toBe(written.kind === 'symlink' ? written.target : '');
        expect(got.content).toStrictEqual(content);
      }
    }),
    { seed: 20261121, numRuns: 200 },
  );
});

test('only a value that does not fit into ustar adds a pax header', async () => {
  const plain = await archive([file('app/index.html', Buffer.from('x'))]);
  expect(plain.length).toBe(512 + 512 + 1024);
  const long = await archive([file(`${'a'.repeat(80)}/${'b'.repeat(80)}`, Buffer.from('x'))]);
  expectWithNote(long.length, 'split at a slash').toBe(512 + 512 + 1024);
  const unicode = await archive([file('ü', Buffer.from('x'))]);
  expect(unicode.length).toBe(1024 + 512 + 512 + 1024);
});

test('a file that changes while it is read fails the layer', async () => {
  const shrunk: TarEntry = {
    ...file('a', Buffer.from('long')),
    kind: 'file',
    size: 9,
    content: pieces(Buffer.from('long')),
  };
  await expect(archive([shrunk])).rejects.toMatchObject({
    code: 'file-changed',
    message: expect.stringMatching(/\/a changed while it was read: it had 9 bytes, and 4 were read/),
  });
});

test.each([
  ['gzip', gunzipSync],
  ['zstd', zstdDecompressSync],
  ['none', (bytes: Buffer) => bytes],
] as const)('a layer (%s) is reproducible, and its digests are those of its bytes', async (compression, open) => {
  const content = Buffer.alloc(3_000_000, 'some text that compresses ');
  const entries = () => [file('app/a', content), file('app/b', Buffer.from('x'))];
  const one = await writeLayer(entries(), compression, join(folder, 'one'));
  const two = await writeLayer(entries(), compression, join(folder, 'two'));
  const bytes = readFileSync(join(folder, 'one'));
  expect(one.digest).toBe(digestOf(bytes));
  expect(one.size).toBe(bytes.length);
  expect(two.digest).toBe(one.digest);
  const unpacked = open(bytes);
  expect(one.diffId).toBe(digestOf(unpacked));
  expect(readTar(unpacked).map((it) => it.path)).toStrictEqual(['app/a', 'app/b']);
  if (compression === 'gzip') expect([...bytes.subarray(4, 8), bytes[9]]).toStrictEqual([0, 0, 0, 0, 255]);
  const part: Uint8Array[] = [];
  for await (const chunk of one.open(10, 20)) part.push(chunk);
  expect(Buffer.concat(part)).toStrictEqual(bytes.subarray(10, 20));
});

test('a layer that fails has no write left pending', async () => {
  const failing: TarEntry = {
    ...file('a', Buffer.from('x')),
    kind: 'file',
    size: 1,
    // biome-ignore lint/correctness/useYield: it fails before it yields anything
    content: async function* () {
      throw new Error('disk gone');
    },
  };
  await expect(writeLayer([failing], 'gzip', join(folder, 'failed'))).rejects.toThrow(/disk gone/);
  for (let round = 0; round < 50; round++) {
    const scratch = join(folder, `scratch-${round}`);
    mkdirSync(scratch);
    await expect(writeLayer([failing], 'gzip', join(scratch, 'layer'))).rejects.toThrow(/disk gone/);
    expectWithNote(readdirSync(scratch), 'the file was opened before the failure was reported').toStrictEqual([
      'layer',
    ]);
  }
});
