import { type InputType, InvalidInput } from '../../../core/input-types.ts';

const KEY = '[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?';
const VALUE = '([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?';
const REQUIREMENT = new RegExp(`^(${KEY}\\s*(=|==|!=)\\s*${VALUE}|!?${KEY}|${KEY}\\s+(in|notin)\\s+\\([^()]*\\))$`);

/** A label selector as the Kubernetes API reads it: `app=shop,tier!=cache,env in (a, b),!legacy`. */
export const selector: InputType<string> = {
  expects: 'a label selector such as app=shop,tier!=cache',
  parse(text) {
    const requirements = separated(text);
    const wrong = requirements.find((requirement) => !REQUIREMENT.test(requirement.trim()));
    if (wrong === undefined) return text;
    throw new InvalidInput(
      wrong.includes(':')
        ? `A selector compares labels with "=": did you mean "${wrong
            .split(':', 2)
            .map((side) => side.trim())
            .join('=')}"?`
        : `"${wrong.trim()}" is not a label requirement.`,
    );
  },
};

/** The requirements between commas; the commas inside parentheses separate values. */
function separated(text: string): string[] {
  const requirements = [''];
  let isInside = false;
  for (const char of text) {
    if (char === '(' || char === ')') isInside = char === '(';
    if (char === ',' && !isInside) requirements.push('');
    else requirements[requirements.length - 1] += char;
  }
  return requirements;
}
