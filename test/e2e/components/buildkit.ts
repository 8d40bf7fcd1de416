import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { buildkit } from '../tools/modules.ts';
import { program } from '../tools/toolbox.ts';
import type { Harness } from './harness.ts';
import { freePort } from './ports.ts';
import { accepts } from './probe.ts';
import { run } from './run.ts';

/** Creates a folder for DOCKER_CONFIG in which the docker command line finds buildx. */
export function dockerWithBuildx(harness: Harness): string {
  const plugins = join(harness.scratch('docker-with-buildx'), 'cli-plugins');
  mkdirSync(plugins);
  symlinkSync(program(buildkit, 'buildx'), join(plugins, 'docker-buildx'));
  return join(plugins, '..');
}

/** Starts BuildKit and returns a DOCKER_CONFIG that uses it as the builder. It builds for several platforms at once. */
export async function startBuildKit(harness: Harness): Promise<string> {
  const port = await freePort();
  const address = `tcp://127.0.0.1:${port}`;
  await harness.daemon({
    name: 'buildkitd',
    program: program(buildkit, 'buildkitd'),
    args: [`--addr=${address}`, `--root=${harness.scratch('buildkit')}`, '--containerd-worker=false'],
    probe: accepts(port),
  });
  const config = dockerWithBuildx(harness);
  await run('docker', ['buildx', 'create', '--driver=remote', '--use', address], { env: { DOCKER_CONFIG: config } });
  return config;
}
