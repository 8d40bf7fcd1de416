import { expect, test } from '@jest/globals';
import { LONGEST_TIMER, systemClock } from '../../src/core/clock.ts';

test.each([LONGEST_TIMER, LONGEST_TIMER + 1, 365 * 86_400_000])(
  'a sleep of %i ms, longer than a timer of Node can be, does not end at once',
  async (ms) => {
    const stop = new AbortController();
    const long = systemClock.sleep(ms, stop.signal);
    const short = systemClock.sleep(20);
    expect(await Promise.race([long.then(() => 'long'), short.then(() => 'short')])).toBe('short');
    stop.abort(new Error('cancelled'));
    await expect(long).rejects.toThrow('cancelled');
  },
);
