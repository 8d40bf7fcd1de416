import { type Kind, Misfit } from '../core/kinds.ts';

/** One request header, as `Name: value`. */
export const requestHeader: Kind<readonly [name: string, value: string]> = {
  takes: 'headers such as X-Scope-OrgID: team-a',
  parse(value) {
    const match = /^([!#$%&'*+.^_`|~\w-]+)\s*:\s*([\t\x20-\x7e]*)$/.exec(value);
    const [, name, content] = match ?? [];
    if (name === undefined || content === undefined)
      throw new Misfit(value.includes(':') ? '' : 'A colon must stand between the name and the value.');
    return [name, content.trim()];
  },
};

/** Whether what stands in a header of this name is a credential. */
export function isCredential(header: string): boolean {
  return /auth|token|key|secret|cookie|password/i.test(header);
}
