import { describe, expect, it } from '@jest/globals';
import { longestRange } from '../../../../src/metrics/providers/prometheus/lookback.ts';

describe('the longest range in a PromQL query', () => {
  it.each([
    ['sum(rate(n[5m]))', 300_000],
    ['sum(rate(a[30s])) / sum(rate(b{code=~"5.."}[1m30s]))', 90_000],
    ['max_over_time(rate(n[1m])[1h:30s])', 3_600_000],
    ['avg_over_time(n[ 1w1d ])', 8 * 86_400_000],
    ['rate(n[1y])', 365 * 86_400_000],
    ['rate(n[500ms])', 500],
    ['rate(n[90])', 90_000],
    ['n{path="[5m]"} offset 5m', 0],
    ["n{path='\\'[5m]'} or m{path=`[5m]`} # [5m]", 0],
    ['n', 0],
    ['rate(n[soon])', 0],
  ] as const)('of %s is %s ms', (query, ms) => expect(longestRange(query)).toBe(ms));
});
