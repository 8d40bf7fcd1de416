import { type InputType, InvalidInput } from '../../../core/input-types.ts';

/** A commit by its whole ID, or by the first 7 digits or more. */
export const commitId: InputType<string> = {
  expects: 'a commit (7 to 64 hexadecimal digits)',
  parse(text) {
    if (/^[0-9a-f]{7,64}$/.test(text)) return text;
    throw new InvalidInput('Use output `merge-commit-sha` of open-gitops-PR.');
  },
};
