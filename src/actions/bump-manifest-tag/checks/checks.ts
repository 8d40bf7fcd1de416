import type { Inputs } from '../../../core/contract.ts';
import { ActionError } from '../../../core/error.ts';
import { invalidInput } from '../../../core/inputs.ts';
import type { Log } from '../../../core/log.ts';
import { imageRepository, normalRepository } from '../../../image/reference.ts';
import type { BumpRules, MatchedField } from '../../../manifest/bump/bump-file.ts';
import { type BumpResult, bumpManifests } from '../../../manifest/bump/bump-manifests.ts';
import { conflictingBumps, type ImageBump } from '../../../manifest/bump/image-bump.ts';
import { fileSelector, type SearchRoot } from '../../../manifest/files/search.ts';
import { findersOf } from '../../../manifest/finders/finders.ts';
import { inspectManifests } from '../../../manifest/inspect/inspect-manifests.ts';
import { type NearMiss, nearMisses } from '../../../manifest/inspect/near-misses.ts';
import type { contract } from '../contract.ts';

/** How many places an error lists; the rest is counted. */
const LISTED = 8;

/** How many files are parsed to find out what the user may have meant. */
const EXPLAINING_FILES = 500;

/**
 * Inputs that do not fit each other.
 * @throws ActionError `input-missing` or `input-invalid`.
 */
export function demandConsistent({ mode, image, expect, compareWith }: Inputs<typeof contract>): void {
  const reads = `\`mode: ${mode}\` changes nothing`;
  if (mode === 'bump' && image.length === 0)
    throw new ActionError({
      code: 'input-missing',
      message: 'Input `image` is missing.',
      remedy:
        'Add, for example, `image: ghcr.io/acme/shop:1.4.2`; `mode: inspect` lists what is there without changing it.',
    });
  if (mode !== 'bump' && image.length > 0)
    throw invalidInput('image', `says what to change, but ${reads}.`, ['Leave `image` out, or set `mode: bump`.']);
  if (mode !== 'bump' && expect !== undefined)
    throw invalidInput('expect', `counts the fields to change, but ${reads}.`, ['Leave `expect` out.']);
  if (mode === 'compare' && compareWith === undefined)
    throw invalidInput('compare-with', 'is missing: with what shall `root` be compared?', [
      'Give the other folder, such as `compare-with: apps/shop/overlays/production`.',
    ]);
  if (mode !== 'compare' && compareWith !== undefined)
    throw invalidInput('compare-with', `is of no use in \`mode: ${mode}\`.`, ['Leave it out, or set `mode: compare`.']);
  const contradictory = conflictingBumps(image);
  if (contradictory) throw invalidInput('image', `${contradictory}.`, ['Give each repository one line.']);
}

/**
 * Nothing is written when one field of a wanted image can't be changed: half a bump is worse than none.
 * @throws ActionError `field-refused`.
 */
export function demandEditable({ refused }: BumpResult): void {
  if (refused.length === 0) return;
  throw new ActionError({
    code: 'field-refused',
    message: listed(
      refused.length === 1 ? 'An image field can’t be changed:' : `${refused.length} image fields can’t be changed:`,
      refused.map(({ file, line, reason }) => `${file}:${line} ${reason}`),
    ),
    remedy: [...new Set(refused.map(({ remedy }) => remedy))].join(' '),
  });
}

/** @throws ActionError `unexpected-count`. */
export function demandCount({ matched }: BumpResult, expect: number | undefined): void {
  if (expect === undefined || expect === matched.length) return;
  throw new ActionError({
    code: 'unexpected-count',
    message: listed(
      `${matched.length} fields name the images, but ${expect} are expected${matched.length > 0 ? ':' : '.'}`,
      matched.map(({ file, line, path, from }) => `${file}:${line} ${path} (${from})`),
    ),
    remedy: 'Narrow the search with `paths` or `kinds`, name missing fields with `fields`, or correct `expect`.',
  });
}

