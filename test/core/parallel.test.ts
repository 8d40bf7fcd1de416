import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { inParallel } from '../../src/core/parallel.ts';

test('every item is processed once, never more than the limit at a time', async () => {
  const done: number[] = [];
  let running = 0;
  let most = 0;
  await inParallel([1, 2, 3, 4, 5], 2, async (item) => {
    running += 1;
    most = Math.max(most, running);
    await nextTurn();
    running -= 1;
    done.push(item);
  });
  expect([done, most]).toStrictEqual([[1, 2, 3, 4, 5], 2]);
});

test('after a failure no further task starts, and the failure is thrown', async () => {
  const started: number[] = [];
  const running = inParallel([1, 2, 3, 4], 2, async (item) => {
    started.push(item);
    await nextTurn();
    if (item === 1) throw new Error('item 1 failed');
  });
  await expect(running).rejects.toThrow('item 1 failed');
  expect(started).toStrictEqual([1, 2]);
});

test('an item that is undefined is processed like any other', async () => {
  const done: unknown[] = [];
  await inParallel([undefined, 'last'], 1, async (item) => done.push(item));
  expect(done).toStrictEqual([undefined, 'last']);
});
