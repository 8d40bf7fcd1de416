import { type InputType, InvalidInput } from '../../../core/input-types.ts';

export const login: InputType<string> = {
  expects: 'a login',
  parse(text) {
    if (/^[A-Za-z0-9](?:[A-Za-z0-9-]|_(?=[A-Za-z0-9]))*(\[bot\])?$/.test(text)) return text;
    if (text.startsWith('@')) throw new InvalidInput(`Did you mean "${text.slice(1)}"?`);
    throw new InvalidInput(text.includes('/') ? 'Put teams into `team-reviewers`, by their slug.' : '');
  },
};
