export interface RootOptions {
  /** Absolute error of the root. */
  readonly tolerance: number;
  /** Maximum number of evaluations of the function. Default 1000. */
  readonly evaluations?: number;
}

/**
 * A root of `f` between `low` and `high`, at which `f` must have opposite signs (or be 0 at one of them).
 *
 * Brent's method ("Algorithms for Minimization Without Derivatives", 1973, chapter 4). The midpoint is tried first, like in Apache Commons
 * Math, which Kayenta uses: for a step function, that decides which point of the step is found.
 *
 * @throws RangeError if `low` and `high` don't bracket a root, or after the maximum number of evaluations
 */
export function findRoot(f: (x: number) => number, low: number, high: number, options: RootOptions): number {
  let remaining = options.evaluations ?? 1000;
  const evaluate = (x: number): number => {
    if (remaining-- <= 0) throw new RangeError('No root was found within the allowed number of evaluations.');
    return f(x);
  };
  const midpoint = low + (high - low) / 2;
  const fMidpoint = evaluate(midpoint);
  if (fMidpoint === 0) return midpoint;
  const fLow = evaluate(low);
  if (fLow === 0) return low;
  if (fLow * fMidpoint < 0)
    return search(evaluate, { x: low, y: fLow }, { x: midpoint, y: fMidpoint }, options.tolerance);
  const fHigh = evaluate(high);
  if (fHigh === 0) return high;
  if (fMidpoint * fHigh < 0)
    return search(evaluate, { x: midpoint, y: fMidpoint }, { x: high, y: fHigh }, options.tolerance);
  throw new RangeError('The function has the same sign at both ends.');
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** `best` is the current estimate, `previous` the one before it, `other` the end on the other side of the root. */
function search(evaluate: (x: number) => number, from: Point, to: Point, tolerance: number): number {
  let [previous, best, other] = [from, to, from];
  let step = best.x - previous.x;
  let previousStep = step;
  for (;;) {
    if (Math.abs(other.y) < Math.abs(best.y)) [previous, best, other] = [best, other, best];
    const accuracy = 2 * Number.EPSILON * Math.abs(best.x) + tolerance;
    const half = (other.x - best.x) / 2;
    if (Math.abs(half) <= accuracy || best.y === 0) return best.x;
    const interpolation =
      Math.abs(previousStep) < accuracy || Math.abs(previous.y) <= Math.abs(best.y)
        ? undefined
        : interpolatedStep(previous, best, other, { half, previousStep, accuracy });
    previousStep = interpolation === undefined ? half : step;
    step = interpolation ?? half;
    previous = best;
    const x = best.x + (Math.abs(step) > accuracy ? step : Math.sign(half) * accuracy);
    best = { x, y: evaluate(x) };
    if (best.y > 0 === other.y > 0) {
      other = previous;
      step = best.x - previous.x;
      previousStep = step;
    }
  }
}

/** The step by the secant method or inverse quadratic interpolation; `undefined` if it leaves the bracket or shrinks too slowly. */
function interpolatedStep(
  previous: Point,
  best: Point,
  other: Point,
  { half, previousStep, accuracy }: { readonly half: number; readonly previousStep: number; readonly accuracy: number },
): number | undefined {
  const s = best.y / previous.y;
  let p = 2 * half * s;
  let q = 1 - s;
  if (previous.x !== other.x) {
    const t = previous.y / other.y;
    const r = best.y / other.y;
    p = s * (2 * half * t * (t - r) - (best.x - previous.x) * (r - 1));
    q = (t - 1) * (r - 1) * (s - 1);
  }
  if (p > 0) q = -q;
  else p = -p;
  if (p >= 1.5 * half * q - Math.abs(accuracy * q) || p >= Math.abs((previousStep * q) / 2)) return undefined;
  return p / q;
}
