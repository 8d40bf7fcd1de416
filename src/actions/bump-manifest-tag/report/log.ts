import { relative } from 'node:path';
import type { Inputs } from '../../../core/contract.ts';
import { counted } from '../../../core/counted.ts';
import type { Log } from '../../../core/log.ts';
import { formatReference, imageRepository } from '../../../image/reference.ts';
import { shortReference } from '../../../image/short-reference.ts';
import type { BumpResult } from '../../../manifest/bump/bump-manifests.ts';
import type { SearchRoot } from '../../../manifest/files/search.ts';
import type { contract } from '../contract.ts';

/** Says what is going to be done. */
export function logTask(log: Log, { image, pin, paths }: Inputs<typeof contract>, { folder, top }: SearchRoot): void {
  for (const { from, to, renames } of image)
    log.info(`▸ ${renames ? `${imageRepository(from)} becomes ` : 'Image: '}${shortReference(formatReference(to))}`);
  log.info(
    `▸ Searching ${relative(top, folder) || '.'}${paths.length > 0 ? ` (${paths.join(', ')})` : ''}, pin: ${pin}`,
  );
}

/** More lines than these are folded. */
const MOST_LINES = 20;

/** Says what was done: a line for each field, one for each place that was skipped, and the result. */
export async function logResult(log: Log, bumped: BumpResult, dryRun: boolean): Promise<void> {
  const { searched, matched, files, left, skipped } = bumped;
  const fields = matched.map(
    ({ file, line, path, from, to, changes }) =>
      `${file}:${line}  ${path}  ${changes.length > 0 ? `${versionOf(from)} → ${versionOf(to)}` : 'is current'}`,
  );
  await logLines(log, counted(fields.length, 'field'), fields);
  await logLines(
    log,
    `${skipped.length} skipped`,
    skipped.map(({ file, line, reason }) => `skipped ${file}:${line}: ${reason}`),
  );
  for (const { file, line, reason } of left) log.debug(`${file}:${line} ${reason}`);
  const changed = matched.filter(({ changes }) => changes.length > 0).length;
  const would = dryRun ? ' would change (dry run, nothing was written)' : ' changed';
  const result =
    changed === 0 ? 'Nothing to change' : `${counted(changed, 'field')} in ${counted(files.length, 'file')}${would}`;
  log.info(`✓ ${result}; ${counted(matched.length, 'field')} matched in ${counted(searched, 'searched file')}`);
}

/** A line each, folded where they are many. */
export async function logLines(log: Log, title: string, lines: readonly string[]): Promise<void> {
  const write = async () => {
    for (const line of lines) log.info(`  ${line}`);
  };
  await (lines.length > MOST_LINES ? log.group(title, write) : write());
}

/** Tag and digest, which is what differs; the whole where there is neither. */
function versionOf(reference: string): string {
  const short = shortReference(reference);
  return /(?<version>(?::[^/:@]+)?(?:@.+)?)$/.exec(short)?.groups?.['version']?.replace(/^:/, '') || short;
}
