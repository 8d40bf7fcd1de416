import type { MetricsProvider, ProviderOptions } from './provider.ts';

/** Every provider by the name that users type; its code is loaded when it is asked for. */
const PROVIDERS = {
  prometheus: async (options: ProviderOptions) => (await import('./prometheus/client.ts')).openPrometheus(options),
} as const;

export type ProviderName = keyof typeof PROVIDERS;

export const PROVIDER_NAMES = ['prometheus'] as const satisfies readonly ProviderName[];

export function openProvider(name: ProviderName, options: ProviderOptions): Promise<MetricsProvider> {
  return PROVIDERS[name](options);
}
