import type { Clock } from '../core/clock.ts';
import type { Http } from '../http/http.ts';
import type { MetricsFailure } from './error.ts';

/** The result of one query at one time. Missing data is a result of its own, never a zero. */
export type Measurement =
  | { readonly kind: 'value'; readonly value: number }
  /** `empty`: the query found no series. `not-a-number`: it returned NaN or an infinity, as a rate without traffic does. */
  | { readonly kind: 'no-data'; readonly reason: 'empty' | 'not-a-number' };

/** Evenly spaced times, both ends included; all in ms (`start` and `end` since the epoch). */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** A server that answers queries with numbers. */
export interface MetricsProvider {
  /** The value of a query at a time (ms since the epoch). @throws MetricsError */
  measure(query: string, time: number, signal: AbortSignal): Promise<Measurement>;
  /** The values of a query at each time of a range, in order. @throws MetricsError */
  measureRange(query: string, range: TimeRange, signal: AbortSignal): Promise<readonly Measurement[]>;
  /**
   * The query with a value in each place that `placeholder` matches, escaped so that it can't change the rest of the query.
   * @throws MetricsError `query-invalid` if the value can't be escaped in one of these places
   */
  substitute(query: string, placeholder: RegExp, value: string): string;
  /** How far a query reads back from its time, in ms. */
  lookback(query: string): number;
}

/** One provider in the list of providers.ts, which gives it its name. */
export interface MetricsProviderPlugin {
  /** The servers that it's for: one sentence for action.yml and the README. */
  readonly describe: string;
  /** The query language, for the highlighting of queries in Markdown. */
  readonly language: string;
  /** The path of its API. Users sometimes add it to the address by mistake. */
  readonly apiPath: string;
  readonly open: (options: MetricsProviderOptions) => Promise<MetricsProvider>;
  /** Says in whole sentences what the user can do about a failure. */
  readonly remedy: (failure: MetricsFailure, names: OptionNames) => string;
}

/** What the user calls these options, with an article if it needs one. */
export type OptionNames = Readonly<Record<'address' | 'token' | 'headers', string>>;

export interface MetricsProviderOptions {
  readonly address: URL;
  /** Bearer token. */
  readonly token: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly http: Http;
  readonly clock: Clock;
  /** How long a response may take, with all retries before the last one, in ms. A large response gets more time. */
  readonly timeout: number;
  /** Called once for each different warning of the server. */
  readonly onWarning: (text: string) => void;
}

/** The times of a range, in order. */
export function timesOf({ start, end, step }: TimeRange): number[] {
  return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, index) => start + index * step);
}
