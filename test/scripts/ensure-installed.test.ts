import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from '../../scripts/actions.ts';
import { locate } from '../e2e/tools/locate.ts';
import { onTestFinished } from '../jest-support.ts';

/** A machine that has these programs and no others; `go` does nothing on it. */
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
  return { status, said: stderr, printed: stdout };
}

describe('a machine that lacks what the commands need is told so before anything is done', () => {
  it('npm test and npm run demo: git', () => {
    const { status, said, printed } = run(process.execPath, ['scripts/ensure-installed.mjs'], machine());
    expect([status, printed]).toStrictEqual([1, '']);
    expect(said).toMatch(/^✗ git is missing: .*\n {2}→ Install git and put it on PATH\.\n$/);
  });

  it('npm run lint:workflows: Go, and Python with venv', () => {
    const lint = (path: string) => run('/bin/bash', ['scripts/lint-workflows.sh'], path);
    const bare = lint(machine('dirname'));
    expect(bare.status).toBe(1);
    expect(bare.said).toMatch(/^✗ .* need Go, .*\n {2}→ Install Go 1\.25 or newer/);
    const withGo = lint(machine('dirname', 'go'));
    expect(withGo.status).toBe(1);
    expect(withGo.said).toMatch(/^✗ .* need Python 3 with venv.*\n {2}→ .*apt-get install python3-venv/);
  });

  it('.ci/run: all of them, with their packages', () => {
    const { status, said } = run('/bin/bash', ['.ci/install'], machine('dirname', 'sort', 'head', 'id'));
    expect(status).toBe(1);
    expect(said).toMatch(
      /^✗ This machine lacks packages: git ca-certificates python3-venv golang-go\.\n {2}→ Install them/,
    );
  });
});

describe('the cache of what the tests have compiled', () => {
  const folder = (env: Readonly<Record<string, string>>) => {
    const script = `import { cacheFolder } from './test/e2e/tools/toolbox.ts'; process.stdout.write(cacheFolder())`;
    const args = ['--input-type=module', '--eval', script];
    return spawnSync(process.execPath, args, { cwd: ROOT, env: { HOME: '/home/ada', ...env }, encoding: 'utf8' })
      .stdout;
  };

  it('is where E2E_CACHE says, else in the cache of the user', () => {
    expect(folder({})).toBe('/home/ada/.cache/gitops-actions/e2e');
    expect(folder({ XDG_CACHE_HOME: '/caches' })).toBe('/caches/gitops-actions/e2e');
    expect(folder({ XDG_CACHE_HOME: '/caches', E2E_CACHE: '/own' })).toBe('/own');
    expect(folder({ XDG_CACHE_HOME: '', E2E_CACHE: '' })).toBe('/home/ada/.cache/gitops-actions/e2e');
  });
});
