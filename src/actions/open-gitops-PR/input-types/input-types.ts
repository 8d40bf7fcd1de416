import { type InputType, InvalidInput } from '../../../core/input-types.ts';
import { isSideBranch } from '../../../github/repository/side-branch.ts';

/** A branch name by git's rules (git-check-ref-format). */
export const branchName: InputType<string> = {
  expects: 'the name of a branch',
  parse(text) {
    if (text.startsWith('refs/heads/')) throw new InvalidInput(`Did you mean "${text.slice('refs/heads/'.length)}"?`);
    const wrong = /[\s~^:?*[\\\p{Cc}]|\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|^[-/.]|[/.]$|^@$/u.exec(text);
    if (wrong) throw new InvalidInput(`The name of a branch can't have "${wrong[0]}" there.`);
    if (isSideBranch(text)) throw new InvalidInput('Names that begin with "gitops-next/" are reserved for the action.');
    return text;
  },
};

/** A name that becomes one part of a branch name. */
export const namePart: InputType<string> = {
  expects: 'a name of letters, digits, "-", "_" and "."',
  parse(text) {
    if (!/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9_-])?$/.test(text) || text.includes('..') || text.endsWith('.lock'))
      throw new InvalidInput(text.includes('/') ? "It can't contain a slash." : '');
    return text;
  },
};

export const login: InputType<string> = {
  expects: 'a login',
  parse(text) {
    if (/^[A-Za-z0-9](?:[A-Za-z0-9-]|_(?=[A-Za-z0-9]))*(\[bot\])?$/.test(text)) return text;
    if (text.startsWith('@')) throw new InvalidInput(`Did you mean "${text.slice(1)}"?`);
    throw new InvalidInput(text.includes('/') ? 'Put teams into `team-reviewers`, by their slug.' : '');
  },
};

export const commitSha: InputType<string> = {
  expects: 'the whole SHA of a commit',
  parse(text) {
    if (/^[0-9a-f]{40}$/i.test(text)) return text.toLowerCase();
    throw new InvalidInput(/^[0-9a-f]{7,39}$/i.test(text) ? SHORT_SHA : '');
  },
};

const SHORT_SHA = 'A shortened SHA can be ambiguous: give all 40 digits.';

export type RevertTarget =
  | { readonly kind: 'pull'; readonly number: number }
  | { readonly kind: 'commit'; readonly sha: string };

export const revertTarget: InputType<RevertTarget> = {
  expects: 'the number of a pull request, or the whole SHA of a commit',
  parse(text) {
    if (/^[0-9a-f]{40}$/i.test(text)) return { kind: 'commit', sha: text.toLowerCase() };
    const number = /^#?([1-9]\d{0,8})$/.exec(text)?.[1];
    if (number !== undefined) return { kind: 'pull', number: Number(number) };
    throw new InvalidInput(/^[0-9a-f]{7,39}$/i.test(text) ? SHORT_SHA : '');
  },
};