interface Search {
  readonly root: SearchRoot;
  readonly wanted: (path: string) => boolean;
  readonly rules: BumpRules;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Says of each image that no field names what may have been meant instead, and answers these sentences where they are but a warning.
 * @throws ActionError `image-not-found`, unless `if-unmatched` lets it pass.
 */
export async function demandFound(
  bumped: BumpResult,
  inputs: Inputs<typeof contract>,
  search: Search,
): Promise<readonly string[]> {
  const found = new Set(bumped.matched.map(({ bump }) => bump));
  const unmatched = inputs.image.filter((bump) => !found.has(bump));
  if (unmatched.length === 0 || inputs.ifUnmatched === 'ignore') return [];
  const elsewhere = await leftOut(unmatched, inputs, search);
  const { fields } = await inspectManifests({
    ...search,
    finders: search.rules.finders,
    embedded: search.rules.embedded,
    named: inputs.fields,
    mostFiles: EXPLAINING_FILES,
  });
  const reasons = unmatched.map((bump) =>
    listed(
      bumped.searched === 0
        ? `${nowhere(inputs)}, so no field names ${imageRepository(bump.from)}.`
        : `No image field in the ${files(bumped.searched)} names ${normalRepository(bump.from)}.`,
      [
        ...elsewhere.filter((field) => field.bump === bump).map(outside),
        ...nearMisses(bump, fields).map(nearMiss),
        ...leftFor(bump, bumped),
      ],
    ),
  );
  if (inputs.ifUnmatched === 'warn') {
    for (const reason of reasons) search.log.warning(reason, { title: 'bump-manifest-tag: image-not-found' });
    return reasons;
  }
  throw new ActionError({
    code: 'image-not-found',
    message: reasons.join('\n'),
    remedy: `${
      bumped.searched === 0 && inputs.paths.length > 0
        ? 'Correct `paths`: it takes globs or folders relative to `root`, a line each'
        : 'Correct `image`, `root` or `paths`, or name the place with `fields`'
    }; \`if-unmatched: warn\` lets images pass that stand nowhere.`,
  });
}

/** Where no file was searched. */
function nowhere({ paths, root }: Inputs<typeof contract>): string {
  const under = root === '.' ? 'in the workspace' : `under ${root}`;
  return paths.length === 0
    ? `No manifest was found ${under}`
    : `\`paths\` (${paths.join(', ')}) names no manifest ${under}`;
}

/** Fields of the images that `paths` or `kinds` leave out. */
async function leftOut(
  bumps: readonly ImageBump[],
  { paths, kinds }: Inputs<typeof contract>,
  { root, rules, signal }: Search,
): Promise<readonly MatchedField[]> {
  if (paths.length === 0 && kinds.length === 0) return [];
  const everywhere = {
    ...rules,
    bumps,
    policy: { ...rules.policy, pin: 'keep-shape' as const, create: false },
    finders: [...rules.finders, ...findersOf([])],
  };
  return (await bumpManifests(root, fileSelector([]), everywhere, signal)).matched;
}

function outside({ file, line, path }: MatchedField): string {
  return `${file}:${line} ${path} does, but \`paths\` or \`kinds\` leave it out`;
}

function nearMiss({ field, how }: NearMiss): string {
  return `${field.repository} ${how} (${field.file}:${field.line})`;
}

/** Places that speak of the image but were not changed. */
function leftFor(bump: ImageBump, { left, skipped }: BumpResult): string[] {
  return [...left, ...skipped]
    .filter((remark) => remark.bump === bump || remark.bump === undefined)
    .map(({ file, line, reason }) => `${file}:${line} ${reason}`);
}

function listed(title: string, items: readonly string[]): string {
  const more = items.length > LISTED ? [`  … and ${items.length - LISTED} more`] : [];
  return [title, ...items.slice(0, LISTED).map((item) => `  ${item}`), ...more].join('\n');
}

function files(count: number): string {
  return count === 1 ? 'searched file' : `${count} searched files`;
}
