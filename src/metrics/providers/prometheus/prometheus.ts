import type { MetricsProviderPlugin } from '../../provider.ts';
import { prometheusRemedy } from './remedy.ts';

/** The client is loaded only if a run needs it. */
export const prometheus: MetricsProviderPlugin = {
  describe: 'Prometheus, and every server with its query API (Thanos, Mimir, Cortex, VictoriaMetrics).',
  language: 'promql',
  apiPath: '/api/v1',
  open: async (options) => (await import('./client.ts')).openPrometheus(options),
  remedy: prometheusRemedy,
};
