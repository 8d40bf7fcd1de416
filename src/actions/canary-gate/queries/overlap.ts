import { formatDuration } from '../../../core/duration.ts';
import type { Log } from '../../../core/log.ts';
import type { MetricsProvider } from '../../../metrics/provider.ts';
import { ARMS } from '../metric/metric.ts';
import type { QueryPair } from './fill-queries.ts';

/**
 * Says which queries look back further than to the look before: one event then shows in several samples, which a judge takes for as
 * many findings.
 * @param interval between two looks, in ms
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
  const told = overlapping.map(({ name, range }) => `"${name}" looks back over ${formatDuration(range)}`).join(', ');
  const longest = Math.max(...overlapping.map(({ range }) => range));
  log.notice(
    `The looks are ${formatDuration(interval)} apart, but at each of them ${told}: samples overlap, so they are not independent and weigh less than their number says. Give \`interval: ${Math.ceil(longest / 1000)}s\` or longer, or shorten the range in the query.`,
    { title: 'canary-gate: samples-overlap' },
  );
}
