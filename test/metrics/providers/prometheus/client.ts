import { expect } from '@jest/globals';
import { createHttp } from '../../../../src/http/http.ts';
import { MetricsError, type MetricsFailure } from '../../../../src/metrics/error.ts';
import type { MetricsProvider, MetricsProviderOptions } from '../../../../src/metrics/provider.ts';
import { openPrometheus } from '../../../../src/metrics/providers/prometheus/client.ts';
import { expectWithNote, invariant } from '../../../jest-support.ts';

export const START = 1_767_225_600;
export const TIME = (START + 600) * 1000;
export const http = createHttp({ env: {}, userAgent: 'test' });
export const never = new AbortController().signal;
export const waits: number[] = [];
export const clock = {
  now: () => TIME,
  async sleep(ms: number) {
    waits.push(ms);
  },
};

export function open(address: string, options: Partial<MetricsProviderOptions> = {}): Promise<MetricsProvider> {
  const defaults = { token: undefined, headers: {}, http, clock, timeout: 2000, onWarning: () => {} };
  return openPrometheus({ address: new URL(address), ...defaults, ...options });
}

/** Matches a MetricsError by its facts and its text: the message and the advice on the query. */
export function failure(facts: Partial<MetricsFailure>, ...texts: readonly RegExp[]) {
  return (thrown: unknown) => {
    invariant(thrown instanceof MetricsError, String(thrown));
    expectWithNote(thrown.failure, thrown.message).toMatchObject(facts);
    const advice = 'advice' in thrown.failure ? thrown.failure.advice : '';
    for (const text of texts) expect(`${thrown.message} ${advice}`).toMatch(text);
    return true;
  };
}
