import type { Env } from '../../../core/inputs.ts';
import { invalidInput } from '../../../core/inputs.ts';
import { repositoryUrl } from '../../../core/workflow-run.ts';
import { readTextFile } from '../../../files/regular-file.ts';
import { parseJson, stringAt } from '../../../json/json.ts';
import { probeOutput } from '../../../program/probe.ts';

/** The commit that is built, and the branch, tag or pull request that the workflow runs for. */
export interface GitContext {
  /** The full SHA of the commit that is checked out in the context, else of the one that the workflow runs for; empty if unknown. */
  readonly sha: string;
  /** `refs/heads/main`; empty outside a runner. */
  readonly ref: string;
  readonly branch: string | undefined;
  readonly tag: string | undefined;
  /** The number of the pull request. */
  readonly pullRequest: string | undefined;
  /** The branch that the pull request targets. */
  readonly baseBranch: string | undefined;
  readonly isDefaultBranch: boolean;
  /** Seconds since the epoch: SOURCE_DATE_EPOCH, else the time of the commit. Never the time of the build. */
  readonly time: number | undefined;
  /** The URL of the repository on GitHub. */
  readonly url: string | undefined;
}

/** Reads the runner's variables, the event, and Git in the folder of the context. */
export async function readGitContext(folder: string, env: Env, signal?: AbortSignal): Promise<GitContext> {
  const event = readEvent(env);
  const head = await readHead(folder, env, signal);
  const ref = env['GITHUB_REF'] ?? '';
  const branch = after(ref, 'refs/heads/');
  const defaultBranch = stringAt(event, 'repository', 'default_branch');
  return {
    // The context may have another commit than the one that the workflow runs for (`ref` of actions/checkout).
    sha: head?.sha || env['GITHUB_SHA'] || '',
    ref,
    branch,
    tag: after(ref, 'refs/tags/'),
    pullRequest: /^refs\/pull\/(\d+)\//.exec(ref)?.[1],
    baseBranch: env['GITHUB_BASE_REF'] || undefined,
    isDefaultBranch: branch !== undefined && branch === defaultBranch,
    time: sourceDateEpoch(env) ?? head?.time ?? timeOf(stringAt(event, 'head_commit', 'timestamp')),
    url: repositoryUrl(env),
  };
}

/** The event that started the workflow; `undefined` outside a runner. */
function readEvent(env: Env): unknown {
  const path = env['GITHUB_EVENT_PATH'];
  try {
    return path ? parseJson(readTextFile(path)) : undefined;
  } catch {
    return undefined;
  }
}

/** Specified by reproducible-builds.org. */
function sourceDateEpoch(env: Env): number | undefined {
  const value = env['SOURCE_DATE_EPOCH'];
  if (!value) return undefined;
  if (/^\d{1,11}$/.test(value)) return Number(value);
  throw invalidInput('context', `is built with SOURCE_DATE_EPOCH=${value}.`, [
    'The variable takes whole seconds since 1970-01-01.',
  ]);
}

async function readHead(
  folder: string,
  env: Env,
  signal: AbortSignal | undefined,
): Promise<{ sha: string; time: number } | undefined> {
  // In a container, the checkout may belong to another user. Bare repositories inside a commit are ignored, and nothing is fetched,
  // because their config could name programs to run.
  const trust = ['-c', 'safe.directory=*', '-c', 'safe.bareRepository=explicit'];
  const args = [...trust, 'log', '-1', '--no-show-signature', '--format=%H %ct', 'HEAD'];
  const answer = await probeOutput({
    program: 'git',
    args,
    cwd: folder,
    env: { ...env, GIT_ALLOW_PROTOCOL: 'none' },
    signal,
  });
  const [sha, time] = answer?.split(' ') ?? [];
  return sha && time ? { sha, time: Number(time) } : undefined;
}

function timeOf(timestamp: string | undefined): number | undefined {
  const ms = Date.parse(timestamp ?? '');
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000);
}

function after(text: string, prefix: string): string | undefined {
  return text.startsWith(prefix) ? text.slice(prefix.length) : undefined;
}
