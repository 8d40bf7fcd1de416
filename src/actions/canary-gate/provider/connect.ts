import type { Context } from '../../../entry/context.ts';
import { isCredential } from '../../../metrics/headers.ts';
import type { MetricsProvider } from '../../../metrics/provider.ts';
import { openProvider } from '../../../metrics/providers.ts';
import type { contract } from '../contract.ts';

/** A failing query must not hold up the looks after it for longer than this. */
const LONGEST_TIMEOUT = 30_000;

/** Opens the metrics server that the inputs name; asks it nothing yet. @param interval between two looks, in ms */
export function connectProvider(
  { inputs, http, clock, log, secrets }: Context<typeof contract>,
  interval: number,
): Promise<MetricsProvider> {
  for (const [name, value] of inputs.headers) {
    if (!isCredential(name)) continue;
    secrets.add(value);
    // The scheme before it (`Bearer`) is no part of the secret.
    secrets.add(value.replace(/^\S+\s+/, ''));
  }
  return openProvider(inputs.provider, {
    address: inputs.address,
    token: inputs.token,
    headers: Object.fromEntries(inputs.headers),
    http,
    clock,
    timeout: Math.min(interval, LONGEST_TIMEOUT),
    onWarning: (text) => log.warning(`The metrics server warns: ${text}`),
  });
}
