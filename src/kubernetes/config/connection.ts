import { X509Certificate } from 'node:crypto';
import { defined } from '../../core/defined.ts';
import { ActionError } from '../../core/error.ts';
import { isProxyUrl } from '../../http/proxy.ts';
import type { TlsOptions } from '../../http/tls.ts';
import { booleanAt, stringAt } from '../../json/json.ts';
import { credentialsOf } from './credentials.ts';
import type { ClusterCredentials, CredentialContext } from './identity.ts';
import { inClusterContext } from './in-cluster.ts';
import { type ContextEntry, chooseContext, loadKubeconfig } from './kubeconfig.ts';
import { readPem } from './pem.ts';
import { withoutUserinfo } from './secret-fields.ts';

/** What is needed to connect to one cluster. */
export interface Connection {
  /** The context's name, or `in-cluster`. */
  readonly context: string;
  readonly server: URL;
  /** The namespace of the context; `default` if it has none. */
  readonly namespace: string;
  readonly tls: TlsOptions;
  readonly credentials: ClusterCredentials;
}

interface Source extends CredentialContext {
  /** Content or path of a kubeconfig. */
  readonly given: string | undefined;
  /** Undefined: the current context. */
  readonly context: string | undefined;
  /** Folder of the mounted service account. Tests set their own. */
  readonly serviceAccountFolder?: string;
}

/**
 * Finds out how to connect, from the first of these: the given kubeconfig, KUBECONFIG, `~/.kube/config`, the pod's service account.
 * Sends nothing yet.
 * @throws ActionError `kubeconfig-*`, `context-unknown`.
 */
export async function readConnection(source: Source): Promise<Connection> {
  const config = await loadKubeconfig(source);
  const context = config ? chooseContext(config, source.context) : await inClusterContext(source);
  if (!context)
    throw new ActionError({
      code: 'kubeconfig-missing',
      message:
        "There is no kubeconfig: none was given, KUBECONFIG is not set, ~/.kube/config does not exist, and this process doesn't run in a pod.",
      remedy: 'Give the content or the path of a kubeconfig.',
    });
  const credentials = await credentialsOf(context, source);
  return {
    context: context.name,
    server: serverOf(context),
    namespace: context.namespace ?? 'default',
    tls: await tlsOf(context),
    credentials,
  };
}

function serverOf({ cluster, clusterName }: ContextEntry): URL {
  const text = stringAt(cluster, 'server') ?? '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && ['http:', 'https:'].includes(url.protocol)) return url;
  const address = withoutUserinfo(text);
  throw new ActionError({
    code: 'kubeconfig-invalid',
    message: `The cluster "${clusterName}" of the kubeconfig has no usable server address: "${address}".`,
    remedy: 'Its `server` must be a URL such as https://10.0.0.1:6443.',
  });
}

async function tlsOf({ cluster, clusterName }: ContextEntry): Promise<TlsOptions> {
  const ca = await readPem(cluster, 'certificate-authority', `cluster "${clusterName}"`);
  const servername = stringAt(cluster, 'tls-server-name');
  const proxyUrl = stringAt(cluster, 'proxy-url');
  if (ca !== undefined) requireCertificate(ca, clusterName);
  if (proxyUrl && !isProxyUrl(proxyUrl))
    throw new ActionError({
      code: 'kubeconfig-unsupported',
      message: `The cluster "${clusterName}" uses the proxy ${withoutUserinfo(proxyUrl)}, which is not an HTTP proxy.`,
      remedy: 'Set `proxy-url` to an http:// or https:// proxy.',
    });
  return {
    ...defined({ ca }),
    ...(servername ? { servername } : {}),
    ...(proxyUrl ? { proxyUrl } : {}),
    ...(booleanAt(cluster, 'insecure-skip-tls-verify') ? { insecure: true } : {}),
  };
}

function requireCertificate(ca: string, clusterName: string): void {
  try {
    new X509Certificate(ca);
  } catch (thrown) {
    throw new ActionError({
      code: 'kubeconfig-invalid-ca',
      message: `The certificate-authority of cluster "${clusterName}" is not a PEM certificate.`,
      remedy: 'Set `certificate-authority-data` to the Base64 of a PEM file that starts with BEGIN CERTIFICATE.',
      cause: thrown,
    });
  }
}
