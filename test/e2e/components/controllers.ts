import { readFileSync } from 'node:fs';
import { cluster } from '../tools/modules.ts';
import { program } from '../tools/toolbox.ts';
import { type Certificate, issueServer } from './certificates.ts';
import type { Harness } from './harness.ts';
import { freePort } from './ports.ts';
import { answers } from './probe.ts';

interface Access {
  readonly kubeconfig: string;
  readonly authority: Certificate;
}

/** Starts the controllers that create pods for Deployments, Jobs and other workloads. */
export function startControllerManager(
  harness: Harness,
  access: Access & { readonly signingKey: string },
): Promise<void> {
  return startController(harness, 'kube-controller-manager', access, [
    `--service-account-private-key-file=${access.signingKey}`,
    `--root-ca-file=${access.authority.certificate}`,
  ]);
}

/** Starts the scheduler, which assigns pods to nodes. */
export function startScheduler(harness: Harness, access: Access): Promise<void> {
  return startController(harness, 'kube-scheduler', access, []);
}

async function startController(harness: Harness, name: string, access: Access, args: readonly string[]): Promise<void> {
  const port = await freePort();
  const server = await issueServer(harness.scratch(name), name, access.authority, ['127.0.0.1']);
  await harness.daemon({
    name,
    program: program(cluster, name),
    args: [
      `--kubeconfig=${access.kubeconfig}`,
      '--leader-elect=false',
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--tls-cert-file=${server.certificate}`,
      `--tls-private-key-file=${server.key}`,
      ...args,
    ],
    probe: answers(`https://127.0.0.1:${port}/healthz`, readFileSync(access.authority.certificate, 'utf8')),
  });
}
