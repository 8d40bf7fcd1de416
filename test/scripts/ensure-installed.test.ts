import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from '../../scripts/actions.ts';
import { locate } from '../e2e/tools/locate.ts';
import { onTestFinished } from '../jest-support.ts';

/** A PATH with only these programs; its `go` does nothing. */
function machine(...programs: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'machine-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of programs) symlinkSync(locate(name === 'go' ? 'true' : name) ?? '', join(folder, name));
  return folder;
}

function run(program: string, args: readonly string[], path: string) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: ROOT,
    env: { PATH: path, HOME: path },
    encoding: 'utf8',
  });
  return { status, stderr, stdout };
}

describe('a command on a machine without its prerequisites fails at once and names them', () => {
  it('npm test and npm run demo name git', () => {
    const { status, stderr, stdout } = run(process.execPath, ['scripts/ensure-installed.mjs'], machine());
    expect([status, stdout]).toStrictEqual([1, '']);
    expect(stderr).toMatch(/^✗ git is missing: .*\n {2}→ Install git and put it on PATH\.\n$/);
  });

  it('npm run lint:workflows names Go, and Python with venv', () => {
    const lint = (path: string) => run('/bin/bash', ['scripts/lint-workflows.sh'], path);
    const bare = lint(machine('dirname'));
    expect(bare.status).toBe(1);
    expect(bare.stderr).toMatch(/^✗ .* need Go, .*\n {2}→ Install Go 1\.25 or newer/);
    const withGo = lint(machine('dirname', 'go'));
    expect(withGo.status).toBe(1);
    expect(withGo.stderr).toMatch(/^✗ .* need Python 3 with venv.*\n {2}→ .*apt-get install python3-venv/);
  });

  it('.ci/run names all of them with their packages', () => {
    const { status, stderr } = run('/bin/bash', ['.ci/install'], machine('dirname', 'sort', 'head', 'id'));
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^✗ These packages are missing: git ca-certificates python3-venv golang-go\.\n {2}→ Install them/,
    );
  });
});

describe('the cache folder of compiled test tools', () => {
  const folder = (env: Readonly<Record<string, string>>) => {
    const script = `import { cacheFolder } from './test/e2e/tools/toolbox.ts'; process.stdout.write(cacheFolder())`;
    const args = ['--input-type=module', '--eval', script];
    return spawnSync(process.execPath, args, { cwd: ROOT, env: { HOME: '/home/ada', ...env }, encoding: 'utf8' })
      .stdout;
  };

  it('is E2E_CACHE, or else a folder in the cache of the user', () => {
    expect(folder({})).toBe('/home/ada/.cache/gitops-actions/e2e');
    expect(folder({ XDG_CACHE_HOME: '/caches' })).toBe('/caches/gitops-actions/e2e');
    expect(folder({ XDG_CACHE_HOME: '/caches', E2E_CACHE: '/own' })).toBe('/own');
    expect(folder({ XDG_CACHE_HOME: '', E2E_CACHE: '' })).toBe('/home/ada/.cache/gitops-actions/e2e');
  });
});
