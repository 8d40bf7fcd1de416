import type { MetricsFailure } from '../../error.ts';
import type { OptionNames } from '../../provider.ts';
import { unreachableRemedy } from '../../remedies.ts';

export function prometheusRemedy(failure: MetricsFailure, { address, token, headers }: OptionNames): string {
  switch (failure.code) {
    case 'metrics-unreachable':
      return unreachableRemedy(failure, address);
    case 'metrics-unauthorized':
      return failure.tokenSent
        ? `Check that ${token} is valid and may read metrics, and that ${headers} name the right tenant.`
        : `Give a bearer token with ${token}, or what else the server requires (such as X-Scope-OrgID) with ${headers}.`;
    case 'metrics-unexpected':
      return `Check ${address}: it must be the base URL of the server, with its path prefix if it has one.`;
    case 'query-invalid':
    case 'query-failed':
    case 'query-ambiguous':
      return failure.advice;
  }
}
