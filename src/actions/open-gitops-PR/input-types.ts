import { type InputType, InvalidInput } from '../../core/input-types.ts';
import { isSideBranch } from '../../github/repository/side-branch.ts';

/** A branch's name by git's rules (git-check-ref-format). */
export const branchName: InputType<string> = {
  expects: 'the name of a branch',
  parse(text) {
    if (text.startsWith('refs/heads/')) throw new InvalidInput(`Did you mean "${text.slice('refs/heads/'.length)}"?`);
    const wrong = /[\s~^:?*[\\\p{Cc}]|\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|^[-/.]|[/.]$|^@$/u.exec(text);
    if (wrong) throw new InvalidInput(`"${wrong[0]}" can't stand there in the name of a branch.`);
    if (isSideBranch(text)) throw new InvalidInput('What begins with "gitops-next/" is kept for the action itself.');
    return text;
  },
};

/** A name that becomes one part of a branch's name. */
export const namePart: InputType<string> = {
  expects: 'a name of letters, digits, "-", "_" and "."',
  parse(text) {
    if (!/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9_-])?$/.test(text) || text.includes('..') || text.endsWith('.lock'))
      throw new InvalidInput(text.includes('/') ? 'A slash can’t stand in it.' : '');
    return text;
  },
};

export const login: InputType<string> = {
  expects: 'a login',
  parse(text) {
    if (/^[A-Za-z0-9](?:[A-Za-z0-9-]|_(?=[A-Za-z0-9]))*(\[bot\])?$/.test(text)) return text;
    if (text.startsWith('@')) throw new InvalidInput(`Did you mean "${text.slice(1)}"?`);
    throw new InvalidInput(text.includes('/') ? 'Teams go into `team-reviewers`, by their slug.' : '');
  },
};

/** A commit. */
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

/** What is to be taken back. */
export const revertTarget: InputType<RevertTarget> = {
  expects: 'the number of a pull request, or the whole SHA of a commit',
  parse(text) {
    if (/^[0-9a-f]{40}$/i.test(text)) return { kind: 'commit', sha: text.toLowerCase() };
    const number = /^#?([1-9]\d{0,8})$/.exec(text)?.[1];
    if (number !== undefined) return { kind: 'pull', number: Number(number) };
    throw new InvalidInput(/^[0-9a-f]{7,39}$/i.test(text) ? SHORT_SHA : '');
  },
};
