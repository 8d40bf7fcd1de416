import { realpathSync } from 'node:fs';
import type { Env } from '../../../core/inputs.ts';
import { code, details, escapeProse, link } from '../../../core/markdown.ts';
import { fileUrl } from '../../../github/pages.ts';
import type { Remark } from '../../../manifest/files/manifest-file.ts';

export interface Places {
  readonly env: Env;
  /** The Git top level that the files' names are relative to. */
  readonly top: string;
}

/** A table of the summary has as many rows at most: 1 MiB is all that GitHub shows. */
export const MOST_ROWS = 300;

/** Writes the line of a file for the summary, as a link where the repository is the one that the job runs for. */
export function placeOf(places: Places): (file: string, line: number) => string {
  return (file, line) => link(code(`${file}:${line}`), urlOf(file, line, places));
}

/** A folded list of what was left out, and why; `undefined` where it is empty. */
export function remarks(title: string, places: readonly Remark[], place: ReturnType<typeof placeOf>) {
  if (places.length === 0) return undefined;
  const lines = places
    .slice(0, MOST_ROWS)
    .map(({ file, line, reason }) => `- ${place(file, line)} ${escapeProse(reason)}`);
  return details(`${title}: ${places.length}`, lines.join('\n'));
}

/** The line on the Git server, where the searched repository is the one that the job runs for. */
function urlOf(file: string, line: number, { env, top }: Places): string | undefined {
  const {
    GITHUB_SERVER_URL: server,
    GITHUB_REPOSITORY: repository,
    GITHUB_SHA: sha,
    GITHUB_WORKSPACE: workspace,
  } = env;
  if (!server || !repository || !sha || !workspace || !isSameFolder(workspace, top)) return undefined;
  return fileUrl(`${server}/${repository}`, sha, file, line);
}

function isSameFolder(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false;
  }
}
