/**
 * Runs the test files below the folders (or of the names) given and ends with the line `N passed, N failed`.
 * A skipped or cancelled test counts as failed: every test is there to be run.
 */
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { ROOT } from './actions.ts';

const given = process.argv.slice(2);
const files = given
  .flatMap((path) => (statSync(path).isDirectory() ? globSync(join(path, '**/*.test.ts')) : [path]))
  .filter((file) => given.includes(file) || !file.startsWith(join('test', 'e2e')))
  .sort();

let passed = 0;
let failed = 0;
const stream = run({ files: files.map((file) => join(ROOT, file)), concurrency: 2, cwd: ROOT });
stream.on('test:pass', ({ details, skip, todo }) => {
  if (details.type === 'suite') return;
  if (skip !== undefined || todo !== undefined) failed += 1;
  else passed += 1;
});
stream.on('test:fail', ({ details }) => {
  if (details.type !== 'suite') failed += 1;
});
stream.compose(spec).pipe(process.stdout, { end: false });
await new Promise((resolve) => stream.once('close', resolve));
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
