/**
 * Generates files from the sources (`npm run generate`): action.yml and the tables of the README of each action, and pages in docs/.
 * With --check, writes nothing, and fails if a file is stale.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { actionNames, loadContract, ROOT } from './actions.ts';
import { actionYaml } from './generate/action-yaml.ts';
import { errorsPage } from './generate/errors/page.ts';
import { imageFieldsTable } from './generate/image-fields.ts';
import { causesTable, failureCausesPage } from './generate/readiness/causes-page.ts';
import { readinessPage } from './generate/readiness/page.ts';
import { readmeWithTables } from './generate/readme.ts';

const checking = process.argv.includes('--check');
const stale: string[] = [];

function write(path: string, content: string): void {
  const file = join(ROOT, path);
  if (existsSync(file) && readFileSync(file, 'utf8') === content) return;
  stale.push(path);
  if (checking) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** Tables that a README has besides inputs and outputs: the entries of the action's extension points. */
const extensionTables: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'bump-manifest-tag': { 'image fields': imageFieldsTable() },
  'wait-for-rollout': { causes: causesTable() },
};

for (const action of actionNames()) {
  const contract = await loadContract(action);
  const readme = `actions/${action}/README.md`;
  write(`actions/${action}/action.yml`, actionYaml(contract));
  const written = existsSync(join(ROOT, readme)) ? readFileSync(join(ROOT, readme), 'utf8') : undefined;
  write(readme, readmeWithTables(written, contract, extensionTables[action]));
}

write('docs/readiness.md', readinessPage());
write('docs/errors.md', errorsPage());
write('docs/failure-causes.md', failureCausesPage());

if (checking && stale.length > 0) {
  console.error(`Stale files. Run \`npm run generate\` and commit:\n  ${stale.join('\n  ')}`);
  process.exitCode = 1;
} else {
  console.log(stale.length > 0 ? `Wrote ${stale.join(', ')}.` : 'Generated files are up to date.');
}
