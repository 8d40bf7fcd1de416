import { at, booleanAt, listAt, numberAt, stringAt } from '../../../src/json/json.ts';
import type { Commit, Person } from './git.ts';
import type { HostedRepository } from './hosted-repository.ts';
import { mergeabilityKey, mergePull } from './merging.ts';
import {
  type Account,
  type Credential,
  type FakePull,
  notFound,
  personOf,
  Refusal,
  validationFailed,
} from './model.ts';
import type { Page, Representation } from './represent.ts';

/** A call of a REST operation on a repository. */
export interface Call {
  readonly repository: HostedRepository;
  readonly by: Credential;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly show: Representation;
}

export interface RestResponse {
  readonly status: number;
  readonly body?: unknown;
  /** For a page of a list: whether another page follows. */
  readonly more?: boolean;
}

type Handler = (call: Call) => RestResponse;

/** The permissions that an operation requires; one of them is enough. */
export type Need = readonly [resource: keyof Credential['permissions'], access: 'read' | 'write'];

interface Operation {
  readonly needs: readonly Need[];
  readonly handle: Handler;
}

const readContents: readonly Need[] = [['contents', 'read']];
const writeContents: readonly Need[] = [['contents', 'write']];
const readPulls: readonly Need[] = [['pull_requests', 'read']];
const writePulls: readonly Need[] = [['pull_requests', 'write']];
const writeIssues: readonly Need[] = [
  ['issues', 'write'],
  ['pull_requests', 'write'],
];

