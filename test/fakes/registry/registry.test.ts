import { test } from '@jest/globals';
import { assertConforms } from './conformance.ts';
import { FakeRegistry } from './registry.ts';

test('the double answers as a registry does', async () => {
  const registry = await FakeRegistry.start();
  try {
    await assertConforms(registry.origin);
  } finally {
    await registry.stop();
  }
});
