import { expect, test } from '@jest/globals';
import { useWorkspace } from './harness.ts';

const workspace = useWorkspace();
const SHOP = 'ghcr.io/acme/shop';
const ENCRYPTED = `image: {repository: ${SHOP}, tag: 1.0.0}\nsops: {mac: "ENC[AES256_GCM,data:JzEQ]"}\n`;

test('a file that SOPS encrypted fails the step, and the error says how SOPS changes it', async () => {
  workspace.file('values.enc.yaml', ENCRYPTED);
  const { code, log } = await workspace.run({ image: `${SHOP}:2.0.0` });
  expect(code).toBe(1);
  expect(workspace.read('values.enc.yaml')).toBe(ENCRYPTED);
  expect(log).toContain(`\`sops set values.enc.yaml '["image"]["tag"]' '"2.0.0"'\``);
});

test('a file that SOPS encrypted is left, and named, if other files match', async () => {
  workspace.file('values.enc.yaml', ENCRYPTED);
  workspace.file('values.yaml', `image: {repository: ${SHOP}, tag: 1.0.0}\n`);
  const { code, summary, json } = await workspace.run({ image: `${SHOP}:2.0.0` });
  expect(code).toBe(0);
  expect(json('files')).toStrictEqual(['values.yaml']);
  expect(summary).toContain('counts in the MAC of SOPS');
});

test('a Kustomization that SOPS encrypted gets no new entry', async () => {
  workspace.file(
    'kustomization.yaml',
    'images: [{name: other, newTag: v1}]\nsops: {mac: "ENC[AES256_GCM,data:JzEQ]"}\n',
  );
  const { code, log } = await workspace.run({ image: `${SHOP}:2.0.0`, create: 'true' });
  expect([code, log]).toStrictEqual([1, expect.stringContaining('field-refused')]);
});