export const operations: Readonly<Record<string, Operation>> = {
  'repos/get': {
    needs: [['metadata', 'read']],
    handle: ({ repository, show }) => ({ status: 200, body: show.repository(repository, true) }),
  },
  'git/get-ref': { needs: readContents, handle: getRef },
  'git/list-matching-refs': {
    needs: readContents,
    handle: ({ repository, parameters, show }) => ({
      status: 200,
      body: repository.git
        .refs(`refs/${parameters['ref'] ?? ''}`)
        .map(({ ref, oid }) => show.ref(repository, ref, oid)),
    }),
  },
  'git/create-ref': { needs: writeContents, handle: createRef },
  'git/update-ref': { needs: writeContents, handle: updateRef },
  'git/delete-ref': { needs: writeContents, handle: deleteRef },
  'git/get-commit': {
    needs: readContents,
    handle: ({ repository, parameters, show }) => ({
      status: 200,
      body: show.gitCommit(repository, commitAt(repository, parameters['commit_sha'])),
    }),
  },
  'git/create-commit': { needs: writeContents, handle: createCommit },
  'git/get-tree': {
    needs: readContents,
    handle({ repository, parameters, query, show }) {
      const revision = parameters['tree_sha'] ?? '';
      const known = repository.git.exists(revision, 'tree') || repository.git.exists(revision, 'commit');
      const tree = known ? repository.git.tree(revision) : undefined;
      if (tree === undefined) throw notFound();
      // Any value of `recursive` means true, even "0" and "false".
      return { status: 200, body: show.tree(repository, tree, { recursive: query.has('recursive') }) };
    },
  },
  'git/create-tree': { needs: writeContents, handle: createTree },
  'git/get-blob': {
    needs: readContents,
    handle({ repository, parameters, show }) {
      const oid = parameters['file_sha'] ?? '';
      if (!repository.git.exists(oid, 'blob')) throw notFound();
      return { status: 200, body: show.blob(repository, oid) };
    },
  },
  'git/create-blob': {
    needs: writeContents,
    handle({ repository, body, show }) {
      const content = stringAt(body, 'content') ?? '';
      const encoded = stringAt(body, 'encoding') === 'base64';
      const sha = repository.git.writeBlob(encoded ? Buffer.from(content, 'base64') : content);
      return { status: 201, body: { sha, url: at(show.blob(repository, sha), 'url') } };
    },
  },
  'repos/get-content': {
    needs: readContents,
    handle({ repository, parameters, query, show }) {
      const ref = query.get('ref') ?? repository.defaultBranch;
      const commit = repository.branch(ref) ?? repository.git.resolve(ref);
      const path = parameters['path'] ?? '';
      const entry = commit === undefined ? undefined : repository.git.entry(commit, path);
      if (entry?.type !== 'blob') throw notFound();
      return { status: 200, body: show.file(repository, path, entry.oid, ref) };
    },
  },
  'repos/compare-commits-with-basehead': { needs: readContents, handle: compare },
  'pulls/list': { needs: readPulls, handle: listPulls },
  'pulls/get': {
    needs: readPulls,
    handle({ repository, parameters, show }) {
      const pull = pullAt(repository, parameters['pull_number']);
      const body = show.pull(repository, pull, true);
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
      const { repository, show } = call;
      const pull = pullAt(repository, call.parameters['pull_number']);
      const from = repository.git.mergeBase(pull.baseSha, pull.headSha) ?? pull.baseSha;
      const changes = repository.git.changes(from, pull.headSha);
      return paged(call, changes, (change) => show.change(repository, change, pull.headSha));
    },
  },
  'pulls/list-commits': {
    needs: readPulls,
    handle(call) {
      const { repository, show } = call;
      const pull = pullAt(repository, call.parameters['pull_number']);
      const from = repository.git.mergeBase(pull.baseSha, pull.headSha) ?? pull.baseSha;
      const commits = repository.git.commitsBetween(from, pull.headSha);
      return paged(call, commits, (oid) => show.commit(repository, repository.git.commit(oid)));
    },
  },
  'pulls/list-reviews': {
    needs: readPulls,
    handle(call) {
      const pull = pullAt(call.repository, call.parameters['pull_number']);
      return paged(call, pull.reviews, (review) => call.show.review(call.repository, pull, review));
    },
  },
  'pulls/request-reviewers': { needs: writePulls, handle: requestReviewers },
  'checks/list-for-ref': {
    needs: [['checks', 'read']],
    handle({ repository, parameters, show }) {
      const sha = commitAt(repository, parameters['ref']).oid;
      const checks = repository.checks.get(sha) ?? [];
      const runs = checks.map((check) => show.check(repository, sha, check));
      return { status: 200, body: { total_count: runs.length, check_runs: runs } };
    },
  },
  'issues/add-labels': { needs: writeIssues, handle: addLabels },
  'issues/remove-label': {
    needs: writeIssues,
    handle({ repository, parameters, show }) {
      const pull = pullAt(repository, parameters['issue_number']);
      const kept = pull.labels.filter(({ name }) => name !== parameters['name']);
      if (kept.length === pull.labels.length) throw new Refusal(404, 'Label does not exist');
      pull.labels = kept;
      repository.touch(pull);
      return { status: 200, body: kept.map((label) => show.label(repository, label)) };
    },
  },
  'issues/check-user-can-be-assigned': {
    needs: readPulls,
    handle({ repository, parameters }) {
      if (!repository.collaborators.has(parameters['assignee'] ?? '')) throw notFound();
      return { status: 204, body: undefined };
    },
  },
  'issues/add-assignees': {
    needs: writeIssues,
    handle({ repository, parameters, body, show }) {
      const pull = pullAt(repository, parameters['issue_number']);
      // People who can't be assigned are silently ignored.
      const added = logins(body, 'assignees').flatMap((login) => repository.collaborators.get(login) ?? []);
      pull.assignees = [...new Set([...pull.assignees, ...added])];
      repository.touch(pull);
      return { status: 201, body: show.issue(repository, pull) };
    },
  },
  'issues/create-comment': {
    needs: writeIssues,
    handle({ repository, parameters, body, by, show }) {
      const pull = pullAt(repository, parameters['issue_number']);
      const text = stringAt(body, 'body') ?? '';
      const comment = { id: repository.nextId(), account: by.account, body: text, at: repository.clock.now() };
      pull.comments = [...pull.comments, comment];
      return { status: 201, body: show.comment(repository, pull, comment) };
    },
  },
};

function getRef({ repository, parameters, show }: Call): RestResponse {
  const ref = `refs/${parameters['ref'] ?? ''}`;
  const oid = repository.git.ref(ref);
  if (oid === undefined) throw notFound();
  return { status: 200, body: show.ref(repository, ref, oid) };
}

function createRef({ repository, body, by, show }: Call): RestResponse {
  const ref = stringAt(body, 'ref') ?? '';
  const sha = stringAt(body, 'sha') ?? '';
  if (!/^refs\/.+\/.+|^refs\/[^/]+\/[^/]+$/.test(ref) || !repository.git.isValidRef(ref))
    throw new Refusal(422, 'Reference name must start with "refs/" and contain at least two slashes.');
  if (!repository.git.exists(sha, 'commit')) throw new Refusal(422, 'Object does not exist');
  if (repository.git.ref(ref) !== undefined) throw new Refusal(422, 'Reference already exists');
  const refused = repository.moveRefs([{ ref, to: sha, from: undefined }], by.account);
  if (refused !== undefined) throw new Refusal(422, 'Reference update failed');
  return { status: 201, body: show.ref(repository, ref, sha) };
}

