import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { expectWithNote } from '../../jest-support.ts';
import type { Checkout } from './harness.ts';

let checkout: Checkout;
beforeEach(() => {
  checkout = openCheckout();
});
afterEach(() => checkout.remove());

import { addIndex, openCheckout, scratch, startRegistry } from './layer-images.ts';

test.each([
  [
    'a platform that the base does not have',
    { platforms: 'linux/s390x' },
    /platform-not-found::.*no image for linux\/s390x.\n→ It has linux\/amd64/,
  ],
  [
    'a base that does not exist',
    { base: 'BASE:14' },
    /image-not-found::The registry has no image .*library\/debian:14/,
  ],
  ['a source that does not exist', { files: 'dst => /app' }, /source-not-found::.*"dst"/],
] as const)('%s is reported, and nothing is pushed', async (_what, change, error) => {
  const registry = await startRegistry();
  addIndex(registry, 'library/debian', ['amd64']);
  const base = `${registry.host}/library/debian`;
  const inputs: Record<string, string> = { ...scratch(registry), base: `${base}:13`, ...change };
  const outcome = await checkout.run({ ...inputs, base: (inputs['base'] ?? '').replace('BASE', base) });
  expect(outcome.exitCode).toBe(1);
  expect(outcome.error).toMatch(error);
  expect(registry.lines(/^PUT/)).toStrictEqual([]);
  expectWithNote(outcome.outputs['tag'], 'outputs that were known are set').toBe('main');
  expect(checkout.leftovers()).toStrictEqual([]);
});

test('a login without the right to push is reported before anything is built', async () => {
  const accounts = { ci: { password: 's3cret-pass', may: (_: string, action: string) => action === 'pull' } };
  const registry = await startRegistry({ access: { kind: 'bearer', accounts } });
  const login = { 'registry-username': 'ci', 'registry-password': 's3cret-pass' };
  const outcome = await checkout.run({ ...scratch(registry), files: 'absent => /app', ...login });
  expect(outcome.error).toMatch(/registry-denied::.*does not allow to push/);
});

test('a folder with credentials, or a link out of the context, fails the build', async () => {
  const registry = await startRegistry();
  checkout.write('dist/.npmrc', 'token');
  const outcome = await checkout.run(scratch(registry));
  expect(outcome.error).toMatch(/secret-in-layer::.*dist\/\.npmrc/);
  symlinkSync('/etc/hostname', join(checkout.folder, 'hostname'));
  expect((await checkout.run({ ...scratch(registry), files: 'hostname => /h' })).error).toMatch(
    /source-outside-context/,
  );
});
