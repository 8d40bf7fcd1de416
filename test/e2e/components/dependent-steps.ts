import { test } from '@jest/globals';

/** Declares tests that depend on each other. After the first failure all later tests fail at once and name it. */
export function dependentSteps(): (name: string, body: () => Promise<void>) => void {
  let failedAt: string | undefined;
  return (name, body) => {
    test(name, async () => {
      if (failedAt !== undefined) throw new Error(`skipped, because an earlier step failed: ${failedAt}`);
      try {
        await body();
      } catch (thrown) {
        failedAt = name;
        throw thrown;
      }
    });
  };
}
