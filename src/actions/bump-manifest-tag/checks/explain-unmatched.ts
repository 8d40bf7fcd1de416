import { imageRepository, normalRepository } from '../../../image/reference.ts';
import { bumpManifests } from '../../../manifest/bump/bump-manifests.ts';
import type { BumpResult, MatchedField } from '../../../manifest/bump/bump-result.ts';
import type { ImageBump } from '../../../manifest/bump/image-bump.ts';
import { fileSelector } from '../../../manifest/files/select-files.ts';
import { inspectManifests } from '../../../manifest/inspect/inspect-manifests.ts';
import { type NearMiss, nearMisses } from '../../../manifest/inspect/near-misses.ts';
import { type OtherMention, otherMentions } from '../../../manifest/inspect/other-mentions.ts';
import type { ChangePlan, FolderSearch } from '../plan.ts';
import { listed } from './listed.ts';

/** How many files are parsed to find out what the user may have meant. */
const MAX_FILES = 500;

/** For each image that no field names: where it was searched, and which fields the user may have meant. */
export async function explainUnmatched(
  unmatched: readonly ImageBump[],
  result: BumpResult,
  plan: ChangePlan,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const excluded = await excludedFields(unmatched, plan, signal);
  const images = unmatched.map(({ from }) => from);
  const elsewhere = await otherMentions(plan.search.scope, images, signal, MAX_FILES);
  const { fields } = await inspectManifests(plan.search.scope, plan.rules.fields, signal, MAX_FILES);
  return unmatched.map((bump) => {
    const title =
      result.searched === 0
        ? `${nothingSearched(plan.search)}, so no field names ${imageRepository(bump.from)}.`
        : `No image field in the ${searchedFiles(result.searched)} names ${normalRepository(bump.from)}.`;
    return listed(title, [
      ...excluded.filter((field) => field.bump === bump).map(describeExcluded),
      ...nearMisses(bump.from, fields).map(describeNearMiss),
      ...mentions(bump, result),
      ...elsewhere.filter((mention) => mention.image === bump.from && !isKnown(mention, result)).map(describeMention),
    ]);
  });
}

/** Fields of the images that `paths` or `kinds` exclude. */
async function excludedFields(
  bumps: readonly ImageBump[],
  { search, rules }: ChangePlan,
  signal: AbortSignal,
): Promise<readonly MatchedField[]> {
  const { policy, fields } = rules;
  if (search.paths.length === 0 && fields.kinds.length === 0) return [];
  const everywhere = { root: search.scope.root, selects: fileSelector([]) };
  const widest = {
    bumps,
    policy: { ...policy, pin: 'keep-shape', create: false },
    fields: { ...fields, kinds: [] },
  } as const;
  return (await bumpManifests(everywhere, widest, signal)).matched;
}

function nothingSearched({ paths, folder }: FolderSearch): string {
  const where = folder === '.' ? 'in the workspace' : `under ${folder}`;
  return paths.length === 0
    ? `No manifest was found ${where}`
    : `\`paths\` (${paths.join(', ')}) matches no manifest ${where}`;
}

function describeExcluded({ file, line, path }: MatchedField): string {
  return `${file}:${line} ${path} does, but \`paths\` or \`kinds\` exclude it`;
}

function describeNearMiss({ field, similarity }: NearMiss): string {
  return `${field.repository} ${similarity} (${field.file}:${field.line})`;
}

/** Places that mention the image but weren't changed. */
function mentions(bump: ImageBump, { unchanged, skipped }: BumpResult): string[] {
  return [...unchanged, ...skipped]
    .filter((remark) => remark.bump === bump || remark.bump === undefined)
    .map(({ file, line, reason }) => `${file}:${line} ${reason}`);
}

/** Whether another remark is about the same line. */
function isKnown({ file, line }: OtherMention, { unchanged, skipped }: BumpResult): boolean {
  return [...unchanged, ...skipped].some((remark) => remark.file === file && remark.line === line);
}

function describeMention({ file, line, within }: OtherMention): string {
  const place = `${file}:${line} names it`;
  switch (within) {
    case '.github':
      return `${place} in .github, which is only searched if \`paths\` names it`;
    case 'other text':
      return `${place} where no image field is known`;
    case 'template':
      return `${place} in a template`;
    case 'ConfigMap':
    case 'Secret':
      return `${place} in a ${within}, whose values aren't image fields`;
  }
}

function searchedFiles(count: number): string {
  return count === 1 ? 'searched file' : `${count} searched files`;
}
