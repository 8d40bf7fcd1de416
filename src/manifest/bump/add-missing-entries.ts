import { imageRepository } from '../../image/reference.ts';
import { isKustomization, mayBeKustomization } from '../fields/kustomization.ts';
import { throwIfCancelled } from '../files/cancellation.ts';
import type { ManifestFile } from '../files/manifest-file.ts';
import { openManifest } from '../files/open-manifest.ts';
import { noPrefilter } from '../files/prefilter.ts';
import { type SearchedFile, type SearchScope, searchFiles } from '../files/search.ts';
import { loadParser, type Parser } from '../syntax/parse.ts';
import { rootOf } from '../syntax/tree.ts';
import { bumpFile } from './bump-file.ts';
import type { BumpRules, FileBump, RefusedField } from './bump-result.ts';
import type { ImageBump } from './image-bump.ts';

export type AddedToKustomization =
  | { readonly kind: 'added'; readonly file: SearchedFile; readonly bump: FileBump }
  | { readonly kind: 'refused'; readonly refused: readonly RefusedField[] };

/**
 * Adds an entry to the selected Kustomization for each image that no field names. If several are selected, none can be chosen.
 * `undefined` if there is nothing to add, or no Kustomization.
 */
export async function addMissingEntries(
  scope: SearchScope,
  rules: BumpRules,
  bumped: readonly Pick<FileBump, 'matched' | 'refused'>[],
  signal: AbortSignal,
): Promise<AddedToKustomization | undefined> {
  const { kinds } = rules.fields;
  if (kinds.length > 0 && !kinds.includes('kustomize')) return undefined;
  const named = new Set(bumped.flatMap(({ matched, refused }) => [...matched, ...refused]).map(({ bump }) => bump));
  const entriesFor = rules.bumps.filter((bump) => !named.has(bump));
  if (entriesFor.length === 0) return undefined;
  const kustomizations = await findKustomizations(scope, signal);
  const [file, ...others] = kustomizations;
  if (!file) return undefined;
  if (others.length > 0)
    return { kind: 'refused', refused: entriesFor.map((bump) => severalKustomizations(bump, kustomizations)) };
  const options = { rules, prefilter: noPrefilter, parser: await loadParser(), policies: new Map(), entriesFor };
  return { kind: 'added', file, bump: bumpFile(file, options) };
}

/** The selected files with a Kustomization or Component. */
export async function findKustomizations(scope: SearchScope, signal: AbortSignal): Promise<readonly SearchedFile[]> {
  const parser = await loadParser();
  const kustomizations: SearchedFile[] = [];
  for (const manifest of searchFiles(scope, noPrefilter, { searched: 0, skipped: [] })) {
    await throwIfCancelled(signal);
    if (hasKustomization(manifest, parser)) kustomizations.push(manifest);
  }
  return kustomizations;
}

function hasKustomization(manifest: ManifestFile, parser: Parser): boolean {
  if (!mayBeKustomization(manifest)) return false;
  const { documents } = openManifest(manifest, noPrefilter, parser);
  return [...documents].some((document) => isKustomization(rootOf(document), manifest.file));
}

function severalKustomizations(bump: ImageBump, kustomizations: readonly ManifestFile[]): RefusedField {
  const files = kustomizations.map(({ file }) => file);
  const listed = `${files.slice(0, 3).join(', ')}${files.length > 3 ? ', …' : ''}`;
  return {
    file: files[0] ?? '',
    line: 1,
    bump,
    reason: `is one of ${files.length} Kustomizations that could get an entry for ${imageRepository(bump.from)} (${listed})`,
    obstacle: { code: 'several-kustomizations' },
  };
}
