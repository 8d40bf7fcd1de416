import { join } from 'node:path';
import type { Harness } from './harness.ts';
import { run } from './run.ts';

/** The Docker daemon that DOCKER_HOST names, else one of our own: the value of DOCKER_HOST by which it is reached. */
export async function startDocker(harness: Harness): Promise<string> {
  const given = process.env['DOCKER_HOST'];
  if (given !== undefined) return given;
  const folder = harness.scratch('docker');
  const host = `unix://${join(folder, 'docker.sock')}`;
  await harness.daemon({
    name: 'dockerd',
    program: 'dockerd',
    args: [
      `--host=${host}`,
      `--data-root=${join(folder, 'data')}`,
      `--exec-root=${join(folder, 'exec')}`,
      `--pidfile=${join(folder, 'pid')}`,
      // The tests' builds need no network of their own, and so nothing of the machine's network is changed.
      '--bridge=none',
      '--iptables=false',
      '--ip6tables=false',
    ],
    probe: async () => (await run('docker', ['version'], { env: { DOCKER_HOST: host } })) !== '',
  });
  return host;
}
