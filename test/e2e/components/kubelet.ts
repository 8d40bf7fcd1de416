import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cluster } from '../tools/modules.ts';
import { program } from '../tools/toolbox.ts';
import { type Certificate, issueServer } from './certificates.ts';
import { podGroup } from './cleanup.ts';
import type { Harness } from './harness.ts';
import type { PodNetwork } from './network.ts';
import { freePorts } from './ports.ts';
import { answers } from './probe.ts';

/** Name of the only node. */
export const nodeName = 'node';

/** Starts the kubelet, which makes this machine a node of the cluster. */
export async function startKubelet(
  harness: Harness,
  access: { kubeconfig: string; authority: Certificate; network: PodNetwork; socket: string },
): Promise<void> {
  const folder = harness.scratch('kubelet');
  const { authority, network, socket } = access;
  const [port, health] = await freePorts(2);
  const server = await issueServer(folder, 'kubelet', authority, [network.node]);
  const configuration = {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    // Only this machine can reach the bridge, so a laptop doesn't expose its kubelet to the network.
    address: network.node,
    port,
    healthzPort: health,
    tlsCertFile: server.certificate,
    tlsPrivateKeyFile: server.key,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: false },
      x509: { clientCAFile: authority.certificate },
    },
    authorization: { mode: 'AlwaysAllow' },
    containerRuntimeEndpoint: `unix://${socket}`,
    podLogsDir: join(harness.folder, 'pods'),
    cgroupDriver: 'cgroupfs',
    cgroupRoot: podGroup(harness.folder),
    failSwapOn: false,
    enforceNodeAllocatable: [],
    evictionHard: { 'memory.available': '50Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
    imageGCHighThresholdPercent: 100,
    resolvConf: '',
    clusterDNS: ['10.96.0.10'],
    clusterDomain: 'cluster.local',
    serializeImagePulls: false,
  };
  createControlGroup(podGroup(harness.folder));
  mkdirSync(join(harness.folder, 'pods'));
  writeFileSync(join(folder, 'config.json'), JSON.stringify(configuration));
  await harness.daemon({
    name: 'kubelet',
    program: program(cluster, 'kubelet'),
    args: [
      `--config=${join(folder, 'config.json')}`,
      `--kubeconfig=${access.kubeconfig}`,
      `--root-dir=${join(folder, 'root')}`,
      `--cert-dir=${join(folder, 'certificates')}`,
      `--hostname-override=${nodeName}`,
      `--node-ip=${network.node}`,
    ],
    probe: answers(`http://127.0.0.1:${health}/healthz`),
  });
}

/** Creates the parent of all pods' control groups. In version 1 of cgroups, creates one in each controller's hierarchy. */
function createControlGroup(group: string): void {
  const root = '/sys/fs/cgroup';
  if (existsSync(join(root, 'cgroup.controllers'))) {
    // The controllers that the kubelet requires, as far as the machine has them.
    const wanted = ['cpu', 'cpuset', 'memory', 'hugetlb', 'pids'];
    const there = readFileSync(join(root, 'cgroup.controllers'), 'utf8').split(/\s+/);
    const enabled = wanted.filter((controller) => there.includes(controller)).map((controller) => `+${controller}`);
    writeFileSync(join(root, 'cgroup.subtree_control'), enabled.join(' '));
    mkdirSync(join(root, group));
    return;
  }
  for (const hierarchy of readdirSync(root).map((name) => join(root, name))) {
    if (!existsSync(join(hierarchy, 'tasks'))) continue;
    mkdirSync(join(hierarchy, group));
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      if (existsSync(join(hierarchy, file)))
        writeFileSync(join(hierarchy, group, file), readFileSync(join(hierarchy, file)));
    }
  }
}
