import { getCACertificates } from 'node:tls';
import { defined } from '../../core/defined.ts';
import { NetworkError } from '../../http/error.ts';
import type { Http } from '../../http/http.ts';
import type { Transport } from '../../http/transport.ts';
import { isLoopback, isNamed, mayUsePlainHttp } from './host.ts';
import { certificateError } from './network-error.ts';

/** Where the API of a registry is, and how to connect to it. */
export interface Endpoint {
  /** As in image references: `docker.io`, `ghcr.io`, `localhost:5000`. */
  readonly registry: string;
  readonly origin: string;
  /** Hosts that the user calls insecure: they may be used with plain HTTP. */
  readonly insecure: readonly string[];
  /** For the registry and for the hosts it points to: token servers, storage. */
  readonly transport: Transport;
}

export interface EndpointOptions {
  readonly http: Http;
  /** PEM certificates to trust in addition to the system's. */
  readonly ca: string | undefined;
  /** Hosts (with port) that may be used with plain HTTP or with an untrusted certificate. */
  readonly insecure: readonly string[];
  readonly signal: AbortSignal | undefined;
}

/**
 * Finds out how to connect to a registry: always with TLS, except for loopback and the registries that the user calls insecure.
 * Those are tried with TLS first, and with plain HTTP if they don't speak TLS, as Docker does.
 */
export async function findEndpoint(registry: string, options: EndpointOptions): Promise<Endpoint> {
  // Docker Hub's API has another host than its image references.
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
  const https = `https://${host}`;
  const { http, insecure, signal } = options;
  const ca = options.ca === undefined ? undefined : [...getCACertificates('default'), options.ca].join('\n');
  const verified = await http.open(ca === undefined ? undefined : { ca });
  if (!mayUsePlainHttp(registry, insecure)) return { registry, origin: https, insecure, transport: verified };

  const transport =
    ca === undefined ? byHost(verified, await http.open({ insecure: true }), [registry, ...insecure]) : verified;
  try {
    await (await transport.send({ url: `${https}/v2/`, ...defined({ signal }) })).discard();
    return { registry, origin: https, insecure, transport };
  } catch (thrown) {
    if (!(thrown instanceof NetworkError)) throw thrown;
    if (thrown.isCertificate) throw certificateError(registry, thrown);
    return { registry, origin: `http://${host}`, insecure, transport };
  }
}

/** An insecure registry may name any token server. Only hosts that are insecure themselves go without certificate verification. */
function byHost(verified: Transport, unverified: Transport, insecure: readonly string[]): Transport {
  const isInsecure = (host: string) => isLoopback(host) || isNamed(host, insecure);
  return {
    send: (request) => (isInsecure(new URL(request.url).host) ? unverified : verified).send(request),
    close: async () => void (await Promise.all([verified.close(), unverified.close()])),
  };
}
