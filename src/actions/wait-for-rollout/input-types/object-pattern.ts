import { type InputType, InvalidInput } from '../../../core/input-types.ts';
import { globs } from '../../../files/glob.ts';

/** Objects as a line of input `ignore` names them. */
export interface ObjectPattern {
  /** The line itself. */
  readonly text: string;
  /** @param path `namespace/kind/name`; of a cluster-wide object `-/kind/name`. */
  readonly matches: (path: string) => boolean;
}

export const objectPattern: InputType<ObjectPattern> = {
  expects: 'kind/name or namespace/kind/name, with * and ? as wildcards, such as ingress/* or staging/job/seed-*',
  parse(text) {
    const parts = text.split('/').map((part) => part.trim());
    if (parts.length < 2 || parts.length > 3 || parts.includes(''))
      throw new InvalidInput(parts.length === 1 ? `Add the kind: did you mean "*/${text}"?` : '');
    if (!parts.every((part) => /^[\w.*?-]+$/.test(part)))
      throw new InvalidInput('A kind or name has letters, digits, "-" and "."; the wildcards are * and ?.');
    const [name = '', kind = '', namespace = '*'] = [...parts].reverse();
    return { text, matches: globs([`${namespace}/${kind.toLowerCase()}/${name}`]) };
  },
};
