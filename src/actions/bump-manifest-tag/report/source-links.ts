import { realpathSync } from 'node:fs';
import type { Env } from '../../../core/inputs.ts';
import { code, link } from '../../../core/markdown.ts';
import { repositoryUrl } from '../../../core/workflow-run.ts';
import { fileUrl } from '../../../github/pages.ts';

/** Formats a line of a file for the summary. */
export type SourceLink = (file: string, line: number) => string;

/**
 * Links lines of files to the Git server, if the searched repository is the one that the job runs for.
 * @param top the Git top level that the files' names are relative to.
 */
export function sourceLinks(env: Env, top: string): SourceLink {
  return (file, line) => link(code(`${file}:${line}`), urlOf(file, line, env, top));
}

function urlOf(file: string, line: number, env: Env, top: string): string | undefined {
  const repository = repositoryUrl(env);
  const { GITHUB_SHA: sha, GITHUB_WORKSPACE: workspace } = env;
  if (!repository || !sha || !workspace || !isSameFolder(workspace, top)) return undefined;
  return fileUrl(repository, sha, file, line);
}

function isSameFolder(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false;
  }
}
