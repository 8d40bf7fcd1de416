import type { Clock } from '../core/clock.ts';
import type { Http } from '../http/http.ts';

/** What one query says at one time. No data is a finding of its own, never a zero. */
export type Measurement =
  | { readonly kind: 'value'; readonly value: number }
  /** `empty`: the query found no series. `not-a-number`: it found NaN or an infinity, as a rate over no traffic does. */
  | { readonly kind: 'no-data'; readonly reason: 'empty' | 'not-a-number' };

/** Evenly spaced times, both ends included; all in ms (`start` and `end` since the epoch). */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/**
 * A server that answers queries with numbers. A new one is a file of its own and a line in `providers.ts`.
 *
 * Both methods throw an ActionError: `metrics-unreachable`, `metrics-unauthorized`, `metrics-unexpected` (the answer is not this
 * provider's), `query-invalid` (the server's own words), `query-failed` (valid, but it could not be carried out), `query-ambiguous` (several series).
 */
export interface MetricsProvider {
  /** The value of a query at a time (ms since the epoch). */
  measure(query: string, time: number, signal: AbortSignal): Promise<Measurement>;
  /** The values of a query at each time of a span, in order. */
  measureRange(query: string, span: TimeRange, signal: AbortSignal): Promise<readonly Measurement[]>;
  /** `text` as it may stand inside a quoted string of this provider's query language. */
  quote(text: string): string;
  /** How far a query looks back from the time that it is asked for, in ms. */
  lookback(query: string): number;
}

export interface ProviderOptions {
  readonly address: URL;
  readonly token: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly http: Http;
  readonly clock: Clock;
  /** Longest wait for an answer to begin, in ms. */
  readonly timeout: number;
  /** Told what the server warns of, once for each text. */
  readonly onWarning: (text: string) => void;
}

/** The times of a span. */
export function timesOf({ start, end, step }: TimeRange): number[] {
  return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, index) => start + index * step);
}
