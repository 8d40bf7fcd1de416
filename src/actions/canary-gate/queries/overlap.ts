import { formatDuration } from '../../../core/duration.ts';
import type { Log } from '../../../core/log.ts';
import type { MetricsProvider } from '../../../metrics/provider.ts';
import { ARMS } from '../metric/metric.ts';
import type { QueryPair } from './fill-queries.ts';

/**
 * Logs a notice about queries with a range longer than the interval: one event then shows in several samples, which look like
 * independent evidence but aren't.
 * @param interval between two sample rounds, in ms
 */
export function reportOverlaps(
  log: Log,
  queries: ReadonlyMap<string, QueryPair>,
  provider: Pick<MetricsProvider, 'lookback'>,
  interval: number,
): void {
  const overlapping = [...queries]
    .map(([name, pair]) => ({ name, range: Math.max(...ARMS.map((arm) => provider.lookback(pair[arm] ?? ''))) }))
    .filter(({ range }) => range > interval);
  if (overlapping.length === 0) return;
  const ranges = overlapping.map(({ name, range }) => `"${name}" looks back over ${formatDuration(range)}`).join(', ');
  const longest = Math.max(...overlapping.map(({ range }) => range));
  log.notice(
    `Samples overlap: sample rounds are ${formatDuration(interval)} apart, but ${ranges}. Overlapping samples aren't independent, so they are weaker evidence than their number suggests. Give \`interval: ${Math.ceil(longest / 1000)}s\` or longer, or shorten the range in the query.`,
    { title: 'canary-gate: samples-overlap' },
  );
}
