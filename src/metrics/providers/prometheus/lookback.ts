import { parseDuration } from '../../../core/duration.ts';
import { queryParts } from './tokens.ts';

/** `[5m]`, `[1h30m:1m]` (a subquery), `[300]` (seconds). */
const RANGE = /\[\s*(?<length>[0-9a-z.]+)\s*(?::[^\]]*)?\]/gi;

const DAY = 86_400_000;
/** Units of PromQL that `parseDuration` doesn't read. */
const LONG_UNITS = { y: 365 * DAY, w: 7 * DAY } as const;

/** The longest range in a PromQL query (`rate(x[5m])`), in ms; 0 if it has none. */
export function longestRange(query: string): number {
  // Brackets in strings and comments aren't ranges.
  const code = queryParts(query).map(({ kind, text }) => (kind === 'code' ? text : ' '));
  const ranges = code.join('').matchAll(RANGE);
  return [...ranges].reduce((longest, { groups }) => Math.max(longest, rangeLength(groups?.['length'] ?? '')), 0);
}

/** A range that is no duration counts as 0: Prometheus itself rejects it with a better message. */
function rangeLength(text: string): number {
  if (/^[0-9.]+$/.test(text)) return Number(text) * 1000;
  const [, years = '', weeks = '', rest = ''] = /^(?:(\d+)y)?(?:(\d+)w)?(.*)$/.exec(text) ?? [];
  const short = rest === '' ? 0 : (parseDuration(rest) ?? 0);
  return Number(years) * LONG_UNITS.y + Number(weeks) * LONG_UNITS.w + short;
}
