import type { Context } from '../../../entry/context.ts';
import type { MetricsProvider } from '../../../metrics/provider.ts';
import { METRICS_PROVIDERS } from '../../../metrics/providers/providers.ts';
import type { contract } from '../contract.ts';
import { withRemedies } from './remedies.ts';

/** A slow query delays the next sample rounds by at most this, in ms. */
const LONGEST_TIMEOUT = 30_000;

/** Opens the provider that the inputs choose; sends nothing yet. @param interval between two sample rounds, in ms */
export async function connectProvider(
  { inputs, http, clock, log }: Context<typeof contract>,
  interval: number,
): Promise<MetricsProvider> {
  const provider = await METRICS_PROVIDERS[inputs.provider].open({
    address: inputs.address,
    token: inputs.token,
    headers: Object.fromEntries(inputs.headers),
    http,
    clock,
    timeout: Math.min(interval, LONGEST_TIMEOUT),
    onWarning: (text) => log.warning(`The metrics server warns: ${text}`),
  });
  return withRemedies(provider);
}
