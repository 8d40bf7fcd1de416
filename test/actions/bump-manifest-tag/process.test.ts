import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readKeyValues } from '../../runner/command-files.ts';
import { REPOSITORY, useWorkspace } from './harness.ts';

const workspace = useWorkspace();

test('bump-manifest-tag as a process reads the environment, writes files and exits with 0', () => {
  workspace.example();
  const entry = join(REPOSITORY, 'src/actions/bump-manifest-tag/index.ts');
  const env = { ...workspace.environment({ image: 'ghcr.io/acme/cart:1.0.0' }), PATH: process.env['PATH'] };
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry], { env, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toMatch(/✓ 4 fields in 4 files changed; 4 fields matched in 19 searched files\n$/);
  const outputs = readKeyValues(readFileSync(env.GITHUB_OUTPUT, 'utf8'));
  expect(outputs['status']).toBe('success');
  expect(workspace.read('apps/cart/overlays/staging/kustomization.yaml')).toMatch(/newTag: 1\.0\.0, digest: "" }/);
});
