import type { Metric } from '../../../src/actions/canary-gate/metric/metric.ts';
import type { ArmSamples } from '../../../src/actions/canary-gate/samples/samples.ts';

/** A metric with the default of everything that isn't given. */
export function metric(options: Partial<Metric> = {}): Metric {
  return {
    name: 'latency',
    queries: { baseline: 'a', canary: 'b' },
    direction: 'increase',
    margin: { kind: 'relative', fraction: 0.1 },
    threshold: undefined,
    failureLimit: undefined,
    critical: false,
    mustHaveData: true,
    weight: 1,
    unit: '',
    ...options,
  };
}

export const noSamples: ArmSamples = { values: [], missing: { 'no data': 0, 'not a number': 0, error: 0 } };
