import { isIPv4 } from 'node:net';
import { getCACertificates } from 'node:tls';
import { ActionError } from '../../core/error.ts';
import { NetworkError } from '../../http/error.ts';
import type { Http } from '../../http/http.ts';
import type { Transport } from '../../http/transport.ts';

/** Where a registry answers: Docker Hub's API has another name than the one that stands in references. */
export interface Endpoint {
  /** As references name it: `docker.io`, `ghcr.io`, `localhost:5000`. */
  readonly registry: string;
  readonly origin: string;
  /** For the registry and for whatever it points to: token servers, storage. */
  readonly transport: Transport;
}

export interface EndpointOptions {
  readonly http: Http;
  /** PEM certificates to trust beside the system's. */
  readonly ca: string | undefined;
  /** Hosts (with port) that may be spoken to without TLS, or with a certificate that nobody checks. */
  readonly insecure: readonly string[];
  readonly signal: AbortSignal | undefined;
}

/**
 * Finds out how a registry is spoken to. TLS always, except for loopback and the registries that the user calls insecure:
 * those are asked by TLS first and by plain HTTP where they don't speak TLS, as Docker does it.
 */
export async function findEndpoint(registry: string, options: EndpointOptions): Promise<Endpoint> {
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
  const https = `https://${host}`;
  const { http, insecure, signal } = options;
  const ca = options.ca === undefined ? undefined : [...getCACertificates('default'), options.ca].join('\n');
  const checked = await http.open(ca === undefined ? undefined : { ca });
  if (!mayUsePlainHttp(registry, insecure)) return { registry, origin: https, transport: checked };

  const transport =
    ca === undefined ? byHost(checked, await http.open({ insecure: true }), [registry, ...insecure]) : checked;
  try {
    await (await transport.send({ url: `${https}/v2/`, ...(signal ? { signal } : {}) })).discard();
    return { registry, origin: https, transport };
  } catch (thrown) {
    if (!(thrown instanceof NetworkError)) throw thrown;
    if (thrown.isCertificate) throw certificateError(registry, thrown);
    return { registry, origin: `http://${host}`, transport };
  }
}

/** A registry without a certificate that counts may name any token server: a login goes there only if that one's counts. */
function byHost(checked: Transport, unchecked: Transport, insecure: readonly string[]): Transport {
  const names = insecure.map(withoutPort);
  const isInsecure = (host: string) => isLoopback(host) || names.includes(withoutPort(host));
  return {
    send: (request) => (isInsecure(new URL(request.url).host) ? unchecked : checked).send(request),
    close: async () => void (await Promise.all([checked.close(), unchecked.close()])),
  };
}

/** Whether a registry may be spoken to without TLS. */
export function mayUsePlainHttp(registry: string, insecure: readonly string[]): boolean {
  return isLoopback(registry) || insecure.includes(registry);
}

/** Whether a host (with or without port) is this machine. */
export function isLoopback(host: string): boolean {
  const name = withoutPort(host);
  return name === 'localhost' || name === '[::1]' || (isIPv4(name) && name.startsWith('127.'));
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, '');
}

/** What a user is told when no answer came from a registry. */
export function networkError(registry: string, error: NetworkError): ActionError {
  if (error.isCertificate) return certificateError(registry, error);
  const plain = /EPROTO|ERR_SSL/.test(error.code);
  return new ActionError({
    code: 'registry-unreachable',
    message: `The registry ${registry} could not be reached (${error.message}).`,
    remedy: plain
      ? `It does not speak TLS. If that is meant, add ${registry} to \`insecure-registries\`.`
      : 'Check the name, that the registry is up and that the runner may reach it (HTTPS_PROXY, NO_PROXY, firewall), then run again.',
    cause: error,
  });
}

function certificateError(registry: string, error: NetworkError): ActionError {
  const { host } = error.url;
  // Docker Hub answers under other names in its domain.
  const isOwn = `.${withoutPort(host)}`.endsWith(`.${withoutPort(registry)}`);
  return new ActionError({
    code: 'registry-certificate',
    message: `The certificate of ${isOwn ? `the registry ${registry}` : `${host}, to which the registry ${registry} points,`} is not trusted (${error.code}).`,
    remedy: `Give the PEM certificate of its authority in \`registry-ca\`${isOwn ? '' : `, or add ${host} to \`insecure-registries\``}.`,
    cause: error,
  });
}
