import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Harness } from './harness.ts';
import { freePort } from './ports.ts';
import { answers } from './probe.ts';

/** A registry that accepts pushes over plain HTTP without a login. */
export interface Registry {
  /** Host and port, as in an image reference. */
  readonly address: string;
}

/** Returns the registry of E2E_REGISTRY, or starts one (of the distribution project). */
export async function startRegistry(harness: Harness): Promise<Registry> {
  const given = process.env['E2E_REGISTRY'];
  if (given !== undefined) return { address: given };
  const folder = harness.scratch('registry');
  const address = `127.0.0.1:${await freePort()}`;
  const config = {
    version: '0.1',
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: { addr: address },
  };
  // The registry reads YAML, and JSON is valid YAML.
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(config));
  await harness.daemon({
    name: 'registry',
    program: 'docker-registry',
    args: ['serve', join(folder, 'config.yml')],
    probe: answers(`http://${address}/v2/`),
  });
  return { address };
}
