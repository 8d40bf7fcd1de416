import { ActionError } from '../../../core/error.ts';

type FolderInput = 'root' | 'compare-with';

/** What to do about an error of the search, in terms of the inputs. */
const REMEDIES: Readonly<Record<string, (input: FolderInput) => string>> = {
  'root-not-found': (input) =>
    `Check out the repository before this step; \`${input}\` is a folder relative to the workspace.`,
  'file-not-readable': () => 'Give the user that runs the job permission to read it, or exclude it with `paths`.',
  'too-much-to-search': () => 'Name the folders of the manifests with `paths`.',
};

/** Runs a search. Its errors get remedies that name the inputs: the search itself doesn't know them. */
export async function withInputRemedies<T>(search: () => T | Promise<T>, input: FolderInput = 'root'): Promise<T> {
  try {
    return await search();
  } catch (thrown) {
    const remedy = thrown instanceof ActionError ? REMEDIES[thrown.code]?.(input) : undefined;
    if (!(thrown instanceof ActionError) || remedy === undefined) throw thrown;
    const { code, message, cause } = thrown;
    throw new ActionError({ code, message, remedy, cause });
  }
}
