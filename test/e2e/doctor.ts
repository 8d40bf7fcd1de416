// Prints what the end-to-end tests need and this machine lacks: `node test/e2e/doctor.ts`.
import { pathToFileURL } from 'node:url';
import { aptArguments, missingPrograms } from './tools/apt.ts';
import { locate } from './tools/locate.ts';
import { toolboxes } from './tools/modules.ts';
import { isBuilt } from './tools/toolbox.ts';

/** Something that the end-to-end tests need and this machine lacks, and how to get it. */
export interface MissingRequirement {
  readonly what: string;
  readonly remedy: string;
}

/** Lists everything that is missing. If the list is empty, the tests can run. */
export function missingRequirements(): readonly MissingRequirement[] {
  return [...missingPrivilege(), ...missingProgramRequirements(), ...missingToolboxes()];
}

function missingPrivilege(): readonly MissingRequirement[] {
  if (process.env['KUBECONFIG'] !== undefined || process.getuid?.() === 0) return [];
  const remedy = 'Run as root, or set KUBECONFIG to a cluster and E2E_REGISTRY to its registry.';
  return [{ what: 'the right to run a Kubernetes node on this machine', remedy }];
}

function missingProgramRequirements(): readonly MissingRequirement[] {
  const missing = missingPrograms();
  const command = `As root: apt-get update && apt-get ${aptArguments(missing).join(' ')}`;
  return missing.map(({ name, purpose }) => ({ what: `${name} (${purpose})`, remedy: command }));
}

function missingToolboxes(): readonly MissingRequirement[] {
  if (locate('go') === undefined) {
    return [
      {
        what: 'go, which compiles Kubernetes, Argo CD, Argo Rollouts and Flux',
        remedy: 'Install Go 1.25 or newer and put it on PATH.',
      },
    ];
  }
  return toolboxes
    .filter((toolbox) => !isBuilt(toolbox))
    .map(({ name }) => ({
      what: `the compiled ${name}`,
      remedy: `npm exec -- node test/e2e/tools/install.ts ${name}`,
    }));
}

/** Formats the list, grouped by remedy. */
export function describe(list: readonly MissingRequirement[]): string {
  const remedies = Map.groupBy(list, ({ remedy }) => remedy);
  return [...remedies]
    .map(([remedy, entries]) => `${entries.map(({ what }) => `  ✗ ${what}\n`).join('')}    → ${remedy}\n`)
    .join('');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const list = missingRequirements();
  console.log(list.length === 0 ? 'Nothing is missing: the end-to-end tests can run.' : describe(list).trimEnd());
  process.exitCode = list.length === 0 ? 0 : 1;
}
