import { expectWithNote } from '../jest-support.ts';

/** Fails unless `actual` is within `tolerance` of `expected`; the tolerance is relative if `expected` is larger than 1. */
export function assertClose(actual: number, expected: number, tolerance: number): void {
  const allowed = tolerance * Math.max(1, Math.abs(expected));
  expectWithNote(Math.abs(actual - expected), `${actual} is not within ${allowed} of ${expected}`).toBeLessThanOrEqual(
    allowed,
  );
}
