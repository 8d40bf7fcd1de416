import { type InputType, InvalidInput } from '../../../core/input-types.ts';

/** A name that becomes one part of a branch name. */
export const namePart: InputType<string> = {
  expects: 'a name of letters, digits, "-", "_" and "."',
  parse(text) {
    if (!/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9_-])?$/.test(text) || text.includes('..') || text.endsWith('.lock'))
      throw new InvalidInput(text.includes('/') ? "It can't contain a slash." : '');
    return text;
  },
};
