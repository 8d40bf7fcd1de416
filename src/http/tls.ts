/** TLS and proxy settings of one transport, instead of the system's. */
export interface TlsOptions {
  /** PEM certificates trusted instead of the system's. */
  readonly ca?: string;
  /** Client certificate and its key, PEM. */
  readonly cert?: string;
  readonly key?: string;
  /** The name in the server's certificate, if it differs from the host of the URL. */
  readonly servername?: string;
  /** Accepts any certificate. */
  readonly insecure?: true;
  /** A proxy for this transport, instead of the environment's. */
  readonly proxyUrl?: string;
}
