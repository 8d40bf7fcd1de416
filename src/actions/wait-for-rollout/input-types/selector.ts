import { type InputType, InvalidInput } from '../../../core/input-types.ts';

const KEY = '[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?';
const VALUE = '([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?';
const REQUIREMENT = new RegExp(`^(${KEY}\\s*(=|==|!=)\\s*${VALUE}|!?${KEY}|${KEY}\\s+(in|notin)\\s+\\([^()]*\\))$`);

/** A label selector as the Kubernetes API reads it: `app=shop,tier!=cache,env in (a, b),!legacy`. */
export const selector: InputType<string> = {
  expects: 'a label selector such as app=shop,tier!=cache',
  parse(text) {
    const requirements = text.split(/,(?![^(]*\))/);
    const wrong = requirements.find((requirement) => !REQUIREMENT.test(requirement.trim()));
    if (wrong === undefined) return text;
    throw new InvalidInput(
      wrong.includes(':')
        ? `A selector compares labels with "=": did you mean "${wrong.replace(/\s*:\s*/, '=')}"?`
        : `"${wrong.trim()}" is not a label requirement.`,
    );
  },
};
