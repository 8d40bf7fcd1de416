import { type InputType, InvalidInput } from '../../../core/input-types.ts';

const KEY = '[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?';
const VALUE = '([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?';
const TERM = new RegExp(`^(${KEY}\\s*(=|==|!=)\\s*${VALUE}|!?${KEY}|${KEY}\\s+(in|notin)\\s+\\([^()]*\\))$`);

/** A label selector in the API's own grammar: `app=shop,tier!=cache,env in (a, b),!legacy`. */
export const selector: InputType<string> = {
  expects: 'a label selector such as app=shop,tier!=cache',
  parse(text) {
    const wrong = text.split(/,(?![^(]*\))/).find((term) => !TERM.test(term.trim()));
    if (wrong === undefined) return text;
    throw new InvalidInput(
      wrong.includes(':')
        ? `Labels are compared by "=": did you mean "${wrong.replace(/\s*:\s*/, '=')}"?`
        : `"${wrong.trim()}" is no term of a selector.`,
    );
  },
};
