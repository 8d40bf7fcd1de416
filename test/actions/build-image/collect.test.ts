import { chmodSync, mkdirSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { fileMapping } from '../../../src/actions/build-image/input-types/file-mapping.ts';
import { collectEntries } from '../../../src/actions/build-image/layers/collect.ts';
import { PrivateKeyGuard } from '../../../src/actions/build-image/layers/private-keys.ts';
import type { Env } from '../../../src/core/inputs.ts';
import { Checkout } from './harness.ts';

let checkout: Checkout;
beforeEach(() => {
  checkout = new Checkout();
});
afterEach(() => checkout.remove());

async function entries(lines: string, fromScratch = true, env: Env = {}): Promise<string[]> {
  const mappings = lines.split('\n').map((line) => fileMapping.parse(line));
  const found = await collectEntries({
    mappings,
    context: checkout.folder,
    mtime: 7,
    fromScratch,
    env,
    keys: new PrivateKeyGuard(),
  });
  return found.map((entry) => {
    const mode = entry.mode.toString(8).padStart(4, '0');
    const rest = entry.kind === 'symlink' ? ` -> ${entry.target}` : entry.kind === 'directory' ? '/' : '';
    expect(entry.mtime).toBe(7);
    return `${mode} ${entry.uid}:${entry.gid} ${entry.path}${rest}`;
  });
}

test('a folder gives its contents and parents, sorted, independent of the umask and the times of its files', async () => {
  checkout.write('dist/b.js', '1', 0o600);
  checkout.write('dist/a/run.sh', '2', 0o711);
  checkout.write('dist/a-b', '3', 0o444);
  symlinkSync('a/run.sh', join(checkout.folder, 'dist/start'));
  mkdirSync(join(checkout.folder, 'dist/empty'), { mode: 0o700 });
  const expected = [
    '0755 0:0 srv/',
    '0755 0:0 srv/app/',
    '0755 0:0 srv/app/a/',
    '0644 0:0 srv/app/a-b',
    '0755 0:0 srv/app/a/run.sh',
    '0644 0:0 srv/app/b.js',
    '0755 0:0 srv/app/empty/',
    '0777 0:0 srv/app/start -> a/run.sh',
  ].sort((a, b) =>
    Buffer.compare(
      Buffer.from(a.slice(9).replace(/\/$| ->.*$/, '')),
      Buffer.from(b.slice(9).replace(/\/$| ->.*$/, '')),
    ),
  );
  expect(await entries('dist => /srv/app')).toStrictEqual(expected);
  utimesSync(join(checkout.folder, 'dist/b.js'), 1, 1);
  chmodSync(join(checkout.folder, 'dist/a-b'), 0o664);
  expect(await entries('dist => /srv/app')).toStrictEqual(expected);
});

test('a file goes to a path, or into a folder, with the mode and owner of its line', async () => {
  checkout.write('bin/shop', 'x');
  expect(
    await entries('bin/shop => /usr/bin/store mode=0700 owner=10:20\nbin/shop => /opt/shop/ owner=5'),
  ).toStrictEqual([
    '0755 0:0 opt/',
    '0755 5:5 opt/shop/',
    '0644 5:5 opt/shop/shop',
    '0755 0:0 usr/',
    '0755 0:0 usr/bin/',
    '0700 10:20 usr/bin/store',
  ]);
});

test('with a base, no entries are added for its standard folders', async () => {
  checkout.write('rootfs/usr/local/bin/shop', 'x', 0o755);
  checkout.write('rootfs/tmp/cache/x', 'x');
  expect(await entries('rootfs => /', false)).toStrictEqual([
    '0755 0:0 tmp/cache/',
    '0644 0:0 tmp/cache/x',
    '0755 0:0 usr/local/bin/shop',
  ]);
  expect((await entries('rootfs/tmp/cache/x => /tmp/x'))[0]).toStrictEqual('1777 0:0 tmp/');
});

test('a later line replaces the file of an earlier one; a path that is both a file and a folder is refused', async () => {
  checkout.write('a', 'x');
  checkout.write('d/f', 'x');
  expect(await entries('a => /x mode=0600\na => /x mode=0644')).toStrictEqual(['0644 0:0 x']);
  await expect(entries('a => /x\nd => /x')).rejects.toMatchObject({
    code: 'files-conflict',
    message: expect.stringMatching(/\/x both a folder/),
  });
  await expect(entries('a => /x\na => /x/y')).rejects.toMatchObject({ code: 'files-conflict' });
});

test('a folder gives no .git, and is refused if it contains credentials that no line names', async () => {
  checkout.write('app/.git/config', 'token');
  checkout.write('app/main.js', 'x');
  expect(await entries('app => /app')).toStrictEqual(['0755 0:0 app/', '0644 0:0 app/main.js']);
  checkout.write('app/.env', 'PASSWORD=x');
  checkout.write('app/.env.example', 'PASSWORD=');
  checkout.write('app/keys/id_ed25519', 'x');
  await expect(entries('app => /app')).rejects.toMatchObject({
    code: 'secret-in-layer',
    message: expect.stringMatching(
      /2 files that usually contain credentials .*"app": app\/\.env, app\/keys\/id_ed25519/,
    ),
  });
  expect(await entries('app/.env => /app/.env')).toStrictEqual(['0755 0:0 app/', '0644 0:0 app/.env']);
});

test('a source outside the context is refused, also through a symbolic link', async () => {
  checkout.write('inside/x', 'x');
  symlinkSync('/etc/passwd', join(checkout.folder, 'passwd'));
  symlinkSync('/etc', join(checkout.folder, 'inside/etc'));
  symlinkSync('inside', join(checkout.folder, 'alias'));
  await expect(entries('passwd => /p')).rejects.toMatchObject({
    code: 'source-outside-context',
    message: expect.stringMatching(/"passwd", which leads out of the context \(to \/etc\/passwd\)/),
  });
  await expect(entries('../ => /p')).rejects.toMatchObject({ code: 'source-outside-context' });
  await expect(entries('absent => /p')).rejects.toMatchObject({
    code: 'source-not-found',
    message: expect.stringMatching(/"absent"/),
  });
  expect(await entries('inside => /app')).toStrictEqual([
    '0755 0:0 app/',
    '0777 0:0 app/etc -> /etc',
    '0644 0:0 app/x',
  ]);
  expect(await entries('alias => /app')).toStrictEqual(await entries('inside => /app'));
});
