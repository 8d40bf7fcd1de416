import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env } from '../../core/inputs.ts';
import { readTextFile } from '../../files/regular-file.ts';
import type { ContextEntry } from './kubeconfig.ts';

const FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The service account that Kubernetes mounts into a pod, for a self-hosted runner in the cluster; undefined outside a pod. */
export async function inClusterContext(source: {
  readonly env: Env;
  readonly serviceAccountFolder?: string;
}): Promise<ContextEntry | undefined> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = source.env;
  const folder = source.serviceAccountFolder ?? FOLDER;
  const exists = (file: string) =>
    access(join(folder, file)).then(
      () => true,
      () => false,
    );
  if (!host || !(await exists('token'))) return undefined;
  const namespace = readNamespace(join(folder, 'namespace'));
  return {
    name: 'in-cluster',
    namespace: namespace.trim() || undefined,
    clusterName: 'in-cluster',
    cluster: {
      server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
      ...((await exists('ca.crt')) ? { 'certificate-authority': join(folder, 'ca.crt') } : {}),
    },
    userName: 'service account',
    user: { tokenFile: join(folder, 'token') },
  };
}

/** Empty if the file is missing. */
function readNamespace(file: string): string {
  try {
    return readTextFile(file);
  } catch {
    return '';
  }
}
