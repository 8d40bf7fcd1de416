import { afterEach, expect } from '@jest/globals';

/** Helpers that jest lacks. */

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Runs `cleanup` after the current test, whether it passed or failed. Not for `test.concurrent`, for which jest runs no hooks. */
export function onTestFinished(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

/** Fails the test. A function, so that it can be used in an expression. */
export function fail(message = 'failed'): never {
  throw new Error(message);
}

/** Fails the test unless the condition holds. Unlike `expect`, it narrows types. */
export function invariant(condition: unknown, message = 'the condition does not hold'): asserts condition {
  if (!condition) throw new Error(message);
}

/** For `toThrow`: matches a thrown value for which `accepts` returns true. `accepts` may also throw to explain a mismatch. */
export function errorLike(accepts: (thrown: unknown) => boolean): object {
  return {
    $$typeof: Symbol.for('jest.asymmetricMatcher'),
    asymmetricMatch: accepts,
    toString: () => 'errorLike',
    toAsymmetricMatcher: () => `an error that this accepts: ${accepts}`,
  };
}

/** Like `expect`, but a failure also shows `note`, such as the log of a run. */
export function expectWithNote<T>(actual: T, note: string | undefined): ReturnType<typeof expect<T>> {
  const addNote = (thrown: unknown): never => {
    if (!(thrown instanceof Error)) throw thrown;
    thrown.message = `${note}\n\n${thrown.message}`;
    // Without the stack frames of this file, jest shows the line of the test.
    if (thrown.stack !== undefined) thrown.stack = thrown.stack.replaceAll(/\n\s+at [^\n]*jest-support\.ts[^\n]*/g, '');
    throw thrown;
  };
  const withNote = <O extends object>(matchers: O): O =>
    new Proxy(matchers, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        // `not`, `resolves` and `rejects` contain the same matchers.
        if (typeof value === 'object' && value !== null) return withNote(value);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          try {
            const result: unknown = Reflect.apply(value, target, args);
            return result instanceof Promise ? result.catch(addNote) : result;
          } catch (thrown) {
            return addNote(thrown);
          }
        };
      },
    });
  return withNote(expect(actual));
}
