import type { Env } from '../../../src/core/inputs.ts';
import { Secrets } from '../../../src/core/secrets.ts';
import { createHttp } from '../../../src/http/http.ts';
import { Registries, type RegistryOptions } from '../../../src/image/registry/registries.ts';

/** Opens registries whose waits take no time. Collects the log lines and the waits (ms). */
export function openRegistries(options: Partial<RegistryOptions> & { env?: Env } = {}) {
  const lines: string[] = [];
  const waits: number[] = [];
  const http = createHttp({ env: {}, userAgent: 'test' });
  const registries = new Registries({
    http,
    env: { HOME: '/nonexistent' },
    secrets: new Secrets(),
    clock: { now: () => Date.now(), sleep: async (ms) => void waits.push(ms) },
    log: { info: (line) => lines.push(line) },
    ...options,
  });
  return { registries, lines, waits, close: () => http.close() };
}
