import { counted } from '../../../core/counted.ts';
import { code, codeBlock, details, escapeProse, table } from '../../../core/markdown.ts';
import { shortReference } from '../../../image/short-reference.ts';
import type { BumpResult } from '../../../manifest/bump/bump-result.ts';
import type { ImageDifference } from '../../../manifest/inspect/compare-fields.ts';
import type { InspectionResult } from '../../../manifest/inspect/inspect-manifests.ts';
import { outcomeOf } from '../dry-run.ts';
import { besidesLeft, cutNote, MAX_ROWS, paragraphs, remarkList } from './remarks.ts';
import type { SourceLink } from './source-links.ts';

/** A longer diff is left out: GitHub shows 1 MiB of a summary. */
const MAX_DIFF = 250_000;

/** What a reviewer decides from: each field before and after, the diff, and what was left out and why. */
export function bumpSummary(
  { searched, matched, files, unchanged, skipped, left }: BumpResult,
  patch: string,
  warnings: readonly string[],
  dryRun: boolean,
  sourceLink: SourceLink,
): string {
  const changed = matched.filter(({ changes }) => changes.length > 0);
  const current = matched.length - changed.length;
  const changedFields = `${counted(changed.length, 'field')} in ${counted(files.length, 'file')}`;
  const title = changed.length === 0 ? 'nothing to change' : `${changedFields}${outcomeOf(dryRun).title}`;
  const rows = changed
    .slice(0, MAX_ROWS)
    .map(({ file, line, path, from, to }) => [
      sourceLink(file, line),
      code(path),
      code(shortReference(from)),
      code(shortReference(to)),
    ]);
  return paragraphs([
    `### bump-manifest-tag: ${title}`,
    ...warnings.map((warning) => `> [!WARNING]\n> ${escapeProse(warning)}`),
    rows.length > 0 ? table(['where', 'field', 'before', 'after'], rows) : undefined,
    `${counted(searched, 'file')} searched, ${counted(matched.length, 'field')} matched${current > 0 ? `, ${current} of them current already` : ''}.`,
    cutNote(changed.length, 'changes'),
    patch !== '' && patch.length <= MAX_DIFF ? details('Diff', codeBlock(patch, 'diff')) : undefined,
    leftTable(left, sourceLink),
    remarkList('Left unchanged', besidesLeft(unchanged, left), sourceLink),
    remarkList('Skipped', besidesLeft(skipped, left), sourceLink),
  ]);
}

/** Not folded: a reviewer must see what still runs the old image. */
function leftTable(left: BumpResult['left'], sourceLink: SourceLink): string | undefined {
  if (left.length === 0) return undefined;
  const rows = left
    .slice(0, MAX_ROWS)
    .map(({ file, line, path, reference, reason }) => [
      sourceLink(file, line),
      path === '' ? '—' : code(path),
      code(shortReference(reference)),
      escapeProse(reason),
    ]);
  const heading = `**${counted(left.length, 'place')} with another version**`;
  return paragraphs([heading, table(['where', 'value', 'image', 'why it stays'], rows), cutNote(left.length, 'left')]);
}

export function inspectionSummary({ fields, searched, skipped }: InspectionResult, sourceLink: SourceLink): string {
  const rows = fields
    .slice(0, MAX_ROWS)
    .map(({ file, document, line, path, reference }) => [
      sourceLink(file, line),
      String(document + 1),
      code(path),
      code(shortReference(reference)),
    ]);
  return paragraphs([
    `### bump-manifest-tag: ${counted(fields.length, 'image field')}`,
    rows.length > 0 ? table(['where', 'document', 'field', 'image'], rows) : undefined,
    `${counted(searched, 'file')} searched.`,
    cutNote(fields.length, 'fields'),
    remarkList('Skipped', skipped, sourceLink),
  ]);
}

const VERDICTS = {
  same: 'same',
  differs: '**differs**',
  'only-here': 'only here',
  'only-there': 'only there',
} as const;

/** @param folders the two folders as the inputs give them. */
export function comparisonSummary(
  title: string,
  differences: readonly ImageDifference[],
  folders: readonly [first: string, second: string],
  skipped: InspectionResult['skipped'],
  sourceLink: SourceLink,
): string {
  const cell = (references: readonly string[]) =>
    references.map((reference) => code(shortReference(reference))).join('<br>') || '—';
  const rows = differences
    .slice(0, MAX_ROWS)
    .map(({ image, verdict, here, there }) => [code(image), VERDICTS[verdict], cell(here), cell(there)]);
  return paragraphs([
    `### bump-manifest-tag: ${title}`,
    rows.length > 0 ? table(['image', '', ...folders.map(code)], rows) : undefined,
    cutNote(differences.length, 'differences'),
    remarkList('Skipped', skipped, sourceLink),
  ]);
}
