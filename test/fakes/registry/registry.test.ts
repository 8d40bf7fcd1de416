import { test } from '@jest/globals';
import { assertConforms } from './conformance.ts';
import { FakeRegistry } from './registry.ts';

test('the fake registry behaves as our client expects of a real one', async () => {
  const registry = await FakeRegistry.start();
  try {
    await assertConforms(registry.origin);
  } finally {
    await registry.stop();
  }
});
