import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Harness } from './harness.ts';
import { freePort } from './ports.ts';
import { answers } from './probe.ts';

/** A registry that takes what is pushed over plain HTTP, without a login. */
export interface Registry {
  /** Host and port, as they stand in image references. */
  readonly address: string;
}

/** The registry that E2E_REGISTRY names, else one of our own (the distribution project's). */
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
  // The registry reads YAML, which takes JSON as it is.
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(config));
  await harness.daemon({
    name: 'registry',
    program: 'docker-registry',
    args: ['serve', join(folder, 'config.yml')],
    probe: answers(`http://${address}/v2/`),
  });
  return { address };
}
