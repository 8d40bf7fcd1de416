import { describe, expect, it } from '@jest/globals';
import { findRoot } from '../../src/statistics/brent.ts';
import { expectWithNote } from '../jest-support.ts';

describe("Brent's method", () => {
  it.each([
    ['a cubic', (x: number) => x ** 3 - 2 * x - 5, 2, 3, 2.0945514815423265],
    ['a cosine', (x: number) => Math.cos(x) - x, 0, 1, 0.7390851332151607],
    ['a steep exponential', (x: number) => Math.exp(20 * x) - 1000, -1, 5, Math.log(1000) / 20],
    ['a falling line', (x: number) => 7 - 2 * x, -100, 1000, 3.5],
  ] as const)('finds the root of %s', (_name, f, low, high, root) => {
    expect(Math.abs(findRoot(f, low, high, { tolerance: 1e-10 }) - root)).toBeLessThan(1e-9);
  });

  it('needs far fewer evaluations than bisection', () => {
    let count = 0;
    findRoot(
      (x) => {
        count += 1;
        return Math.cos(x) - x;
      },
      0,
      1,
      { tolerance: 1e-12 },
    );
    expectWithNote(count, `${count} evaluations`).toBeLessThanOrEqual(12);
  });

  it('finds the jump of a step function', () => {
    const jump = findRoot((x) => (x < 0.3 ? 1 : -1), 0, 1, { tolerance: 1e-6 });
    expect(Math.abs(jump - 0.3)).toBeLessThan(1e-5);
  });

  it('returns the midpoint or an end if that is a root', () => {
    expect(findRoot((x) => x - 5, 0, 10, { tolerance: 1e-9 })).toBe(5);
    expect(findRoot((x) => x, 0, 10, { tolerance: 1e-9 })).toBe(0);
    expect(findRoot((x) => x - 10, 0, 10, { tolerance: 1e-9 })).toBe(10);
  });

  it('throws if the ends bracket no root, or after the maximum number of evaluations', () => {
    expect(() => findRoot((x) => x + 1, 0, 10, { tolerance: 1e-9 })).toThrow(/same sign/);
    expect(() => findRoot((x) => x - 1 / 3, 0, 1, { tolerance: 0, evaluations: 3 })).toThrow(/allowed number/);
  });
});
