import type { RestOperation } from './call.ts';
import { gitDatabaseOperations } from './git-database.ts';
import { issueOperations } from './issues.ts';
import { pullRequestOperations } from './pull-requests.ts';
import { repositoryOperations } from './repository.ts';

/** All REST operations of the fake, by GitHub's operation id. */
export const restOperations: Readonly<Record<string, RestOperation>> = {
  ...repositoryOperations,
  ...gitDatabaseOperations,
  ...pullRequestOperations,
  ...issueOperations,
};
