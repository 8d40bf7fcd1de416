import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the process small where thousands of objects are watched. V8 lets new objects pile up to 3 × 32 MB before it looks through them; of
 * what watches bring nearly everything is garbage at once, so looking sooner costs nothing. Heard of by spaces that have yet to grow.
 */
export function limitNewSpace(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--scavenger-max-new-space-capacity-mb=4');
}

/** So many objects make a process large. */
const MANY = 2000;

/** Trades some speed for memory where there are very many objects. */
export function limitHeapFor(objects: number): void {
  if (objects >= MANY) setFlagsFromString('--optimize-for-size');
}
