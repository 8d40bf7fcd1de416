import { expect, test } from '@jest/globals';
import type { MetricsFailure } from '../../../../src/metrics/error.ts';
import { prometheusRemedy } from '../../../../src/metrics/providers/prometheus/remedy.ts';

const names = { address: '--server', token: '--token', headers: '--header' };

test.each<[MetricsFailure, string]>([
  [
    { code: 'metrics-unreachable', reason: 'connection' },
    'Check --server, and that the runner can reach it (network policies, VPN, proxy variables).',
  ],
  [
    { code: 'metrics-unauthorized', tokenSent: false },
    'Give a bearer token with --token, or what else the server requires (such as X-Scope-OrgID) with --header.',
  ],
  [
    { code: 'metrics-unauthorized', tokenSent: true },
    'Check that --token is valid and may read metrics, and that --header name the right tenant.',
  ],
  [
    { code: 'metrics-unexpected' },
    'Check --server: it must be the base URL of the server, with its path prefix if it has one.',
  ],
  [{ code: 'query-failed', advice: 'Put sum(…) around it.' }, 'Put sum(…) around it.'],
])('the remedy for %j calls the options as the caller calls them', (failure, remedy) => {
  expect(prometheusRemedy(failure, names)).toBe(remedy);
});
