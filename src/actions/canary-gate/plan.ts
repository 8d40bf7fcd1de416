import type { Runtime } from '../../entry/context.ts';
import { METRICS_PROVIDERS } from '../../metrics/providers/providers.ts';
import { type GateInputs, requireEnoughRounds, requirePastRange } from './inputs.ts';
import { openJudge, type SelectedJudge } from './judges/judges.ts';
import type { CanaryVerdict } from './judges/judgment.ts';
import type { ArmValues, Metric } from './metric/metric.ts';
import type { ProviderSettings } from './provider/connect.ts';
import type { SamplingPlan } from './samples/sampling-plan.ts';

/** What a run will do, computed from the inputs and the config before a query is sent. */
export interface GatePlan {
  readonly sampling: SamplingPlan;
  readonly metrics: readonly Metric[];
  readonly judge: SelectedJudge;
  readonly arms: ArmValues;
  readonly provider: ProviderSettings;
  /** The verdicts that fail the step. */
  readonly failOn: readonly CanaryVerdict[];
  /** Only send each query once, and report the results. */
  readonly dryRun: boolean;
}

/** @throws ActionError `input-invalid`, `input-missing`, `config-missing`, `config-invalid` */
export async function planGate(inputs: GateInputs, { cwd, clock }: Pick<Runtime, 'cwd' | 'clock'>): Promise<GatePlan> {
  const { passScore, marginalScore, minSamples, baseline, canary, address, token, headers, dryRun } = inputs;
  const sampling = planSampling(inputs, clock.now());
  // The YAML parser takes a third of the start-up time, so it's loaded only once the inputs are known to be valid.
  const { readConfig } = await import('./config/config.ts');
  const metrics = await readConfig({ config: inputs.config, metrics: inputs.metrics, cwd });
  return {
    sampling,
    metrics,
    judge: openJudge(inputs.judge, metrics, { passScore, marginalScore, minSamples }, sampling.rounds),
    arms: { baseline, canary },
    provider: { plugin: METRICS_PROVIDERS[inputs.provider], address, token, headers },
    failOn: inputs.failOn.filter((verdict) => verdict !== 'none'),
    dryRun,
  };
}

/** Plans the sample rounds. */
function planSampling(inputs: GateInputs, now: number): SamplingPlan {
  const { mode, interval, delay, duration } = inputs;
  if (mode === 'live') return { mode, delay, interval, rounds: requireEnoughRounds(inputs, duration) };
  const { start, end } = requirePastRange(inputs, now);
  return { mode, start, interval, rounds: requireEnoughRounds(inputs, end - start) };
}
