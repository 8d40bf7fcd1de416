import { ActionError } from '../../core/error.ts';
import type { Context } from '../../entry/context.ts';
import type { TokenSource } from '../../github/api/api-requester.ts';
import { GitHub } from '../../github/api/client.ts';
import { endpointsOf } from '../../github/api/endpoints.ts';
import { GitHubConflict, GitHubUnavailable } from '../../github/api/error.ts';
import { installationTokens } from '../../github/auth/app-tokens.ts';
import { branchHead } from '../../github/repository/branches.ts';
import { type GitHubRepository, readRepository } from '../../github/repository/repository.ts';
import type { contract } from './contract.ts';
import { branchNameOf, changeIdentity } from './inputs.ts';

/** What every part of the work needs. */
export interface GitOpsSession extends Context<typeof contract> {
  readonly github: GitHub;
  readonly repository: GitHubRepository;
  /** The branch that the change goes into. */
  readonly base: string;
  /** The branch of the pull request. */
  readonly branch: string;
  readonly identity: string;
}

export async function openGitOpsSession(context: Context<typeof contract>): Promise<GitOpsSession> {
  const { inputs, env, secrets } = context;
  const endpoints = endpointsOf(env);
  const connect = (token: TokenSource) => GitHub.connect({ ...context, endpoints, token });
  const { appId, privateKey } = inputs;
  const tokens =
    appId === undefined || privateKey === undefined
      ? async () => inputs.token
      : installationTokens(connect, context.clock, { appId, privateKey, repository: inputs.repository }, (token) =>
          secrets.add(token),
        );
  const github = await connect(tokens);
  const repository = await readRepository(github, inputs.repository);
  if (repository.archived)
    throw new ActionError({
      code: 'repository-archived',
      message: `${repository.fullName} is archived: nothing can be written to it.`,
      remedy: 'Unarchive it, or give another GitOps repository.',
    });
  const base = inputs.base ?? repository.defaultBranch;
  const branch = inputs.mode === 'commit' ? base : branchNameOf(inputs);
  if (inputs.mode !== 'commit' && branch === base)
    throw new ActionError({
      code: 'input-invalid',
      message: `Input \`branch\` is ${branch}, which is the base itself.`,
      remedy: 'Give another branch, or set `mode: commit` to commit straight onto the base.',
    });
  return { ...context, github, repository, base, branch, identity: changeIdentity(inputs) };
}

/** The newest commit of the base. */
export async function readBaseHead({ github, repository, base }: GitOpsSession): Promise<string> {
  const head = await branchHead(github, repository, base);
  if (head !== undefined) return head;
  throw new ActionError({
    code: 'base-not-found',
    message: `${repository.fullName} has no branch ${base}.`,
    remedy: 'Give in `base` a branch that exists, and make sure that the token has `contents: read`.',
  });
}

const ATTEMPTS = 10;
/** ms */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;

/**
 * Tries until nobody comes in between: each attempt reads what is there and goes on from it, so an answer that was lost, or a
 * branch that someone else moved, costs an attempt and nothing more. So many attempts may fail one after the other.
 * @param attempt calls `anew` once it has come to where it only waits: attempts that failed before don't count any more.
 */
export async function inAttempts<T>(session: GitOpsSession, attempt: (anew: () => void) => Promise<T>): Promise<T> {
  const { report, log, clock, signal } = session;
  let failed = 0;
  const anew = () => {
    failed = 0;
  };
  for (let number = 1; ; number++) {
    report.set({ attempts: number });
    try {
      return await attempt(anew);
    } catch (thrown) {
      const passing = thrown instanceof GitHubConflict || thrown instanceof GitHubUnavailable;
      failed += 1;
      if (!passing || failed >= ATTEMPTS) throw thrown;
      log.info(`${thrown.message} Reading again (attempt ${failed + 1} of ${ATTEMPTS})`);
      // Those who lost the same race don't come back together.
      const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (failed - 1));
      await clock.sleep(Math.round(wait / 2 + (Math.random() * wait) / 2), signal);
    }
  }
}
