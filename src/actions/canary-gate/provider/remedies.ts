import { ActionError } from '../../../core/error.ts';
import { MetricsError, type MetricsFailure } from '../../../metrics/error.ts';
import type { MetricsProvider } from '../../../metrics/provider.ts';

/** The provider, with errors that tell the user which input of this action to change. */
export function withRemedies(provider: MetricsProvider): MetricsProvider {
  return {
    measure: (query, time, signal) => provider.measure(query, time, signal).catch(throwWithRemedy),
    measureRange: (query, range, signal) => provider.measureRange(query, range, signal).catch(throwWithRemedy),
    substitute(query, placeholder, value) {
      try {
        return provider.substitute(query, placeholder, value);
      } catch (thrown) {
        return throwWithRemedy(thrown);
      }
    },
    lookback: (query) => provider.lookback(query),
  };
}

function throwWithRemedy(thrown: unknown): never {
  if (!(thrown instanceof MetricsError)) throw thrown;
  const { failure, message } = thrown;
  throw new ActionError({ code: failure.code, message, remedy: metricsRemedy(failure), cause: thrown });
}

export function metricsRemedy(failure: MetricsFailure): string {
  switch (failure.code) {
    case 'metrics-unreachable':
      return UNREACHABLE[failure.reason];
    case 'metrics-unauthorized':
      return failure.tokenSent
        ? 'Check that `token` is valid and may read metrics, and that `headers` name the right tenant.'
        : 'Give a bearer token with the input `token`, or what else the server requires (such as X-Scope-OrgID) with `headers`.';
    case 'metrics-unexpected':
      return 'Check the input `address`: it must be the base URL of the server, with its path prefix if it has one.';
    case 'query-invalid':
    case 'query-failed':
    case 'query-ambiguous':
      return failure.advice;
  }
}

const UNREACHABLE = {
  connection: 'Check the input `address`, and that the runner can reach it (network policies, VPN, proxy variables).',
  certificate:
    "The runner doesn't trust the server's certificate: set NODE_EXTRA_CA_CERTS to the file of the CA that signed it.",
  'server-error': 'The server may be overloaded or restarting: check its log, or run again later.',
} as const;
