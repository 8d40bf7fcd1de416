/** How a server is trusted and reached, where it differs from the system's own settings. */
export interface TlsOptions {
  /** PEM certificates trusted instead of the system's. */
  readonly ca?: string;
  /** Client certificate and its key, PEM. */
  readonly cert?: string;
  readonly key?: string;
  /** The name that the server's certificate must bear, where it differs from the URL's host. */
  readonly servername?: string;
  /** Accept any certificate. */
  readonly insecure?: true;
  /** A proxy for this transport alone, instead of the environment's. */
  readonly proxyUrl?: string;
}
