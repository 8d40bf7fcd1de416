import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workload } from '../tools/modules.ts';
import { program } from '../tools/toolbox.ts';
import { startApiServer } from './api-server.ts';
import { type Certificate, createAuthority, issueClient } from './certificates.ts';
import { pauseImage, startContainerd } from './containerd.ts';
import { startControllerManager, startScheduler } from './controllers.ts';
import { startEtcd } from './etcd.ts';
import type { Harness } from './harness.ts';
import { programImage, pushImage } from './image.ts';
import { Kubectl } from './kubectl.ts';
import { nodeName, startKubelet } from './kubelet.ts';
import { createNetwork } from './network.ts';

/** A cluster that can run pods. */
export interface Cluster {
  /** Path of a kubeconfig with all rights. */
  readonly kubeconfig: string;
  readonly kubectl: Kubectl;
}

/** Returns the cluster of KUBECONFIG, or starts a cluster with one real node on this machine. */
export async function startCluster(harness: Harness): Promise<Cluster> {
  const given = process.env['KUBECONFIG'];
  if (given !== undefined) return { kubeconfig: given, kubectl: new Kubectl(given) };
  const folder = harness.scratch('cluster');
  const pause = join(folder, 'pause.tar');
  const [authority, network] = await Promise.all([
    createAuthority(folder),
    createNetwork(harness),
    pushImage(folder, programImage(program(workload, 'workload'), 'pause'), `docker-archive:${pause}:${pauseImage}`),
  ]);
  const containerd = startContainerd(harness, network, pause);
  const server = await startApiServer(harness, { authority, etcd: await startEtcd(harness), node: network.node });
  const kubeconfig = join(folder, 'kubeconfig');
  const admin = await issueClient(folder, 'admin', authority, 'e2e', 'system:masters');
  writeFileSync(kubeconfig, kubeconfigOf(server.url, authority, admin), { mode: 0o600 });
  const kubectl = new Kubectl(kubeconfig);
  await Promise.all([
    startControllerManager(harness, { kubeconfig, authority, signingKey: server.signingKey }),
    startScheduler(harness, { kubeconfig, authority }),
    containerd.then((socket) => startKubelet(harness, { kubeconfig, authority, network, socket })),
  ]);
  await kubectl.waitForCondition(`node/${nodeName}`, 'default', 'Ready');
  return { kubeconfig, kubectl };
}

function kubeconfigOf(server: string, authority: Certificate, client: Certificate): string {
  const base64 = (file: string) => readFileSync(file).toString('base64');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'e2e', cluster: { server, 'certificate-authority-data': base64(authority.certificate) } }],
    users: [
      {
        name: 'e2e',
        user: { 'client-certificate-data': base64(client.certificate), 'client-key-data': base64(client.key) },
      },
    ],
    contexts: [{ name: 'e2e', context: { cluster: 'e2e', user: 'e2e' } }],
    'current-context': 'e2e',
  });
}
