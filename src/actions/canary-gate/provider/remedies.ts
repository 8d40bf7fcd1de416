import { ActionError } from '../../../core/error.ts';
import { MetricsError } from '../../../metrics/error.ts';
import type { MetricsProvider, MetricsProviderPlugin, OptionNames } from '../../../metrics/provider.ts';

/** The inputs of this action that give the options of a provider. */
const INPUTS: OptionNames = { address: 'the input `address`', token: 'the input `token`', headers: '`headers`' };

/** The provider, with errors that tell the user which input of this action to change. */
export function withRemedies(
  provider: MetricsProvider,
  { remedy }: Pick<MetricsProviderPlugin, 'remedy'>,
): MetricsProvider {
  const throwWithRemedy = (thrown: unknown): never => {
    if (!(thrown instanceof MetricsError)) throw thrown;
    const { failure, message } = thrown;
    throw new ActionError({ code: failure.code, message, remedy: remedy(failure, INPUTS), cause: thrown });
  };
  return {
    measure: (query, time, signal) => provider.measure(query, time, signal).catch(throwWithRemedy),
    measureRange: (query, range, signal) => provider.measureRange(query, range, signal).catch(throwWithRemedy),
    substitute(query, placeholder, value) {
      try {
        return provider.substitute(query, placeholder, value);
      } catch (thrown) {
        return throwWithRemedy(thrown);
      }
    },
    lookback: (query) => provider.lookback(query),
  };
}
