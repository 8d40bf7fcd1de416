import { readFileSync } from 'node:fs';
import { cluster } from '../tools/modules.ts';
import { program } from '../tools/toolbox.ts';
import { type Certificate, createSigningKey, issueClient, issueServer } from './certificates.ts';
import type { Harness } from './harness.ts';
import { freePort } from './ports.ts';
import { answers } from './probe.ts';

/** A running API server. */
export interface ApiServer {
  readonly url: string;
  /** Path of the private key that signs the tokens of service accounts. */
  readonly signingKey: string;
}

/** Starts kube-apiserver on `etcd`. It authenticates clients by certificates that `authority` has issued. */
export async function startApiServer(
  harness: Harness,
  { authority, etcd, node }: { authority: Certificate; etcd: string; node: string },
): Promise<ApiServer> {
  const folder = harness.scratch('api-server');
  const port = await freePort();
  const url = `https://127.0.0.1:${port}`;
  const accounts = createSigningKey(folder);
  const [server, toKubelet] = await Promise.all([
    issueServer(folder, 'api-server', authority, ['127.0.0.1', node]),
    issueClient(folder, 'to-kubelet', authority, 'api-server', 'system:masters'),
  ]);
  await harness.daemon({
    name: 'kube-apiserver',
    program: program(cluster, 'kube-apiserver'),
    args: [
      `--etcd-servers=${etcd}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--advertise-address=${node}`,
      '--endpoint-reconciler-type=none',
      '--service-cluster-ip-range=10.96.0.0/16',
      '--authorization-mode=RBAC',
      '--allow-privileged=true',
      `--client-ca-file=${authority.certificate}`,
      `--tls-cert-file=${server.certificate}`,
      `--tls-private-key-file=${server.key}`,
      `--kubelet-client-certificate=${toKubelet.certificate}`,
      `--kubelet-client-key=${toKubelet.key}`,
      `--kubelet-certificate-authority=${authority.certificate}`,
      '--kubelet-preferred-address-types=InternalIP',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-signing-key-file=${accounts.privateKey}`,
      `--service-account-key-file=${accounts.publicKey}`,
    ],
    probe: answers(`${url}/readyz`, readFileSync(authority.certificate, 'utf8')),
  });
  return { url, signingKey: accounts.privateKey };
}
