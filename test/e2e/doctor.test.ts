import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { aptArguments } from './tools/apt.ts';
import { programs } from './tools/packages.ts';

test('npm run test:e2e fails before it starts anything if programs are missing, and says how to get them', () => {
  const empty = mkdtempSync(join(tmpdir(), 'doctor-test-'));
  const { CI: _, KUBECONFIG: __, E2E_REGISTRY: ___, ...environment } = process.env;
  for (const env of [environment, { ...environment, CI: 'true' }]) {
    const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'run.ts')], {
      env: { ...env, PATH: empty, E2E_CACHE: empty },
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/✗ git \(/);
    expect(stderr).toMatch(/✗ buildah \(an engine of build-image\)/);
    expect(stderr).toMatch(/→ As root: apt-get update && apt-get install .*\bbuildah\b/);
    expect(stderr).toMatch(/✗ go, which compiles Kubernetes, Argo CD, Argo Rollouts and Flux/);
  }
  rmSync(empty, { recursive: true });
});

test('apt-get is called with each package once', () => {
  const names = aptArguments(programs).slice(3);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain('containerd');
});
