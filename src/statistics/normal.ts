/** The Taylor series is more accurate up to this distance from 0, the continued fraction beyond it. */
const SERIES_LIMIT = 3;

/**
 * Cumulative distribution function Φ of the standard normal distribution, with a relative error of about 1e-15.
 * Near 0: the Taylor series Φ(x) = ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …) (Marsaglia, "Evaluating the normal distribution", 2004).
 * In the tails: Laplace's continued fraction for Mills' ratio (Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.2.14),
 * because the series loses the digits of tiny probabilities.
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x > SERIES_LIMIT) return 1 - upperTail(x);
  if (x < -SERIES_LIMIT) return upperTail(-x);
  let term = x;
  let sum = x;
  for (let divisor = 3; Math.abs(term) > 1e-18; divisor += 2) {
    term *= (x * x) / divisor;
    sum += term;
  }
  return 0.5 + normalDensity(x) * sum;
}

/**
 * Quantile function of the standard normal distribution: the inverse of `normalCdf`. NaN outside of 0 to 1.
 * Starts from the rational approximation of Abramowitz and Stegun 26.2.23, and refines it with Halley's method on `normalCdf`.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 1) return Number.POSITIVE_INFINITY;
  if (p === 0.5) return 0;
  if (p > 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  let x = -t + ((0.010328 * t + 0.802853) * t + 2.515517) / (((0.001308 * t + 0.189269) * t + 1.432788) * t + 1);
  for (let step = 0; step < 4; step++) {
    const newton = (normalCdf(x) - p) / normalDensity(x);
    x -= newton / (1 + (x * newton) / 2);
  }
  return x;
}

/** φ(x). */
function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** 1 − Φ(x) for x > 3. There, 120 levels of the continued fraction give full precision. */
function upperTail(x: number): number {
  let fraction = x;
  for (let level = 120; level >= 1; level--) fraction = x + level / fraction;
  return normalDensity(x) / fraction;
}
