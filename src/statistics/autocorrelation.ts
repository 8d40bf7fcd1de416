import { rank } from './ranks.ts';

/** Above this the samples say next to nothing, and the formula of the variance breaks down. */
const HIGHEST = 0.95;

/**
 * By how much the variance of a mean (or a rank sum) of samples taken one after the other exceeds that of independent ones;
 * at least 1. Overlapping rate windows and slow drifts make neighbours alike, and a test that ignores it raises false alarms.
 *
 * The lag-1 autocorrelation of the ranks within each series, pooled over the series, corrected for its small-sample bias
 * (Marriott and Pope 1954: E r ≈ ρ − (1 + 3ρ)/n), put into the variance of an AR(1) mean: 1 + 2·Σ(1 − k/n)·ρᵏ.
 * A negative correlation is not credited.
 */
export function varianceInflation(...series: readonly (readonly number[])[]): number {
  const n = series.reduce((total, each) => total + each.length, 0) / series.length;
  if (!(n > 3)) return 1;
  const raw = pooledAutocorrelation(series);
  if (raw === undefined) return 1;
  const rho = Math.min(HIGHEST, (raw + 1 / n) / (1 - 3 / n));
  if (rho <= 0) return 1;
  let inflation = 1;
  for (let k = 1; k < n; k++) inflation += 2 * (1 - k / n) * rho ** k;
  return inflation;
}

/** Lag-1 autocorrelation of ranks over several series; `undefined` where none of them varies. */
function pooledAutocorrelation(series: readonly (readonly number[])[]): number | undefined {
  let products = 0;
  let squares = 0;
  for (const values of series) {
    const centre = (values.length + 1) / 2;
    const deviations = rank(values).ranks.map((each) => each - centre);
    deviations.forEach((deviation, index) => {
      squares += deviation ** 2;
      products += deviation * (deviations[index + 1] ?? 0);
    });
  }
  return squares === 0 ? undefined : products / squares;
}