function updateRef({ repository, parameters, body, by, show }: Call): RestResponse {
  const ref = `refs/${parameters['ref'] ?? ''}`;
  const sha = stringAt(body, 'sha') ?? '';
  const current = repository.git.ref(ref);
  if (current === undefined) throw new Refusal(422, 'Reference does not exist');
  if (!repository.git.exists(sha, 'commit')) throw new Refusal(422, 'Object does not exist');
  if (booleanAt(body, 'force') !== true && !repository.git.isAncestor(current, sha))
    throw new Refusal(422, 'Update is not a fast forward');
  const refused = repository.moveRefs([{ ref, to: sha, from: current }], by.account);
  if (refused !== undefined) throw new Refusal(422, 'Reference update failed');
  return { status: 200, body: show.ref(repository, ref, sha) };
}

function deleteRef({ repository, parameters, by }: Call): RestResponse {
  const ref = `refs/${parameters['ref'] ?? ''}`;
  const current = repository.git.ref(ref);
  if (current === undefined) throw new Refusal(422, 'Reference does not exist');
  repository.moveRefs([{ ref, to: undefined, from: current }], by.account);
  return { status: 204 };
}

function createCommit({ repository, body, by, show }: Call): RestResponse {
  const tree = stringAt(body, 'tree') ?? '';
  const parents = listAt(body, 'parents').filter((parent) => typeof parent === 'string');
  if (!repository.git.exists(tree, 'tree')) throw new Refusal(422, 'Tree SHA does not exist');
  if (parents.some((parent) => !repository.git.exists(parent, 'commit')))
    throw new Refusal(422, 'Parent SHA does not exist or is not a commit object');
  const own = personOf(by.account, repository.clock.now());
  const author = personIn(body, 'author', repository) ?? own;
  const committer = personIn(body, 'committer', repository) ?? author;
  const oid = repository.git.writeCommit({
    tree,
    parents,
    author,
    committer,
    message: stringAt(body, 'message') ?? '',
  });
  // GitHub signs the commits that a bot makes in its own name.
  const plain = ['author', 'committer', 'signature'].every((name) => at(body, name) === undefined);
  if (by.kind !== 'user' && plain) repository.verified.add(oid);
  return { status: 201, body: show.gitCommit(repository, repository.git.commit(oid)) };
}

function createTree({ repository, body, show }: Call): RestResponse {
  const base = stringAt(body, 'base_tree');
  const known = base === undefined || repository.git.exists(base, 'tree') || repository.git.exists(base, 'commit');
  if (!known) throw new Refusal(422, 'base_tree is not a valid tree oid');
  const changes = listAt(body, 'tree').map((entry) => {
    const path = stringAt(entry, 'path') ?? '';
    const content = stringAt(entry, 'content');
    const sha = at(entry, 'sha');
    if (path === '' || path.startsWith('/') || path.split('/').some((part) => ['', '.', '..', '.git'].includes(part)))
      throw new Refusal(422, 'tree.path contains a malformed path component');
    if (sha === null) {
      if (base === undefined || !repository.git.entry(base, path)) throw new Refusal(422, 'GitRPC::BadObjectState');
      return { path, mode: '100644', oid: undefined };
    }
    const oid = content === undefined ? String(sha) : repository.git.writeBlob(content);
    if (!repository.git.exists(oid, 'blob')) throw new Refusal(422, `tree.sha ${oid} is not a valid blob`);
    return { path, mode: stringAt(entry, 'mode') ?? '', oid };
  });
  if (changes.some(({ mode }) => !['100644', '100755', '120000'].includes(mode)))
    throw new Refusal(422, 'tree.mode is not valid');
  const tree = repository.git.writeTree(base, changes);
  return { status: 201, body: show.tree(repository, tree, { recursive: false }) };
}

function compare(call: Call): RestResponse {
  const { repository, parameters, show } = call;
  const [from, to] = (parameters['basehead'] ?? '').split('...');
  const base = commitAt(repository, from);
  const head = commitAt(repository, to);
  const mergeBase = repository.git.mergeBase(base.oid, head.oid);
  if (mergeBase === undefined) throw new Refusal(404, `No common ancestor between ${from} and ${to}.`);
  const page = pageOf(call, 250);
  const total = repository.git.commitsBetween(base.oid, head.oid).length;
  const body = show.comparison(repository, base, head, repository.git.commit(mergeBase), page);
  return { status: 200, body, more: page.number * page.size < total };
}

