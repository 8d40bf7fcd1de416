import { describe, expect, it } from '@jest/globals';
import { withRemedies } from '../../../../src/actions/canary-gate/provider/remedies.ts';
import { ActionError } from '../../../../src/core/error.ts';
import { MetricsError, type MetricsFailure } from '../../../../src/metrics/error.ts';
import type { MetricsProvider } from '../../../../src/metrics/provider.ts';
import { METRICS_PROVIDERS } from '../../../../src/metrics/providers/providers.ts';
import { errorLike, invariant } from '../../../jest-support.ts';

/** The remedy that a user of the action reads. */
async function remedyFor(failure: MetricsFailure): Promise<string> {
  const failing = failingProvider(new MetricsError(failure, 'It failed.'));
  const { signal } = new AbortController();
  const provider = withRemedies(failing, METRICS_PROVIDERS.prometheus);
  const thrown = await provider.measure('q', 0, signal).catch((error: unknown) => error);
  invariant(thrown instanceof ActionError);
  return thrown.remedy;
}

function failingProvider(error: Error): MetricsProvider {
  return {
    measure: () => Promise.reject(error),
    measureRange: () => Promise.reject(error),
    substitute() {
      throw error;
    },
    lookback: () => 0,
  };
}

describe('the remedy for a failed query', () => {
  it.each([
    [
      'names the input address if the server is unreachable',
      { code: 'metrics-unreachable', reason: 'connection' },
      /`address`/,
    ],
    [
      'names NODE_EXTRA_CA_CERTS if the certificate is not trusted',
      { code: 'metrics-unreachable', reason: 'certificate' },
      /NODE_EXTRA_CA_CERTS/,
    ],
    [
      'is to run again later if the server is overloaded',
      { code: 'metrics-unreachable', reason: 'server-error' },
      /run again later/,
    ],
    ['names the input token if none was sent', { code: 'metrics-unauthorized', tokenSent: false }, /input `token`/],
    ['names the input headers if a token was sent', { code: 'metrics-unauthorized', tokenSent: true }, /`headers`/],
    ['names the input address if the response is not of this API', { code: 'metrics-unexpected' }, /`address`/],
    ["is the provider's advice on the query", { code: 'query-ambiguous', advice: 'Put sum(…) around it.' }, /sum\(…\)/],
  ] satisfies readonly (readonly [string, MetricsFailure, RegExp])[])('%s', async (_what, failure, remedy) =>
    expect(await remedyFor(failure)).toMatch(remedy),
  );

  it('is added to the errors of all methods of a provider, with code and message unchanged', async () => {
    const failure = new MetricsError({ code: 'query-invalid', advice: 'Do this.' }, 'It is invalid.');
    const provider = withRemedies(failingProvider(failure), METRICS_PROVIDERS.prometheus);
    const { signal } = new AbortController();
    const expected = errorLike(
      (thrown) =>
        thrown instanceof ActionError &&
        thrown.code === 'query-invalid' &&
        thrown.message === 'It is invalid.' &&
        thrown.remedy === 'Do this.',
    );
    await expect(provider.measure('q', 0, signal)).rejects.toThrow(expected);
    await expect(provider.measureRange('q', { start: 0, end: 1, step: 1 }, signal)).rejects.toThrow(expected);
    expect(() => provider.substitute('q', /x/, 'v')).toThrow(expected);
  });

  it('is not added to other errors', async () => {
    const cancelled = new Error('cancelled');
    const provider = withRemedies(failingProvider(cancelled), METRICS_PROVIDERS.prometheus);
    await expect(provider.measure('q', 0, new AbortController().signal)).rejects.toBe(cancelled);
  });
});
