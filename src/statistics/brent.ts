export interface RootOptions {
  /** Absolute accuracy of the root. */
  readonly tolerance: number;
  /** Most evaluations of the function before giving up. Default 1000. */
  readonly evaluations?: number;
}

/**
 * A root of `f` between `low` and `high`, where `f` must have opposite signs (or be 0 at an end), by Brent's method
 * ("Algorithms for Minimization Without Derivatives", 1973, chapter 4). The middle is tried first, as Apache Commons Math does it:
 * where `f` is a staircase this decides which point of the step is found.
 * @throws RangeError where the ends don't bracket a root or the evaluations run out.
 */
export function findRoot(f: (x: number) => number, low: number, high: number, options: RootOptions): number {
  let left = options.evaluations ?? 1000;
  const evaluate = (x: number): number => {
    if (left-- <= 0) throw new RangeError('No root was found within the allowed number of evaluations.');
    return f(x);
  };
  const middle = low + (high - low) / 2;
  const fMiddle = evaluate(middle);
  if (fMiddle === 0) return middle;
  const fLow = evaluate(low);
  if (fLow === 0) return low;
  if (fLow * fMiddle < 0) return search(evaluate, { x: low, y: fLow }, { x: middle, y: fMiddle }, options.tolerance);
  const fHigh = evaluate(high);
  if (fHigh === 0) return high;
  if (fMiddle * fHigh < 0) return search(evaluate, { x: middle, y: fMiddle }, { x: high, y: fHigh }, options.tolerance);
  throw new RangeError('The function has the same sign at both ends.');
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** `best` is the current estimate, `before` the one before it, `other` the end on the other side of the root. */
function search(evaluate: (x: number) => number, from: Point, to: Point, tolerance: number): number {
  let [before, best, other] = [from, to, from];
  let step = best.x - before.x;
  let lastStep = step;
  for (;;) {
    if (Math.abs(other.y) < Math.abs(best.y)) [before, best, other] = [best, other, best];
    const accuracy = 2 * Number.EPSILON * Math.abs(best.x) + tolerance;
    const half = (other.x - best.x) / 2;
    if (Math.abs(half) <= accuracy || best.y === 0) return best.x;
    const guess =
      Math.abs(lastStep) < accuracy || Math.abs(before.y) <= Math.abs(best.y)
        ? undefined
        : interpolated(before, best, other, { half, lastStep, accuracy });
    lastStep = guess === undefined ? half : step;
    step = guess ?? half;
    before = best;
    const x = best.x + (Math.abs(step) > accuracy ? step : Math.sign(half) * accuracy);
    best = { x, y: evaluate(x) };
    if (best.y > 0 === other.y > 0) {
      other = before;
      step = best.x - before.x;
      lastStep = step;
    }
  }
}

/** The step by secant or inverse quadratic interpolation; `undefined` where it leaves the bracket or shrinks too slowly. */
function interpolated(
  before: Point,
  best: Point,
  other: Point,
  { half, lastStep, accuracy }: { readonly half: number; readonly lastStep: number; readonly accuracy: number },
): number | undefined {
  const s = best.y / before.y;
  let p = 2 * half * s;
  let q = 1 - s;
  if (before.x !== other.x) {
    const t = before.y / other.y;
    const r = best.y / other.y;
    p = s * (2 * half * t * (t - r) - (best.x - before.x) * (r - 1));
    q = (t - 1) * (r - 1) * (s - 1);
  }
  if (p > 0) q = -q;
  else p = -p;
  if (p >= 1.5 * half * q - Math.abs(accuracy * q) || p >= Math.abs((lastStep * q) / 2)) return undefined;
  return p / q;
}
