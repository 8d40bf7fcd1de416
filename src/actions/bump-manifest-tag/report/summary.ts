import { counted } from '../../../core/counted.ts';
import { code, codeBlock, details, escapeProse, table } from '../../../core/markdown.ts';
import { shortReference } from '../../../image/short-reference.ts';
import type { BumpResult } from '../../../manifest/bump/bump-manifests.ts';
import { MOST_ROWS, type Places, placeOf, remarks } from './source-links.ts';

interface Scene extends Places {
  readonly dryRun: boolean;
  /** Of each image that stands nowhere and may: what was found instead. */
  readonly unmatched: readonly string[];
}

/** A summary of 1 MiB is all that GitHub shows: a longer diff is left out. */
const MOST_DIFF = 250_000;

/** What a reviewer decides from: every field with before and after, the diff, and what was left out and why. */
export function summaryOf(
  { searched, matched, files, left, skipped }: BumpResult,
  patch: string,
  scene: Scene,
): string {
  const changed = matched.filter(({ changes }) => changes.length > 0);
  const current = matched.length - changed.length;
  const title =
    changed.length === 0
      ? 'nothing to change'
      : `${counted(changed.length, 'field')} in ${counted(files.length, 'file')}${scene.dryRun ? ' would change (dry run)' : ''}`;
  const place = placeOf(scene);
  return [
    `### bump-manifest-tag: ${title}`,
    ...scene.unmatched.map((reason) => `> [!WARNING]\n> ${escapeProse(reason)}`),
    changed.length > 0 &&
      table(
        ['where', 'field', 'before', 'after'],
        changed
          .slice(0, MOST_ROWS)
          .map(({ file, line, path, from, to }) => [
            place(file, line),
            code(path),
            code(shortReference(from)),
            code(shortReference(to)),
          ]),
      ),
    `${counted(searched, 'file')} searched, ${counted(matched.length, 'field')} matched${current > 0 ? `, ${current} of them current already` : ''}.`,
    changed.length > MOST_ROWS && `… and ${changed.length - MOST_ROWS} more: see the output \`changes\`.`,
    patch !== '' && patch.length <= MOST_DIFF && details('Diff', codeBlock(patch, 'diff')),
    remarks('Left as they are', left, place),
    remarks('Skipped', skipped, place),
  ]
    .filter((part) => typeof part === 'string')
    .join('\n\n');
}
