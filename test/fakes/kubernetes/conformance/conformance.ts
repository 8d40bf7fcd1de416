import { afterAll, beforeAll, describe } from '@jest/globals';
import { type ApiUnderTest, ConformanceClient } from './conformance-client.ts';
import { testLists } from './lists.ts';
import { testLogsDiscoveryAndAccess } from './logs-discovery-access.ts';
import { testObjects } from './objects.ts';
import { testPatches } from './patches.ts';
import { testWatches } from './watches.ts';

/** Registers the tests of what our client relies on. They run on a real API server and on the fake. */
export function kubernetesConforms(name: string, start: () => Promise<ApiUnderTest>): void {
  describe(`${name}: the Kubernetes API`, () => {
    let client: ConformanceClient;
    let close: () => Promise<void>;
    beforeAll(async () => {
      const api = await start();
      client = new ConformanceClient(api);
      close = api.close;
    });
    afterAll(() => close());

    const open = () => client;
    testObjects(open);
    testPatches(open);
    testLists(open);
    testWatches(open);
    testLogsDiscoveryAndAccess(open);
  });
}
