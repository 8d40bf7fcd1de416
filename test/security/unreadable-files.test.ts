import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fileMapping } from '../../src/actions/build-image/input-types/file-mapping.ts';
import { collectEntries } from '../../src/actions/build-image/layers/collect.ts';
import { PrivateKeyGuard } from '../../src/actions/build-image/layers/private-keys.ts';
import { Checkout } from '../actions/build-image/harness.ts';
import { onTestFinished } from '../jest-support.ts';

/** Files and folders that can't be read, and names that aren't UTF-8: a sentence with the path, and only where the file matters. */

let checkout: Checkout;
beforeEach(() => {
  checkout = new Checkout();
});
afterEach(() => checkout.remove());

/** The paths of the layer's files. Reads all of them, as the layer does. */
async function layerOf(line: string): Promise<string[]> {
  const entries = await collectEntries({
    mappings: [fileMapping.parse(line)],
    context: checkout.folder,
    mtime: 7,
    fromScratch: true,
    env: {},
    keys: new PrivateKeyGuard(),
  });
  const files = entries.filter((entry) => entry.kind === 'file');
  for (const { content } of files) for await (const _ of content());
  return files.map(({ path }) => path);
}

describe('in a layer', () => {
  const raw = (name: Buffer) => Buffer.concat([Buffer.from(`${checkout.folder}/app/`), name]);
  beforeEach(() => checkout.write('app/main.js', 'x'));

  test.each([
    ['a name in Latin-1', Buffer.from('caf\xe9.txt', 'latin1'), 'app/caf\\xe9.txt'],
    ['a cut character', Buffer.from([0x61, 0xe2, 0x82]), 'app/a\\xe2\\x82'],
    ['a surrogate', Buffer.from([0xed, 0xa0, 0x80]), 'app/\\xed\\xa0\\x80'],
    ['a line break', Buffer.from([0x0a, 0xff]), 'app/\\x0a\\xff'],
  ])('%s is shown escaped', async (_, name, shown) => {
    for (const make of [
      () => writeFileSync(raw(name), 'x'),
      () => mkdirSync(raw(name)),
      () => symlinkSync('x', raw(name)),
    ]) {
      make();
      await expect(layerOf('app => /app')).rejects.toMatchObject({
        code: 'file-name-not-utf8',
        message: expect.stringContaining(shown),
      });
      rmSync(raw(name), { recursive: true });
    }
  });

  test('a link to a name that is not UTF-8', async () => {
    symlinkSync(Buffer.from('caf\xe9', 'latin1'), join(checkout.folder, 'app/link'));
    await expect(layerOf('app => /app')).rejects.toMatchObject({
      code: 'file-name-not-utf8',
      message: expect.stringMatching(/The target of the link app\/link, caf\\xe9, is not UTF-8/),
    });
  });

  test('.dockerignore excludes it', async () => {
    writeFileSync(raw(Buffer.from('caf\xe9.txt', 'latin1')), 'x');
    checkout.write('.dockerignore', 'app/caf*\n');
    expect(await layerOf('app => /app')).toStrictEqual(['app/main.js']);
  });

  test('a name with a real replacement character is a name like any other', async () => {
    checkout.write('app/\ufffd.txt', 'x');
    expect(await layerOf('app => /app')).toStrictEqual(['app/main.js', 'app/\ufffd.txt']);
  });

  test('a file that is gone, or may not be read', async () => {
    const mappings = [fileMapping.parse('app => /app')];
    const keys = new PrivateKeyGuard();
    const collected = await collectEntries({
      mappings,
      context: checkout.folder,
      mtime: 7,
      fromScratch: false,
      env: {},
      keys,
    });
    rmSync(join(checkout.folder, 'app/main.js'));
    const read = async () => {
      for (const entry of collected) if (entry.kind === 'file') for await (const _ of entry.content());
    };
    await expect(read()).rejects.toMatchObject({
      code: 'source-not-readable',
      message: "Can't read app/main.js: no such file or folder.",
    });
    checkout.write('app/locked/x', 'x');
    chmodSync(join(checkout.folder, 'app/locked'), 0);
    onTestFinished(() => chmodSync(join(checkout.folder, 'app/locked'), 0o755));
    // Root may read everything.
    if (process.getuid?.() !== 0)
      await expect(layerOf('app => /app')).rejects.toMatchObject({
        code: 'source-not-readable',
        message: "Can't read app/locked: permission denied for the job's user.",
      });
  });

  test('a socket', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(checkout.folder, 'app/socket'), resolve));
    onTestFinished(() => server.close());
    await expect(layerOf('app => /app')).rejects.toMatchObject({
      code: 'source-unsupported',
      message: 'app/socket is neither a file, a folder nor a symbolic link.',
    });
  });
});
