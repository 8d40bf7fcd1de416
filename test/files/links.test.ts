import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { leadsOutByLink } from '../../src/files/links.ts';

test('a path leads out of a folder only through a symbolic link inside the folder', async () => {
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'links-test-')));
  try {
    const root = join(place, 'root');
    mkdirSync(join(root, 'deep'), { recursive: true });
    for (const file of ['outside', 'root/inside', 'root/..inside']) writeFileSync(join(place, file), 'x');
    symlinkSync('../outside', join(root, 'out'));
    symlinkSync('inside', join(root, 'in'));
    symlinkSync(place, join(root, 'deep/up'));
    const leads = (path: string) => leadsOutByLink(join(root, path), root);
    expect(await Promise.all(['out', 'deep/up/outside'].map(leads))).toStrictEqual([true, true]);
    expect(
      await Promise.all(['in', 'inside', '..inside', 'deep', 'deep/up/root/inside', '../outside', 'none'].map(leads)),
    ).toStrictEqual([false, false, false, false, false, false, false]);
    symlinkSync(root, join(place, 'alias'));
    expect(await leadsOutByLink(join(place, 'alias/inside'), join(place, 'alias'))).toBe(false);
  } finally {
    rmSync(place, { recursive: true });
  }
});
