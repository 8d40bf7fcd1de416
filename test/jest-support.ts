import { afterEach, expect } from '@jest/globals';

/** Helpers for what jest itself does not offer. */

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Runs `cleanup` when the current test has ended, whether it passed or failed. Not for `test.concurrent`: jest runs no hooks there. */
export function onTestFinished(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

/** Fails the test. A function, so that it fits into an expression. */
export function fail(message = 'failed'): never {
  throw new Error(message);
}

/** Fails the test unless the condition holds. Use it where TypeScript must learn from the condition; `expect` narrows no type. */
export function invariant(condition: unknown, message = 'the condition does not hold'): asserts condition {
  if (!condition) throw new Error(message);
}

/** For `toThrow`: matches any thrown value that `accepts` accepts. `accepts` may also throw, to say what is wrong. */
export function errorLike(accepts: (thrown: unknown) => boolean): object {
  return {
    $$typeof: Symbol.for('jest.asymmetricMatcher'),
    asymmetricMatch: accepts,
    toString: () => 'errorLike',
    toAsymmetricMatcher: () => `an error that this accepts: ${accepts}`,
  };
}

/** `expect`, whose failure also shows `note`: the log of a run, the input that was tried. */
export function expectWithNote<T>(actual: T, note: string | undefined): ReturnType<typeof expect<T>> {
  const addNote = (thrown: unknown): never => {
    if (!(thrown instanceof Error)) throw thrown;
    thrown.message = `${note}\n\n${thrown.message}`;
    // Without the frames of this file, jest shows the line of the test.
    if (thrown.stack !== undefined) thrown.stack = thrown.stack.replaceAll(/\n\s+at [^\n]*jest-support\.ts[^\n]*/g, '');
    throw thrown;
  };
  const withNote = <O extends object>(matchers: O): O =>
    new Proxy(matchers, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        // `not`, `resolves` and `rejects` hold the same matchers once more.
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
