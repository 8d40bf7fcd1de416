/** Below this distance from 0 the series is the better way to the tail, above it the continued fraction. */
const SERIES_LIMIT = 3;

/**
 * Distribution function of the standard normal law, to about 1e-15 relative.
 * Near 0 the Taylor series Φ(x) = ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …) (Marsaglia, "Evaluating the normal distribution", 2004);
 * in the tails Laplace's continued fraction for Mills' ratio (Abramowitz and Stegun 26.2.14), so that tiny tails keep their digits.
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
  return 0.5 + density(x) * sum;
}

/**
 * Quantile function of the standard normal law: where the distribution function reaches `p`.
 * Starts from Abramowitz and Stegun 26.2.23 and refines by Halley's method on `normalCdf`.
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
    const newton = (normalCdf(x) - p) / density(x);
    x -= newton / (1 + (x * newton) / 2);
  }
  return x;
}

function density(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** 1 − Φ(x) for x > 3; 120 levels are enough for full precision there. */
function upperTail(x: number): number {
  let fraction = x;
  for (let level = 120; level >= 1; level--) fraction = x + level / fraction;
  return density(x) / fraction;
}
