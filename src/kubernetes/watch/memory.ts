import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the process small while it watches thousands of objects. V8 lets the young generation grow to 3 × 32 MB before it collects it.
 * Nearly everything that a watch allocates is garbage at once, so collecting earlier costs nothing. Affects only heap spaces that haven't
 * grown yet.
 */
export function limitNewSpace(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--scavenger-max-new-space-capacity-mb=4');
}

const MANY = 2000;

/** Trades some speed for memory if there are many objects. */
export function limitHeapFor(objects: number): void {
  if (objects >= MANY) setFlagsFromString('--optimize-for-size');
}
