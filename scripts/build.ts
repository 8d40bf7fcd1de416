/**
 * Compiles src/ to lib/, and bundles every action to dist/<action>/ (`npm run build`).
 * With --check, bundles into a temporary folder, and fails if the committed dist/ differs.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import { inParallel } from '../src/core/parallel.ts';
import { actionNames, ROOT } from './actions.ts';
import { emptyDescriptions } from './build/descriptions.ts';
import { bundledPackages, licensesText } from './build/licenses.ts';
import { copyToolkit } from './build/toolkit.ts';

const run = promisify(execFile);
const bin = (name: string) => join(ROOT, 'node_modules', '.bin', name);

async function compile(): Promise<void> {
  rmSync(join(ROOT, 'lib'), { recursive: true, force: true });
  await run(bin('tsc'), ['-p', 'tsconfig.build.json'], { cwd: ROOT });
  emptyDescriptions(join(ROOT, 'lib'));
  copyToolkit(join(ROOT, 'node_modules'), join(ROOT, 'lib', 'node_modules'));
}

async function bundle(action: string, out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  const entry = join('lib', 'actions', action, 'index.js');
  const statistics = join(ROOT, 'lib', `${action}.json`);
  await run(bin('ncc'), ['build', entry, '-o', out, '-q', '--no-cache', '--stats-out', statistics], { cwd: ROOT });
  const packages = bundledPackages(JSON.parse(readFileSync(statistics, 'utf8')));
  writeFileSync(join(out, 'licenses.txt'), licensesText(packages));
  const scripts = readdirSync(out).filter((name) => name.endsWith('.js'));
  await Promise.all(scripts.map((name) => minify(join(out, name))));
}

/** ncc's own `--minify` doesn't minify the chunks of dynamic imports. */
async function minify(file: string): Promise<void> {
  const source = readFileSync(file, 'utf8');
  const { code } = await transform(source, {
    minify: true,
    format: 'esm',
    target: 'node24',
    legalComments: 'none',
    charset: 'utf8',
  });
  writeFileSync(file, code);
}

/** Bundles two actions at a time: each ncc process keeps one core busy. */
async function bundleAll(dist: string): Promise<void> {
  await inParallel(actionNames(), 2, (action) => bundle(action, join(dist, action)));
}

function differences(expected: string, actual: string): string[] {
  const filesOf = (folder: string) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  const names = new Set([...filesOf(expected), ...filesOf(actual)]);
  const content = (file: string) => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return undefined;
    }
  };
  return [...names].filter((name) => content(join(expected, name)) !== content(join(actual, name))).sort();
}

try {
  await compile();
  if (process.argv.includes('--check')) {
    const temporary = mkdtempSync(join(tmpdir(), 'dist-check-'));
    try {
      await bundleAll(temporary);
      const stale = differences(temporary, join(ROOT, 'dist'));
      if (stale.length > 0)
        throw new Error(`dist/ is stale. Run \`npm run build\` and commit it:\n  ${stale.join('\n  ')}`);
      console.log('dist/ is up to date.');
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  } else {
    await bundleAll(join(ROOT, 'dist'));
    console.log(`Built ${actionNames().join(', ')}.`);
  }
} catch (thrown) {
  const output = thrown instanceof Error && 'stdout' in thrown ? String(thrown.stdout) : '';
  console.error(output || (thrown instanceof Error ? thrown.message : String(thrown)));
  process.exitCode = 1;
}
