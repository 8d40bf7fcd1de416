import { parseDuration } from '../../core/duration.ts';

/** Strings and comments of PromQL, in which brackets mean nothing. */
const OPAQUE = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|#[^\n]*/g;
/** `[5m]`, `[1h30m:1m]` (a subquery), `[300]` (seconds). */
const RANGE = /\[\s*(?<length>[0-9a-z.]+)\s*(?::[^\]]*)?\]/gi;

const DAY = 86_400_000;
/** Prometheus' units that durations of inputs don't have. */
const LONG_UNITS = { y: 365 * DAY, w: 7 * DAY } as const;

/** The longest range that a query of PromQL looks back over (`rate(x[5m])`), in ms; 0 where it looks at the moment alone. */
export function longestRange(query: string): number {
  const ranges = query.replace(OPAQUE, '""').matchAll(RANGE);
  return Math.max(0, ...[...ranges].map(({ groups }) => rangeLength(groups?.['length'] ?? '')));
}

/** What is no duration is told by Prometheus itself, so it counts for nothing here. */
function rangeLength(text: string): number {
  if (/^[0-9.]+$/.test(text)) return Number(text) * 1000;
  const [, years = '', weeks = '', rest = ''] = /^(?:(\d+)y)?(?:(\d+)w)?(.*)$/.exec(text) ?? [];
  const short = rest === '' ? 0 : (parseDuration(rest) ?? 0);
  return Number(years) * LONG_UNITS.y + Number(weeks) * LONG_UNITS.w + short;
}
