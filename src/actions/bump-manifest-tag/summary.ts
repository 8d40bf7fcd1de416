import { realpathSync } from 'node:fs';
import type { Env } from '../../action/inputs.ts';
import { block, code, details, link, plain, table } from '../../action/markdown.ts';
import { counted } from '../../action/wording.ts';
import type { Bumped } from '../../manifest/bump.ts';
import type { Remark } from '../../manifest/bump-file.ts';
import { shortReference } from './log.ts';

interface Scene {
  readonly dryRun: boolean;
  readonly env: Env;
  /** The Git top level that the files' names are relative to. */
  readonly top: string;
}

/** A summary of 1 MiB is all that GitHub shows: what is longer than these is told by its size. */
const MOST_ROWS = 300;
const MOST_DIFF = 250_000;

/** What a reviewer decides from: every field with before and after, the diff, and what was left out and why. */
export function summaryOf({ searched, matched, files, left, skipped }: Bumped, patch: string, scene: Scene): string {
  const changed = matched.filter(({ changes }) => changes.length > 0);
  const current = matched.length - changed.length;
  const title =
    changed.length === 0
      ? 'nothing to change'
      : `${counted(changed.length, 'field')} in ${counted(files.length, 'file')}${scene.dryRun ? ' would change (dry run)' : ''}`;
  const place = (file: string, line: number) => link(code(`${file}:${line}`), urlOf(file, line, scene));
  return [
    `### bump-manifest-tag: ${title}`,
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
    patch !== '' && patch.length <= MOST_DIFF && details('Diff', block(patch, 'diff')),
    remarks('Left as they are', left, place),
    remarks('Skipped', skipped, place),
  ]
    .filter((part) => typeof part === 'string')
    .join('\n\n');
}

function remarks(title: string, places: readonly Remark[], place: (file: string, line: number) => string) {
  if (places.length === 0) return undefined;
  const lines = places.slice(0, MOST_ROWS).map(({ file, line, reason }) => `- ${place(file, line)} ${plain(reason)}`);
  return details(`${title}: ${places.length}`, lines.join('\n'));
}

/** The line on the Git server, where the searched repository is the one that the job runs for. */
function urlOf(file: string, line: number, { env, top }: Scene): string | undefined {
  const {
    GITHUB_SERVER_URL: server,
    GITHUB_REPOSITORY: repository,
    GITHUB_SHA: sha,
    GITHUB_WORKSPACE: workspace,
  } = env;
  if (!server || !repository || !sha || !workspace || !isSameFolder(workspace, top)) return undefined;
  return `${server}/${repository}/blob/${sha}/${file.split('/').map(encodeURIComponent).join('/')}#L${line}`;
}

function isSameFolder(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false;
  }
}
