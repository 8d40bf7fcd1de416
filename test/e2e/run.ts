// `npm run test:e2e [-- test files]`: installs what is missing, starts the shared components once, and runs the tests with them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startArgoCd } from './components/argo-cd.ts';
import { harnessVariable } from './components/cleanup.ts';
import { startCluster } from './components/cluster.ts';
import { type Harness, withHarness } from './components/harness.ts';
import { startRegistry } from './components/registry.ts';
import { describe, missingRequirements } from './doctor.ts';
import { installPrograms } from './tools/apt.ts';
import { locate } from './tools/locate.ts';
import { toolboxes } from './tools/modules.ts';
import { build } from './tools/toolbox.ts';

installPrograms(console.log);
if (locate('go') !== undefined) for (const toolbox of toolboxes) await build(toolbox, console.log);
const missing = missingRequirements();
if (missing.length > 0) {
  console.error(`The end-to-end tests use real components, and these are missing:\n${describe(missing)}`);
  process.exit(1);
}
const root = join(import.meta.dirname, '..', '..');
process.exitCode = await withHarness(runTests);

async function runTests(harness: Harness): Promise<number> {
  const started = Date.now();
  const [registry, cluster] = await Promise.all([startRegistry(harness), startCluster(harness)]);
  const argoCd = await startArgoCd(harness, cluster);
  console.log(`Registry, cluster and Argo CD are up after ${((Date.now() - started) / 1000).toFixed(1)} s`);
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--selectProjects', 'e2e'];
  // One file after the other, because all of them use the same node.
  const options = ['--runInBand', '--testTimeout=600000', ...process.argv.slice(2)];
  const tests = spawn(process.execPath, [...jest, ...options], {
    cwd: root,
    env: {
      ...process.env,
      KUBECONFIG: cluster.kubeconfig,
      E2E_REGISTRY: registry.address,
      E2E_ARGOCD_NAMESPACE: argoCd.namespace,
      [harnessVariable]: harness.folder,
    },
    stdio: 'inherit',
  });
  const [code] = await once(tests, 'exit');
  if (code !== 0) for (const daemon of harness.daemons) console.error(daemon.logTail());
  return Number(code ?? 1);
}
