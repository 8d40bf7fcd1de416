import type { ActionReport } from '../../../core/action-report.ts';
import type { Runtime } from '../../../entry/context.ts';
import type { GitHub } from '../../../github/api/client.ts';
import type { GitHubRepository } from '../../../github/repository/repository.ts';
import type { contract } from '../contract.ts';

/** What every part of the action needs. */
export interface GitOpsSession extends Runtime {
  readonly report: ActionReport<typeof contract>;
  readonly github: GitHub;
  readonly repository: GitHubRepository;
  /** The branch that the change goes into. */
  readonly base: string;
  /** The branch of the pull request, or the base if the change is committed straight onto it. */
  readonly branch: string;
  /** What the commits of this run belong to. */
  readonly identity: string;
}
