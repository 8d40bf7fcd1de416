import { type InputType, InvalidInput } from '../../../core/input-types.ts';
import { parseReference } from '../../../image/reference.ts';

/** The host of a registry, as in image references. */
export const registryHost: InputType<string> = {
  expects: 'a registry such as registry.internal:5000',
  parse(text) {
    if (/^[a-zA-Z0-9[\]:.-]+$/.test(text) && parseReference(`${text}/x`)?.registry === text) return text;
    throw new InvalidInput(
      /^https?:\/\//.test(text) ? `Did you mean "${text.replace(/^https?:\/\//, '').split('/', 1)[0]}"?` : '',
    );
  },
};
