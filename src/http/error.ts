import { messageOf } from '../core/error.ts';

interface Failure {
  readonly method: string;
  readonly url: URL;
  readonly cause: unknown;
}

/** The request got no complete response: the connection was refused or reset, timed out, or the certificate is invalid. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  /** `ECONNREFUSED`, `ENOTFOUND`, `UND_ERR_HEADERS_TIMEOUT`, `DEPTH_ZERO_SELF_SIGNED_CERT` … */
  readonly code: string;
  readonly url: URL;

  constructor({ method, url, cause }: Failure) {
    // The query may contain a signature or a token.
    super(`${method} ${url.origin}${url.pathname}: ${messageOf(cause)}`, { cause });
    this.url = url;
    this.code = codeOf(cause);
  }

  /** The server's certificate was rejected; a retry can't help. */
  get isCertificate(): boolean {
    return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(this.code);
  }
}

function codeOf(cause: unknown): string {
  if (cause instanceof AggregateError && !('code' in cause && cause.code)) return codeOf(cause.errors[0]);
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return cause instanceof Error && cause.cause !== undefined ? codeOf(cause.cause) : 'UNKNOWN';
}
