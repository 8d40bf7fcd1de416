import { test } from '@jest/globals';

/** Declares tests that build on each other. After the first failure the later ones fail at once, and name it. */
export function dependentSteps(): (name: string, body: () => Promise<void>) => void {
  let failedAt: string | undefined;
  return (name, body) => {
    test(name, async () => {
      if (failedAt !== undefined) throw new Error(`not tried, because this failed before: ${failedAt}`);
      try {
        await body();
      } catch (thrown) {
        failedAt = name;
        throw thrown;
      }
    });
  };
}
