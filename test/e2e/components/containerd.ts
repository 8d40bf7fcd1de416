import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { locate } from '../tools/locate.ts';
import type { Harness } from './harness.ts';
import type { PodNetwork } from './network.ts';
import { run } from './run.ts';

/** Name of the image that holds each pod's namespaces. It is imported, never pulled. */
export const pauseImage = 'e2e.invalid/pause:1';

/** Starts containerd, imports the pause image from the archive `pause`, and returns the path of containerd's socket. */
export async function startContainerd(harness: Harness, network: PodNetwork, pause: string): Promise<string> {
  const folder = harness.scratch('containerd');
  const socket = join(folder, 'containerd.sock');
  mkdirSync(join(folder, 'opt'));
  writeFileSync(join(folder, 'config.toml'), configuration(folder, socket, network));
  await harness.daemon({
    name: 'containerd',
    program: 'containerd',
    args: ['--config', join(folder, 'config.toml')],
    probe: async () => (await run('ctr', ['--address', socket, 'version'])) !== '',
  });
  await run('ctr', ['--address', socket, '--namespace', 'k8s.io', 'images', 'import', pause]);
  return socket;
}

function configuration(folder: string, socket: string, network: PodNetwork): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
root = ${JSON.stringify(join(folder, 'root'))}
state = ${JSON.stringify(join(folder, 'state'))}

[grpc]
  address = ${JSON.stringify(socket)}

[plugins."io.containerd.internal.v1.opt"]
  path = ${JSON.stringify(join(folder, 'opt'))}

[${cri}]
  sandbox_image = ${JSON.stringify(pauseImage)}
  disable_apparmor = true
  # Without this no pod starts if the machine itself runs with a raised oom_score_adj.
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true

[${cri}.cni]
  bin_dir = ${JSON.stringify(network.plugins)}
  conf_dir = ${JSON.stringify(network.configuration)}

[${cri}.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[${cri}.containerd.runtimes.runc.options]
  BinaryName = ${JSON.stringify(locate('runc') ?? 'runc')}
  Root = ${JSON.stringify(join(folder, 'runc'))}
`;
}
