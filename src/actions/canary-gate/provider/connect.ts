import type { Runtime } from '../../../entry/context.ts';
import type { MetricsProvider, MetricsProviderPlugin } from '../../../metrics/provider.ts';
import { withRemedies } from './remedies.ts';

/** A slow query delays the next sample rounds by at most this, in ms. */
const LONGEST_TIMEOUT = 30_000;

/** The metrics server, and what each request to it carries. */
export interface ProviderSettings {
  readonly plugin: MetricsProviderPlugin;
  readonly address: URL;
  /** Bearer token. */
  readonly token: string | undefined;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** Opens the provider; sends nothing yet. @param interval between two sample rounds, in ms */
export async function connectProvider(
  { plugin, address, token, headers }: ProviderSettings,
  interval: number,
  { http, clock, log }: Runtime,
): Promise<MetricsProvider> {
  const provider = await plugin.open({
    address,
    token,
    headers: Object.fromEntries(headers),
    http,
    clock,
    timeout: Math.min(interval, LONGEST_TIMEOUT),
    onWarning: (text) => log.warning(`The metrics server warns: ${text}`),
  });
  return withRemedies(provider, plugin);
}
