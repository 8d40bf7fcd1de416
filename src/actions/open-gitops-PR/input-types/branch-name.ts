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
