import { expectWithNote } from './jest-support.ts';

const TIMES = 16;
/** With 16 times the input, linear work takes 16 times as long, and quadratic work 256 times. */
const MOST = 64;
/** Less than this, in ms, is noise. */
const LEAST = 2;

/**
 * Fails if `run` needs more than linear time. It counts the time of the processor, which other processes on a busy machine don't add to.
 * @param size of the smaller input; the larger one has 16 times as much.
 */
export function expectLinearTime(run: (size: number) => void, size: number): void {
  const small = Math.max(
    LEAST,
    quickest(() => run(size)),
  );
  const large = quickest(() => run(size * TIMES));
  expectWithNote(large, `${small} ms for ${size}, ${large} ms for ${size * TIMES}`).toBeLessThan(small * MOST);
}

/** Milliseconds of the processor since the process started. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function quickest(run: () => void): number {
  const times = [1, 2, 3].map(() => {
    const start = processorTime();
    run();
    return processorTime() - start;
  });
  return Math.min(...times);
}
