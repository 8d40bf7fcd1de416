import { defined } from '../../core/defined.ts';
import { replaceRemedies } from '../../core/replace-remedies.ts';
import { type InputPath, resolveInputPath } from '../../files/input-path.ts';
import type { BumpRules } from '../../manifest/bump/bump-result.ts';
import { openSearchRoot, type TopHints } from '../../manifest/files/root.ts';
import type { SearchScope } from '../../manifest/files/search.ts';
import { fileSelector } from '../../manifest/files/select-files.ts';
import type { FieldQuery } from '../../manifest/finders/field-query.ts';
import type { BumpInputs } from './inputs.ts';
import { requirePathsMatch } from './paths-match.ts';
import { searchRemedies } from './remedies/search-errors.ts';

/** What this run will do, derived from the inputs before any manifest is read. */
export type BumpPlan = ChangePlan | InspectPlan | ComparePlan;

/** A folder that is searched. */
export interface FolderSearch {
  /** The folder as the input gives it. */
  readonly folder: string;
  readonly scope: SearchScope;
  /** The top level of the repository, if the input gives it. */
  readonly top: string | undefined;
  /** The globs and folders that narrow the search, as the input gives them. */
  readonly paths: readonly string[];
}

export interface ChangePlan {
  readonly mode: 'bump';
  readonly search: FolderSearch;
  readonly rules: BumpRules;
  /** How many fields must name the images. */
  readonly expect: number | undefined;
  readonly ifUnmatched: 'fail' | 'warn' | 'ignore';
  /** What to do about places where an image still has another version. */
  readonly ifLeft: 'warn' | 'fail' | 'ignore';
  readonly dryRun: boolean;
}

export interface InspectPlan {
  readonly mode: 'inspect';
  readonly search: FolderSearch;
  readonly fields: FieldQuery;
}

export interface ComparePlan {
  readonly mode: 'compare';
  /** The two folders, in the order of the report. */
  readonly first: FolderSearch;
  readonly second: FolderSearch;
  readonly fields: FieldQuery;
}

/** @throws ActionError `root-not-found`, `top-not-above`, `input-invalid`. */
export async function planBump(inputs: BumpInputs, cwd: string): Promise<BumpPlan> {
  const { mode, image, paths, kinds, pin, aliases, create, newerOnly, expect, ifUnmatched, ifLeft, dryRun } = inputs;
  const fields = { kinds, named: inputs.fields, embedded: inputs.embedded };
  const top = inputs.top && resolveInputPath('top', inputs.top, cwd);
  const hints = { workspace: cwd, ...defined({ given: top }) };
  const search = await openFolder(inputs.root, 'root', paths, cwd, hints);
  if (mode === 'bump') {
    // If a single path matches nothing, no field names the images, and `if-unmatched` decides.
    if (paths.length > 1) requirePathsMatch(paths, [search.scope.root]);
    const rules = { bumps: image, policy: { pin, aliases, create, newerOnly }, fields };
    return { mode, search, rules, expect, ifUnmatched, ifLeft, dryRun };
  }
  if (mode === 'inspect') {
    requirePathsMatch(paths, [search.scope.root]);
    return { mode, search, fields };
  }
  const second = await openFolder(inputs.compareWith ?? inputs.root, 'compare-with', paths, cwd, hints);
  requirePathsMatch(paths, [search.scope.root, second.scope.root]);
  return { mode, first: search, second, fields };
}

async function openFolder(
  folder: InputPath,
  input: 'root' | 'compare-with',
  paths: readonly string[],
  cwd: string,
  hints: TopHints,
): Promise<FolderSearch> {
  const root = await replaceRemedies(searchRemedies(input), () =>
    openSearchRoot(folder, resolveInputPath(input, folder, cwd), hints),
  );
  return { folder, top: hints.given, paths, scope: { root, selects: fileSelector(paths) } };
}