function listPulls(call: Call): RestResponse {
  const { repository, query, show } = call;
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
  return paged(call, found, (pull) => show.pull(repository, pull, false));
}

function createPull({ repository, body, by, show }: Call): RestResponse {
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
  demandShort(body);
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
  return { status: 201, body: show.pull(repository, pull, true) };
}

function updatePull({ repository, parameters, body, show }: Call): RestResponse {
  const pull = pullAt(repository, parameters['pull_number']);
  const state = stringAt(body, 'state');
  const base = stringAt(body, 'base');
  const baseSha = base === undefined ? pull.baseSha : repository.branch(base);
  if (baseSha === undefined) throw validationFailed({ resource: 'PullRequest', field: 'base', code: 'invalid' });
  demandShort(body);
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
  return { status: 200, body: show.pull(repository, pull, true) };
}

/** GitHub's limits for title and body, in characters. */
function demandShort(body: unknown): void {
  for (const [field, most] of [
    ['title', 256],
    ['body', 65_536],
  ] as const) {
    const message = `${field} is too long (maximum is ${most} characters)`;
    if ([...(stringAt(body, field) ?? '')].length > most)
      throw validationFailed({ resource: 'PullRequest', field, code: 'custom', message });
  }
}

function merge({ repository, parameters, body, by }: Call): RestResponse {
  const pull = pullAt(repository, parameters['pull_number']);
  const sha = stringAt(body, 'sha');
  if (sha !== undefined && sha !== pull.headSha && pull.state === 'open')
    throw new Refusal(409, 'Head branch was modified. Review and try the merge again.');
  const asked = stringAt(body, 'merge_method');
  const merged = mergePull(repository, pull, {
    method: asked === 'squash' || asked === 'rebase' ? asked : 'merge',
    by: by.account,
    title: stringAt(body, 'commit_title'),
    message: stringAt(body, 'commit_message'),
  });
  return { status: 200, body: { sha: merged, merged: true, message: 'Pull Request successfully merged' } };
}

function requestReviewers({ repository, parameters, body, show }: Call): RestResponse {
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
  return { status: 201, body: show.pull(repository, pull, false) };
}

function addLabels({ repository, parameters, body, show }: Call): RestResponse {
  const pull = pullAt(repository, parameters['issue_number']);
  const missing = logins(body, 'labels').filter((name) => pull.labels.every((label) => label.name !== name));
  pull.labels = [...pull.labels, ...missing.map((name) => ({ id: repository.nextId(), name }))];
  repository.touch(pull);
  return { status: 200, body: pull.labels.map((label) => show.label(repository, label)) };
}

function pullAt(repository: HostedRepository, number: string | undefined): FakePull {
  const pull = repository.pull(Number(number));
  if (!pull) throw notFound();
  return pull;
}

function commitAt(repository: HostedRepository, revision: string | undefined): Commit {
  const oid = repository.branch(revision ?? '') ?? repository.git.resolve(revision ?? '');
  if (oid === undefined) throw notFound();
  return repository.git.commit(oid);
}

function logins(body: unknown, name: string): readonly string[] {
  return listAt(body, name).filter((one) => typeof one === 'string');
}

function personIn(body: unknown, name: string, repository: HostedRepository): Person | undefined {
  const person = stringAt(body, name, 'name');
  const email = stringAt(body, name, 'email');
  if (person === undefined || email === undefined) return undefined;
  const date = stringAt(body, name, 'date');
  return { name: person, email, at: date === undefined ? repository.clock.now() : Date.parse(date) };
}

function pageOf({ query }: Call, size = 30): Page {
  return {
    number: Math.max(1, numberAt([Number(query.get('page') ?? 1)], 0) ?? 1),
    // A page has at most 100 items.
    size: query.has('per_page') ? Math.min(Number(query.get('per_page')), 100) : size,
  };
}

function paged<T>(call: Call, items: readonly T[], show: (item: T) => object): RestResponse {
  const page = pageOf(call);
  const from = (page.number - 1) * page.size;
  return {
    status: 200,
    body: items.slice(from, from + page.size).map(show),
    more: from + page.size < items.length,
  };
}
