import { relative } from 'node:path';
import { counted } from '../../../core/counted.ts';
import type { Log } from '../../../core/log.ts';
import { formatReference, imageRepository } from '../../../image/reference.ts';
import { shortReference } from '../../../image/short-reference.ts';
import type { BumpResult } from '../../../manifest/bump/bump-result.ts';
import type { Remark } from '../../../manifest/files/manifest-file.ts';
import type { ImageDifference } from '../../../manifest/inspect/compare-fields.ts';
import type { InspectionResult } from '../../../manifest/inspect/inspect-manifests.ts';
import { outcomeOf } from '../dry-run.ts';
import type { ChangePlan } from '../plan.ts';
import { besidesLeft } from './remarks.ts';

export function logChangePlan(log: Log, { search, rules }: ChangePlan): void {
  for (const { from, to, renames } of rules.bumps)
    log.info(`▸ ${renames ? `${imageRepository(from)} becomes ` : 'Image: '}${shortReference(formatReference(to))}`);
  const { folder, top } = search.scope.root;
  const paths = search.paths.length > 0 ? ` (${search.paths.join(', ')})` : '';
  log.info(`▸ Searching ${relative(top, folder) || '.'}${paths}, pin: ${rules.policy.pin}`);
}

/** Logs a line for each field, one for each place that was skipped, and the result. */
export async function logBump(log: Log, result: BumpResult, dryRun: boolean): Promise<void> {
  const { searched, matched, files, unchanged, skipped, left } = result;
  const fields = matched.map(
    ({ file, line, path, from, to, changes }) =>
      `${file}:${line}  ${path}  ${changes.length > 0 ? `${versionOf(from)} → ${versionOf(to)}` : 'is current'}`,
  );
  await logLines(log, counted(fields.length, 'field'), fields);
  await logSkipped(log, besidesLeft(skipped, left));
  const places = left.map(
    ({ file, line, path, reference, reason }) =>
      `left ${file}:${line}  ${path}  ${shortReference(reference)} ${reason}`,
  );
  await logLines(log, `${places.length} left`, places);
  for (const { file, line, reason } of unchanged) log.debug(`${file}:${line} ${reason}`);
  const changed = matched.filter(({ changes }) => changes.length > 0).length;
  const changedFields = `${counted(changed, 'field')} in ${counted(files.length, 'file')}`;
  const outcome = changed === 0 ? 'Nothing to change' : `${changedFields}${outcomeOf(dryRun).log}`;
  log.info(`✓ ${outcome}; ${counted(matched.length, 'field')} matched in ${counted(searched, 'searched file')}`);
}

export async function logInspection(log: Log, { fields, searched, skipped }: InspectionResult): Promise<void> {
  const lines = fields.map(
    ({ file, line, path, reference }) => `${file}:${line}  ${path}  ${shortReference(reference)}`,
  );
  await logLines(log, counted(fields.length, 'field'), lines);
  await logSkipped(log, skipped);
  log.info(`✓ ${counted(fields.length, 'image field')} in ${counted(searched, 'searched file')}`);
}

export async function logComparison(
  log: Log,
  title: string,
  unequal: readonly ImageDifference[],
  skipped: readonly Remark[],
): Promise<void> {
  const versions = (references: readonly string[]) => references.map(shortReference).join(', ') || 'not there';
  const lines = unequal.map(
    ({ image, verdict, here, there }) => `${image} ${verdict}: ${versions(here)} | ${versions(there)}`,
  );
  await logLines(log, title, lines);
  await logSkipped(log, skipped);
  log.info(`✓ ${title}`);
}

async function logSkipped(log: Log, skipped: readonly Remark[]): Promise<void> {
  const lines = skipped.map(({ file, line, reason }) => `skipped ${file}:${line}: ${reason}`);
  await logLines(log, `${skipped.length} skipped`, lines);
}

/** More lines than this are folded into a group. */
const MAX_UNFOLDED = 20;

async function logLines(log: Log, title: string, lines: readonly string[]): Promise<void> {
  const write = async () => {
    for (const line of lines) log.info(`  ${line}`);
  };
  await (lines.length > MAX_UNFOLDED ? log.group(title, write) : write());
}

/** Tag and digest, the part of a reference that changes; the whole reference if it has neither. */
function versionOf(reference: string): string {
  const short = shortReference(reference);
  const [name = ''] = short.split('@', 1);
  const colon = name.lastIndexOf(':');
  return short.slice(colon > name.lastIndexOf('/') ? colon + 1 : name.length) || short;
}
