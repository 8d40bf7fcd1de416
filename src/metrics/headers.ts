import { type InputType, InvalidInput } from '../core/input-types.ts';

/** One request header, as `Name: value`. */
export const requestHeader: InputType<readonly [name: string, value: string]> = {
  expects: 'headers such as X-Scope-OrgID: team-a',
  parse(value) {
    const match = /^([!#$%&'*+.^_`|~\w-]+)\s*:\s*([\t\x20-\x7e]*)$/.exec(value);
    const [, name, content] = match ?? [];
    if (name === undefined || content === undefined)
      throw new InvalidInput(value.includes(':') ? '' : 'Put a colon between the name and the value.');
    return [name, content.trim()];
  },
};

/** Whether a header of this name usually holds a credential. */
export function isCredentialHeader(name: string): boolean {
  return /auth|token|key|secret|cookie|password/i.test(name);
}
