import { booleanAt, stringAt } from '../../../../src/json/json.ts';
import { changedFileJson, commitJson } from '../json/git-objects.ts';
import { checkRunJson, pullJson, reviewJson } from '../json/pull-requests.ts';
import { mergeabilityKey, mergePull } from '../merging.ts';
import { type Account, Refusal, validationFailed } from '../model.ts';
import {
  commitAt,
  logins,
  paged,
  pullAt,
  type RestCall,
  type RestOperation,
  type RestResponse,
  readPulls,
  writeContents,
  writePulls,
} from './call.ts';

/** The operations on pull requests, reviews and checks. */
export const pullRequestOperations: Readonly<Record<string, RestOperation>> = {
  'pulls/list': { needs: readPulls, handle: listPulls },
  'pulls/get': {
    needs: readPulls,
    handle({ repository, parameters, urls }) {
      const pull = pullAt(repository, parameters['pull_number']);
      const body = pullJson(urls, repository, pull, true);
      // GitHub computes mergeability after the first request. That response doesn't have it yet.
      pull.mergeabilityOf = mergeabilityKey(repository, pull);
      return { status: 200, body };
    },
  },
  'pulls/create': { needs: writePulls, handle: createPull },
  'pulls/update': { needs: writePulls, handle: updatePull },
  'pulls/merge': { needs: writeContents, handle: merge },
  'pulls/list-files': {
    needs: readPulls,
    handle(call) {
      const { repository, urls } = call;
      const pull = pullAt(repository, call.parameters['pull_number']);
      const from = repository.git.mergeBase(pull.baseSha, pull.headSha) ?? pull.baseSha;
      const changes = repository.git.changes(from, pull.headSha);
      return paged(call, changes, (change) => changedFileJson(urls, repository, change, pull.headSha));
    },
  },
  'pulls/list-commits': {
    needs: readPulls,
    handle(call) {
      const { repository, urls } = call;
      const pull = pullAt(repository, call.parameters['pull_number']);
      const from = repository.git.mergeBase(pull.baseSha, pull.headSha) ?? pull.baseSha;
      const commits = repository.git.commitsBetween(from, pull.headSha);
      return paged(call, commits, (oid) => commitJson(urls, repository, repository.git.commit(oid)));
    },
  },
  'pulls/list-reviews': {
    needs: readPulls,
    handle(call) {
      const pull = pullAt(call.repository, call.parameters['pull_number']);
      return paged(call, pull.reviews, (review) => reviewJson(call.urls, call.repository, pull, review));
    },
  },
  'pulls/request-reviewers': { needs: writePulls, handle: requestReviewers },
  'checks/list-for-ref': {
    needs: [['checks', 'read']],
    handle({ repository, parameters, urls }) {
      const sha = commitAt(repository, parameters['ref']).oid;
      const checks = repository.checks.get(sha) ?? [];
      const runs = checks.map((check) => checkRunJson(urls, repository, sha, check));
      return { status: 200, body: { total_count: runs.length, check_runs: runs } };
    },
  },
};

function listPulls(call: RestCall): RestResponse {
  const { repository, query, urls } = call;
  const state = query.get('state') ?? 'open';
  const head = query.get('head');
  const base = query.get('base');
  const key = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const falling = (query.get('direction') ?? (query.has('sort') ? 'asc' : 'desc')) === 'desc';
  const found = repository.pulls
    .filter((pull) => state === 'all' || pull.state === state)
    // A head without an owner filters nothing.
    .filter((pull) => !head?.includes(':') || head === `${repository.owner.login}:${pull.head}`)
    .filter((pull) => base === null || base === pull.base)
    .sort((a, b) => (a[key] - b[key] || a.number - b.number) * (falling ? -1 : 1));
  return paged(call, found, (pull) => pullJson(urls, repository, pull, false));
}

