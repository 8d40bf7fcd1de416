import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { basename, join } from 'node:path';
import { networkPlugins } from '../tools/packages.ts';
import { interfacesFile } from './cleanup.ts';
import type { Harness } from './harness.ts';
import { run } from './run.ts';

/** The network of the pods: a bridge that only this machine can reach. */
export interface PodNetwork {
  /** The machine's own address on the bridge. */
  readonly node: string;
  /** The range of the pods' addresses (CIDR). */
  readonly pods: string;
  /** Folder with the network's configuration for containerd. */
  readonly configuration: string;
  /** Folder with the network plugins. */
  readonly plugins: string;
}

/** Creates the bridge, and the configuration that connects pods to it. */
export async function createNetwork(harness: Harness): Promise<PodNetwork> {
  const folder = harness.scratch('network');
  const prefix = freePrefix();
  // The name of a Linux interface has at most 15 characters.
  const bridge = `e2e-${basename(harness.folder).slice(-6).toLowerCase()}`;
  const network = {
    node: `${prefix}.1`,
    pods: `${prefix}.0/24`,
    configuration: join(folder, 'conf'),
    plugins: networkPlugins,
  };
  appendFileSync(join(harness.folder, interfacesFile), `${bridge}\n`);
  await run('ip', ['link', 'add', bridge, 'type', 'bridge']);
  await run('ip', ['address', 'add', `${network.node}/24`, 'dev', bridge]);
  await run('ip', ['link', 'set', bridge, 'up']);
  mkdirSync(network.configuration);
  const ipam = {
    type: 'host-local',
    ranges: [[{ subnet: network.pods, gateway: network.node }]],
    dataDir: join(folder, 'leases'),
  };
  const plugin = {
    type: 'bridge',
    bridge,
    isGateway: true,
    ipMasq: false,
    hairpinMode: true,
    ipam: { ...ipam, routes: [{ dst: '0.0.0.0/0' }] },
  };
  const list = { cniVersion: '0.4.0', name: bridge, plugins: [plugin, { type: 'loopback' }] };
  writeFileSync(join(network.configuration, '10-e2e.conflist'), JSON.stringify(list));
  return network;
}

/** The first three numbers of a private /24 network in which this machine has no address. */
function freePrefix(): string {
  const taken = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  for (let second = 201; second < 255; second++) {
    const prefix = `10.${second}`;
    if (!taken.some(({ address }) => address.startsWith(`${prefix}.`))) return `${prefix}.0`;
  }
  throw new Error('no free network from 10.201.0.0 to 10.254.0.0');
}
