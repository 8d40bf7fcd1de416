import { mentionsPolicies, needsPolicies, POLICY_KINDS, readImagePolicies } from '../fields/image-policies.ts';
import { throwIfCancelled } from '../files/cancellation.ts';
import { Prefilter } from '../files/prefilter.ts';
import { type SearchedFile, type SearchLog, type SearchScope, searchFiles } from '../files/search.ts';
import { loadParser } from '../syntax/parse.ts';
import { addMissingEntries } from './add-missing-entries.ts';
import { bumpInSteps } from './bump-file.ts';
import { bumpPrefilter } from './bump-prefilter.ts';
import type { BumpResult, BumpRules, EditedFile, FileBump } from './bump-result.ts';
import { withSealedLeft } from './sealed-field.ts';

/** Finds the fields of the wanted images in all selected files and makes the edits in memory. Writes nothing. */
export async function bumpManifests(scope: SearchScope, rules: BumpRules, signal: AbortSignal): Promise<BumpResult> {
  const prefilter = bumpPrefilter(rules.bumps, rules.fields.named);
  const log: SearchLog = { searched: 0, skipped: [] };
  const manifests: SearchedFile[] = [];
  for (const manifest of searchFiles(scope, prefilter, log)) {
    await throwIfCancelled(signal);
    manifests.push(manifest);
  }
  const results = new Map<string, BumpedFile>();
  if (manifests.length > 0) {
    // Loaded only if there is something to parse.
    const parser = await loadParser(prefilter);
    const policies = readImagePolicies(
      [...manifests.filter(mentionsPolicies), ...policyFiles(scope, manifests)],
      parser,
    );
    for (const manifest of manifests) {
      const steps = bumpInSteps(manifest, { rules, prefilter, parser, policies });
      results.set(manifest.file, { ...manifest, ...(await lastOf(steps, signal)) });
    }
  }
  const added = rules.policy.create ? await addMissingEntries(scope, rules, [...results.values()], signal) : undefined;
  if (added?.kind === 'added') results.set(added.file.file, { ...added.file, ...added.bump });
  const bumped = [...results.values()];
  return withSealedLeft({
    searched: log.searched,
    matched: bumped.flatMap(({ matched }) => matched),
    unchanged: bumped.flatMap(({ unchanged }) => unchanged),
    skipped: [...log.skipped, ...bumped.flatMap(({ skipped }) => skipped)],
    refused: [...bumped.flatMap(({ refused }) => refused), ...(added?.kind === 'refused' ? added.refused : [])],
    left: bumped.flatMap(({ left }) => left),
    files: bumped.flatMap(editedFile),
  });
}

/** The result of the last step. Between two steps, the job can be cancelled. */
async function lastOf<T>(steps: Generator<void, T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    await throwIfCancelled(signal);
    const { done, value } = steps.next();
    if (done) return value;
  }
}

interface BumpedFile extends SearchedFile, FileBump {}

/** The files that define the images of Flux's policies, if a manifest needs them. */
function policyFiles(scope: SearchScope, manifests: readonly SearchedFile[]): Iterable<SearchedFile> {
  if (!manifests.some(needsPolicies)) return [];
  return searchFiles(scope, new Prefilter(POLICY_KINDS), { searched: 0, skipped: [] });
}

function editedFile({ edited, path, file, text }: BumpedFile): EditedFile[] {
  if (!edited || edited.splices.length === 0) return [];
  return [{ path, file, before: text, after: edited.text, splices: edited.splices }];
}
