import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from '../scenario.ts';

const EXAMPLE = join(import.meta.dirname, '..', '..', '..', '..', 'examples', 'gitops');

export const bump: Scenario = {
  name: 'bump-manifest-tag',
  action: 'bump-manifest-tag',
  async stage(world) {
    cpSync(EXAMPLE, world.folder('workspace'), { recursive: true });
    return {
      inputs: { image: 'ghcr.io/acme/cart:1.0.0' },
      servers: {},
      secrets: [],
      state: () => 'no server',
      close: async () => {},
    };
  },
};
