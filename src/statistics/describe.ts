/** Arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The p-th percentile (0 to 100) by linear interpolation between order statistics: Hyndman and Fan's type 7, the default of R. NaN of nothing. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = ((sorted.length - 1) * p) / 100;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) return Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

export interface FenceOptions {
  /** How many interquartile ranges beyond the quartiles a value may lie. Default 3. */
  readonly factor?: number;
  /** Percentiles inside of which nothing is an outlier. Default 1 and 99. */
  readonly keep?: readonly [number, number];
}

/** The fences of Kayenta's outlier detector: min(p1, Q1 − factor·IQR) and max(p99, Q3 + factor·IQR). */
export function outlierFences(values: readonly number[], options: FenceOptions = {}): { low: number; high: number } {
  const { factor = 3, keep = [1, 99] } = options;
  const [first, third] = [percentile(values, 25), percentile(values, 75)];
  return {
    low: Math.min(percentile(values, keep[0]), first - factor * (third - first)),
    high: Math.max(percentile(values, keep[1]), third + factor * (third - first)),
  };
}

export function withoutOutliers(values: readonly number[], options?: FenceOptions): number[] {
  const { low, high } = outlierFences(values, options);
  return values.filter((value) => value >= low && value <= high);
}
