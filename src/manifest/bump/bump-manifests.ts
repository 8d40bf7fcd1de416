import { setImmediate } from 'node:timers/promises';
import { imageRepository } from '../../image/reference.ts';
import { mentionsPolicies, needsPolicies, POLICY_OBJECTS, policiesIn } from '../fields/image-policies.ts';
import type { ManifestFile, Remark } from '../files/manifest-file.ts';
import { openManifest } from '../files/open-manifest.ts';
import { Prefilter } from '../files/prefilter.ts';
import { type SearchLog, type SearchRoot, searchFiles } from '../files/search.ts';
import { isKustomization, kustomizeFinder, mayBeKustomization } from '../finders/kustomize.ts';
import { loadParser } from '../syntax/parse.ts';
import type { Splice } from '../syntax/splice.ts';
import { rootOf } from '../syntax/tree.ts';
import { type BumpRules, bumpFile, type FileBump, type MatchedField, type RefusedField } from './bump-file.ts';
import type { ImageBump } from './image-bump.ts';

export interface EditedFile {
  /** Absolute path. */
  readonly path: string;
  /** Relative to the Git top level, with `/`. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
  readonly splices: readonly Splice[];
}

export interface BumpResult {
  /** Files that were read. */
  readonly searched: number;
  readonly matched: readonly MatchedField[];
  readonly files: readonly EditedFile[];
  /** Fields of wanted images that stay as they are, on purpose. */
  readonly left: readonly Remark[];
  /** What could not be searched or filled. */
  readonly skipped: readonly Remark[];
  /** Reasons to write nothing at all. */
  readonly refused: readonly RefusedField[];
}

/** Finds the fields of the wanted images in all selected files and makes the edits in memory; nothing is written. */
export async function bumpManifests(
  root: SearchRoot,
  wanted: (path: string) => boolean,
  rules: BumpRules,
  signal: AbortSignal,
): Promise<BumpResult> {
  const survey: SearchLog = { searched: 0, skipped: [] };
  // Lets a cancellation through between two files.
  const breathe = async () => {
    await setImmediate();
    signal.throwIfAborted();
  };
  const manifests: (ManifestFile & { readonly path: string })[] = [];
  for (const candidate of searchFiles(root, wanted, rules.prefilter, survey)) {
    await breathe();
    manifests.push(candidate);
  }
  const policyObjects = () =>
    manifests.some(needsPolicies)
      ? searchFiles(root, wanted, new Prefilter(POLICY_OBJECTS), { searched: 0, skipped: [] })
      : [];
  const results = new Map<string, Result>();
  if (manifests.length > 0) {
    // Loaded only when there is something to parse.
    const parser = await loadParser();
    const policies = policiesIn([...manifests.filter(mentionsPolicies), ...policyObjects()], parser);
    for (const manifest of manifests) {
      await breathe();
      results.set(manifest.file, { ...bumpFile(manifest, rules, parser, policies), ...manifest });
    }
  }
  const refused = rules.policy.create ? await addEntries(root, wanted, rules, results, signal) : [];
  return { searched: survey.searched, ...collected([...results.values()], survey.skipped, refused) };
}

interface Result extends FileBump, ManifestFile {
  readonly path: string;
}

function collected(results: readonly Result[], skipped: readonly Remark[], refused: readonly RefusedField[]) {
  return {
    skipped: [...skipped, ...results.flatMap((result) => result.skipped)],
    matched: results.flatMap(({ matched }) => matched),
    left: results.flatMap(({ left }) => left),
    refused: [...results.flatMap((result) => result.refused), ...refused],
    files: results.flatMap(({ edited, path, file, text }): EditedFile[] =>
      edited && edited.splices.length > 0
        ? [{ path, file, before: text, after: edited.text, splices: edited.splices }]
        : [],
    ),
  };
}

/** Images that no field names yet get an entry in the Kustomization that was selected, where it is the only one. */
async function addEntries(
  root: SearchRoot,
  wanted: (path: string) => boolean,
  rules: BumpRules,
  results: Map<string, Result>,
  signal: AbortSignal,
): Promise<RefusedField[]> {
  if (!rules.finders.includes(kustomizeFinder)) return [];
  const named = new Set(
    [...results.values()].flatMap(({ matched, refused }) => [...matched, ...refused]).map(({ bump }) => bump),
  );
  const entriesFor = rules.bumps.filter((bump) => !named.has(bump));
  if (entriesFor.length === 0) return [];
  const parser = await loadParser();
  const all = new Prefilter(['']);
  const hosts: (ManifestFile & { readonly path: string })[] = [];
  for (const manifest of searchFiles(root, wanted, all, { searched: 0, skipped: [] })) {
    await setImmediate();
    signal.throwIfAborted();
    if (!mayBeKustomization(manifest)) continue;
    const { documents } = openManifest(manifest, all, parser);
    if ([...documents].some((document) => isKustomization(rootOf(document), manifest.file))) hosts.push(manifest);
  }
  const [host, ...others] = hosts;
  if (!host) return [];
  if (others.length > 0) return entriesFor.map((bump) => manyHosts(bump, hosts));
  results.set(host.file, { ...bumpFile(host, { ...rules, prefilter: all, entriesFor }, parser, new Map()), ...host });
  return [];
}

function manyHosts(bump: ImageBump, hosts: readonly ManifestFile[]): RefusedField {
  const files = hosts.map(({ file }) => file);
  const listed = `${files.slice(0, 3).join(', ')}${files.length > 3 ? ', …' : ''}`;
  return {
    file: files[0] ?? '',
    line: 1,
    bump,
    reason: `is one of ${files.length} Kustomizations that could get an entry for ${imageRepository(bump.from)} (${listed})`,
    remedy: 'Name the one that shall get it with `paths`.',
  };
}
