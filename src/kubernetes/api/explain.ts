import { ActionError, messageOf } from '../../core/error.ts';
import { NetworkError } from '../../http/error.ts';
import type { Connection } from '../config/connection.ts';
import { ApiError } from './api-error.ts';

/** A refusal of the API server, or its silence, as a sentence for the user; everything else as it is. @param doing `list pods in staging`. */
export function explain(thrown: unknown, doing: string, connection: Connection): unknown {
  if (thrown instanceof ApiError) return refusal(thrown, doing, connection.server.host);
  return thrown instanceof NetworkError ? silence(thrown, connection) : thrown;
}

/** May pass by itself: no answer, too many requests, a server that fails or restarts. */
export function isTransientError(thrown: unknown): boolean {
  if (thrown instanceof NetworkError) return !thrown.isCertificate;
  return thrown instanceof ApiError && (thrown.status === 429 || thrown.status >= 500);
}

function refusal(error: ApiError, doing: string, server: string): ActionError {
  const said = error.message.replace(/\s+/g, ' ');
  if (error.status === 401)
    return new ActionError({
      code: 'kubernetes-unauthorized',
      message: `The API server ${server} does not accept the credentials (${said}).`,
      remedy: 'The token or client certificate has expired or belongs to another cluster: renew the kubeconfig.',
      cause: error,
    });
  if (error.status === 403)
    return new ActionError({
      code: 'kubernetes-forbidden',
      message: `The account may not ${doing}: ${said}.`,
      remedy: 'Grant the verb to the account by a Role and a RoleBinding in that namespace.',
      cause: error,
    });
  return new ActionError({
    code: 'kubernetes-refused',
    message: `The API server ${server} could not ${doing}: HTTP ${error.status}, ${said}.`,
    remedy:
      error.status >= 500 || error.status === 429
        ? 'The API server is overloaded or failing: look at its health, then run the job again.'
        : 'Check the server address of the kubeconfig: does it point to a Kubernetes API server?',
    cause: error,
  });
}

function silence(error: NetworkError, { server, context }: Connection): ActionError {
  if (error.isCertificate)
    return new ActionError({
      code: 'kubernetes-certificate',
      message: `The certificate of the API server ${server.host} is not trusted: ${messageOf(error.cause)}.`,
      remedy:
        "Give the cluster's CA in the kubeconfig (`certificate-authority-data`), or `tls-server-name` where the address differs from the certificate.",
      cause: error,
    });
  return new ActionError({
    code: 'kubernetes-unreachable',
    message: `The API server ${server.host} (context ${context}) does not answer: ${messageOf(error.cause)}.`,
    remedy:
      'Check the server address of the kubeconfig and that this runner may reach it (VPN, firewall, allowed IP ranges).',
    cause: error,
  });
}
