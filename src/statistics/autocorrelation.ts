import { rank } from './ranks.ts';

/** With a higher autocorrelation the samples contain next to no information, and the variance formula is unreliable. */
const HIGHEST_AUTOCORRELATION = 0.95;

/**
 * The factor by which autocorrelation increases the variance of a mean, or of a rank sum; at least 1. Overlapping rate windows and slow
 * drifts make successive samples alike. A test that ignores this raises false alarms.
 *
 * For a first-order autoregression the factor is 1 + 2·Σ(1 − k/n)·ρᵏ, k = 1 … n − 1 (Bayley and Hammersley, "The 'effective' number of
 * independent observations in an autocorrelated time series", 1946). ρ is the lag-1 autocorrelation of the ranks within each series,
 * pooled over the series, and corrected for its bias in small samples: E r ≈ ρ − (1 + 3ρ)/n (Marriott and Pope, "Bias in the estimation
 * of autocorrelations", 1954). A negative autocorrelation, which would decrease the variance, counts as 0.
 */
export function varianceInflation(...series: readonly (readonly number[])[]): number {
  const n = series.reduce((total, each) => total + each.length, 0) / series.length;
  if (!(n > 3)) return 1;
  const r = pooledAutocorrelation(series);
  if (r === undefined) return 1;
  const rho = Math.min(HIGHEST_AUTOCORRELATION, (r + 1 / n) / (1 - 3 / n));
  if (rho <= 0) return 1;
  let inflation = 1;
  for (let k = 1; k < n; k++) inflation += 2 * (1 - k / n) * rho ** k;
  return inflation;
}

/** Lag-1 autocorrelation of the ranks over several series; `undefined` if all of them are constant. */
function pooledAutocorrelation(series: readonly (readonly number[])[]): number | undefined {
  let products = 0;
  let squares = 0;
  for (const values of series) {
    const meanRank = (values.length + 1) / 2;
    const deviations = rank(values).ranks.map((each) => each - meanRank);
    deviations.forEach((deviation, index) => {
      squares += deviation ** 2;
      products += deviation * (deviations[index + 1] ?? 0);
    });
  }
  return squares === 0 ? undefined : products / squares;
}