function createPull({ repository, body, by, urls }: RestCall): RestResponse {
  if (by.kind === 'actions' && !repository.policies.actionsMayOpenPullRequests)
    throw new Refusal(403, 'GitHub Actions is not permitted to create or approve pull requests.');
  const head = (stringAt(body, 'head') ?? '').replace(`${repository.owner.login}:`, '');
  const base = stringAt(body, 'base') ?? '';
  const headSha = repository.branch(head);
  const baseSha = repository.branch(base);
  if (headSha === undefined) throw validationFailed({ resource: 'PullRequest', field: 'head', code: 'invalid' });
  if (baseSha === undefined) throw validationFailed({ resource: 'PullRequest', field: 'base', code: 'invalid' });
  const custom = (message: string) => validationFailed({ resource: 'PullRequest', code: 'custom', message });
  if (repository.pulls.some((pull) => pull.state === 'open' && pull.head === head && pull.base === base))
    throw custom(`A pull request already exists for ${repository.owner.login}:${head}.`);
  if (repository.git.commitsBetween(baseSha, headSha).length === 0)
    throw custom(`No commits between ${base} and ${head}`);
  requireShortText(body);
  const pull = repository.addPull({
    author: by.account,
    title: stringAt(body, 'title') ?? '',
    body: stringAt(body, 'body') ?? null,
    state: 'open',
    draft: booleanAt(body, 'draft') ?? false,
    head,
    headSha,
    base,
    baseSha,
    closedAt: undefined,
    merged: undefined,
    autoMerge: undefined,
    labels: [],
    assignees: [],
    reviewers: [],
    teams: [],
    reviews: [],
    comments: [],
    mergeabilityOf: undefined,
  });
  return { status: 201, body: pullJson(urls, repository, pull, true) };
}

function updatePull({ repository, parameters, body, urls }: RestCall): RestResponse {
  const pull = pullAt(repository, parameters['pull_number']);
  const state = stringAt(body, 'state');
  const base = stringAt(body, 'base');
  const baseSha = base === undefined ? pull.baseSha : repository.branch(base);
  if (baseSha === undefined) throw validationFailed({ resource: 'PullRequest', field: 'base', code: 'invalid' });
  requireShortText(body);
  if (state === 'open' && pull.state === 'closed') {
    const head = repository.branch(pull.head);
    if (pull.merged || head === undefined) throw validationFailed({ resource: 'PullRequest', code: 'invalid' });
    pull.state = 'open';
    pull.closedAt = undefined;
    pull.headSha = head;
  }
  pull.title = stringAt(body, 'title') ?? pull.title;
  pull.body = stringAt(body, 'body') ?? pull.body;
  pull.base = base ?? pull.base;
  pull.baseSha = baseSha;
  repository.touch(pull);
  if (state === 'closed' && pull.state === 'open') repository.closePull(pull);
  return { status: 200, body: pullJson(urls, repository, pull, true) };
}

/** GitHub's limits for title and body, in characters. */
function requireShortText(body: unknown): void {
  for (const [field, most] of [
    ['title', 256],
    ['body', 65_536],
  ] as const) {
    const message = `${field} is too long (maximum is ${most} characters)`;
    if ([...(stringAt(body, field) ?? '')].length > most)
      throw validationFailed({ resource: 'PullRequest', field, code: 'custom', message });
  }
}

function merge({ repository, parameters, body, by }: RestCall): RestResponse {
  const pull = pullAt(repository, parameters['pull_number']);
  const sha = stringAt(body, 'sha');
  if (sha !== undefined && sha !== pull.headSha && pull.state === 'open')
    throw new Refusal(409, 'Head branch was modified. Review and try the merge again.');
  const requested = stringAt(body, 'merge_method');
  const merged = mergePull(repository, pull, {
    method: requested === 'squash' || requested === 'rebase' ? requested : 'merge',
    by: by.account,
    title: stringAt(body, 'commit_title'),
    message: stringAt(body, 'commit_message'),
  });
  return { status: 200, body: { sha: merged, merged: true, message: 'Pull Request successfully merged' } };
}

function requestReviewers({ repository, parameters, body, urls }: RestCall): RestResponse {
  const pull = pullAt(repository, parameters['pull_number']);
  const people = logins(body, 'reviewers');
  const teams = logins(body, 'team_reviewers');
  if (people.includes(pull.author.login))
    throw new Refusal(422, 'Review cannot be requested from pull request author.');
  const accounts = people.map((login) => repository.collaborators.get(login));
  const known = accounts.filter((account): account is Account => account !== undefined);
  if (known.length < accounts.length || teams.some((team) => !repository.teams.includes(team)))
    throw new Refusal(
      422,
      `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ${repository.fullName} repository.`,
    );
  pull.reviewers = [...new Set([...pull.reviewers, ...known])];
  pull.teams = [...new Set([...pull.teams, ...teams])];
  repository.touch(pull);
  return { status: 201, body: pullJson(urls, repository, pull, false) };
}
