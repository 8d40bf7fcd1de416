/** What went wrong, as facts. The provider's `remedy` says what the user can do about it. */
export type MetricsFailure =
  | { readonly code: 'metrics-unreachable'; readonly reason: 'connection' | 'certificate' | 'server-error' }
  | { readonly code: 'metrics-unauthorized'; readonly tokenSent: boolean }
  /** The response isn't one of this provider's API. */
  | { readonly code: 'metrics-unexpected' }
  /** `advice`: how to write the query in the language of this provider. */
  | { readonly code: 'query-invalid' | 'query-failed' | 'query-ambiguous'; readonly advice: string };

/** A metrics server couldn't answer a query with one number. */
export class MetricsError extends Error {
  override readonly name = 'MetricsError';
  readonly failure: MetricsFailure;

  constructor(failure: MetricsFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}
