import type { MetricsProviderPlugin } from '../provider.ts';
import { prometheus } from './prometheus/prometheus.ts';

/** Every provider by the name that users type. A new provider is a folder or file of its own and one line here. */
export const METRICS_PROVIDERS = { prometheus } as const satisfies Readonly<Record<string, MetricsProviderPlugin>>;
