import { details, escapeProse } from '../../../core/markdown.ts';
import type { BumpRemark, BumpResult } from '../../../manifest/bump/bump-result.ts';
import type { Remark } from '../../../manifest/files/manifest-file.ts';
import type { SourceLink } from './source-links.ts';

/** How many rows a table of the summary has at most: GitHub shows 1 MiB of a summary. */
export const MAX_ROWS = 300;

/** The remarks without those that are about a place that is listed as left, with the same reason. */
export function besidesLeft(remarks: readonly BumpRemark[], left: BumpResult['left']): readonly BumpRemark[] {
  const listed = Map.groupBy(left, ({ file, line, reason }) => `${file}:${line} ${reason}`);
  return remarks.filter(
    ({ file, line, reason, why = reason, bump }) =>
      !listed.get(`${file}:${line} ${why}`)?.some((place) => place.bump === bump),
  );
}

/** A folded list of remarks; `undefined` if there are none. */
export function remarkList(title: string, remarks: readonly Remark[], sourceLink: SourceLink): string | undefined {
  if (remarks.length === 0) return undefined;
  const lines = remarks
    .slice(0, MAX_ROWS)
    .map(({ file, line, reason }) => `- ${sourceLink(file, line)} ${escapeProse(reason)}`);
  return details(`${title}: ${remarks.length}`, lines.join('\n'));
}

/** A line below a table that was cut; `undefined` if it has all rows. */
export function cutNote(count: number, output: string): string | undefined {
  return count > MAX_ROWS ? `… and ${count - MAX_ROWS} more: see the output \`${output}\`.` : undefined;
}

/** The parts of a section that there are, as paragraphs. */
export function paragraphs(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join('\n\n');
}
