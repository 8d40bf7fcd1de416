import { ActionError, messageOf } from '../../core/error.ts';
import { NetworkError } from '../../http/error.ts';
import type { Connection } from '../config/connection.ts';
import { ApiError } from './api-error.ts';

/** An ApiError or NetworkError as an ActionError for the user; any other value unchanged. @param operation `list pods in staging`. */
export function explain(thrown: unknown, operation: string, connection: Connection): unknown {
  if (thrown instanceof ApiError) return errorResponse(thrown, operation, connection.server.host);
  return thrown instanceof NetworkError ? unreachable(thrown, connection) : thrown;
}

/** Whether a retry may succeed: no response, too many requests, a list that expired while it was read, or a server that fails or restarts. */
export function isTransientError(thrown: unknown): boolean {
  if (thrown instanceof NetworkError) return !thrown.isCertificate;
  if (!(thrown instanceof ApiError)) return false;
  // A proxy may show a page while the server restarts.
  return thrown.isForeign || thrown.status === 429 || thrown.status >= 500 || thrown.isExpired;
}

function errorResponse(error: ApiError, operation: string, server: string): ActionError {
  const detail = error.message.replace(/\s+/g, ' ');
  if (error.isForeign)
    return new ActionError({
      code: 'kubernetes-refused',
      message: `${server} is not an API server, or something in front of it answers: to ${operation}, it sent ${detail}.`,
      remedy:
        'Set `server` in the kubeconfig to the address of the API server, with its path (for Rancher https://‹host›/k8s/clusters/‹id›), not to that of a web interface. A proxy or a login page may also stand before it.',
      cause: error,
    });
  if (error.status === 401)
    return new ActionError({
      code: 'kubernetes-unauthorized',
      message: `The API server ${server} does not accept the credentials (${detail}).`,
      remedy: 'The token or client certificate has expired or belongs to another cluster. Renew the kubeconfig.',
      cause: error,
    });
  if (error.status === 403)
    return new ActionError({
      code: 'kubernetes-forbidden',
      message: `The account may not ${operation}: ${detail}.`,
      remedy: 'Grant the verb to the account with a Role and a RoleBinding in that namespace.',
      cause: error,
    });
  return new ActionError({
    code: 'kubernetes-refused',
    message: `The API server ${server} could not ${operation}: HTTP ${error.status}, ${detail}.`,
    remedy:
      error.status >= 500 || error.status === 429
        ? 'The API server is overloaded or failing. Check its health, then run the job again.'
        : 'Check the server address in the kubeconfig. Does it point to a Kubernetes API server?',
    cause: error,
  });
}

function unreachable(error: NetworkError, { server, context }: Connection): ActionError {
  if (error.isCertificate)
    return new ActionError({
      code: 'kubernetes-certificate',
      message: `The certificate of the API server ${server.host} is not trusted: ${messageOf(error.cause)}.`,
      remedy:
        "Add the cluster's CA to the kubeconfig (`certificate-authority-data`), or `tls-server-name` if the address differs from the certificate.",
      cause: error,
    });
  return new ActionError({
    code: 'kubernetes-unreachable',
    message: `The API server ${server.host} (context ${context}) does not answer: ${messageOf(error.cause)}.`,
    remedy:
      'Check the server address in the kubeconfig, and that this runner can reach it (VPN, firewall, allowed IP ranges).',
    cause: error,
  });
}
