import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { aptArguments } from './tools/apt.ts';
import { programs } from './tools/packages.ts';

test('where parts are missing, the run fails before it starts anything, and says how to get them', () => {
  const empty = mkdtempSync(join(tmpdir(), 'doctor-test-'));
  const { CI: _, KUBECONFIG: __, E2E_REGISTRY: ___, ...environment } = process.env;
  for (const env of [environment, { ...environment, CI: 'true' }]) {
    const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'run.ts')], {
      env: { ...env, PATH: empty, E2E_CACHE: empty },
      encoding: 'utf8',
    });
    assert.equal(status, 1);
    assert.match(stderr, /✗ git \(/);
    assert.match(stderr, /✗ buildah \(an engine of build-image\)/);
    assert.match(stderr, /→ As root: apt-get update && apt-get install .*\bbuildah\b/);
    assert.match(stderr, /✗ go, which compiles Kubernetes, Argo CD, Argo Rollouts and Flux/);
  }
  rmSync(empty, { recursive: true });
});

test('each package is asked for once', () => {
  const names = aptArguments(programs).slice(3);
  assert.equal(new Set(names).size, names.length);
  assert.ok(names.includes('containerd'));
});
