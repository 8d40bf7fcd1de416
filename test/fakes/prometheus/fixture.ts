import type { Labels } from './values.ts';

interface FixtureSeries {
  readonly name: string;
  readonly labels: Labels;
  /** The value, `elapsed` seconds after the start. */
  readonly at: (elapsed: number) => number | undefined;
}

const requests = (track: string, code: string, perSecond: number): FixtureSeries => ({
  name: 'http_requests_total',
  labels: { app: 'shop', track, code },
  at: (elapsed) => perSecond * elapsed,
});
const bucket = (le: string, perSecond: number): FixtureSeries => ({
  name: 'latency_seconds_bucket',
  labels: { app: 'shop', le },
  at: (elapsed) => perSecond * elapsed,
});

/** A label value with all quotes and the escape character. */
export const ODD = 'a"\'`\\b';

export const fixture: readonly FixtureSeries[] = [
  requests('stable', '200', 10),
  requests('stable', '500', 0.1),
  requests('canary', '200', 2),
  requests('canary', '500', 0.1),
  { name: 'restarted_total', labels: { app: 'shop' }, at: (elapsed) => (elapsed < 600 ? elapsed : elapsed - 600) },
  bucket('0.1', 5),
  bucket('0.5', 9),
  bucket('+Inf', 10),
  { name: 'odd', labels: { room: ODD }, at: () => 1 },
  { name: 'temperature', labels: { room: 'a' }, at: (elapsed) => (elapsed <= 600 ? 20 + elapsed / 60 : undefined) },
];
