import { join } from 'node:path';
import type { Harness } from './harness.ts';
import { run } from './run.ts';

/** Returns DOCKER_HOST if it is set. Otherwise starts a Docker daemon and returns its address in the form of DOCKER_HOST. */
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
      // The tests' builds need no network. Without these options Docker would change the machine's network.
      '--bridge=none',
      '--iptables=false',
      '--ip6tables=false',
    ],
    probe: async () => (await run('docker', ['version'], { env: { DOCKER_HOST: host } })) !== '',
  });
  return host;
}
