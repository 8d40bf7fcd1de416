import type { Clock } from '../../../src/core/clock.ts';
import type { BareRepository, RefMove } from './git.ts';
import type { Commit } from './git-output.ts';
import {
  type Account,
  type CheckRun,
  type FakePull,
  type MergeMethod,
  type Policies,
  personOf,
  Refusal,
} from './model.ts';

/** What merging needs of a hosted repository. */
interface MergeTarget {
  readonly clock: Clock;
  readonly owner: Account;
  readonly git: BareRepository;
  readonly policies: Policies;
  readonly checks: ReadonlyMap<string, readonly CheckRun[]>;
  readonly verified: Set<string>;
  branch(name: string): string | undefined;
  closePull(pull: FakePull): void;
  moveRefs(moves: readonly RefMove[], by: Account): unknown;
}

export type MergeableState = 'clean' | 'dirty' | 'draft' | 'behind' | 'blocked' | 'unstable';

/** The two heads, on which mergeability depends. */
export function mergeabilityKey(repository: MergeTarget, pull: FakePull): string {
  return `${pull.headSha} ${repository.branch(pull.base) ?? ''}`;
}

/** Computes the `mergeable_state` of a pull request. */
export function mergeabilityOf(repository: MergeTarget, pull: FakePull): MergeableState {
  if (mergedTree(repository, pull) === undefined) return 'dirty';
  if (pull.draft) return 'draft';
  if (isBehind(repository, pull)) return 'behind';
  if (missingApprovals(repository, pull) > 0 || unmetChecks(repository, pull).length > 0) return 'blocked';
  const checks = repository.checks.get(pull.headSha) ?? [];
  return checks.every(({ conclusion }) => conclusion === 'success') ? 'clean' : 'unstable';
}

function isBehind(repository: MergeTarget, pull: FakePull): boolean {
  const base = repository.branch(pull.base);
  return repository.policies.upToDate && base !== undefined && !repository.git.isAncestor(base, pull.headSha);
}

export function missingApprovals(repository: MergeTarget, pull: FakePull): number {
  const latest = new Map(pull.reviews.map((review) => [review.account.login, review.state]));
  const approvals = [...latest.values()].filter((state) => state === 'APPROVED').length;
  return Math.max(0, repository.policies.requiredApprovals - approvals);
}

export function unmetChecks(repository: MergeTarget, pull: FakePull): readonly string[] {
  const checks = repository.checks.get(pull.headSha) ?? [];
  const succeeded = checks.filter(({ conclusion }) => conclusion === 'success').map(({ name }) => name);
  return repository.policies.requiredChecks.filter((name) => !succeeded.includes(name));
}

interface MergeRequest {
  readonly method: MergeMethod;
  readonly by: Account;
  readonly title?: string | undefined;
  readonly message?: string | undefined;
}

/** Merges by one of GitHub's three methods, and returns the commit. @throws Refusal with status and message of the merge API. */
export function mergePull(repository: MergeTarget, pull: FakePull, request: MergeRequest): string {
  const base = repository.branch(pull.base);
  const state = pull.state === 'open' && base !== undefined ? mergeabilityOf(repository, pull) : 'dirty';
  if (base === undefined || state === 'dirty') throw new Refusal(405, 'Pull Request is not mergeable');
  if (state === 'draft') throw new Refusal(405, 'Pull Request is still a draft');
  if (state === 'behind') throw new Refusal(405, 'Head branch is out of date with the base branch.');
  const approvals = missingApprovals(repository, pull);
  if (approvals > 0) {
    const reviews = approvals === 1 ? 'approving review is' : 'approving reviews are';
    throw new Refusal(405, `At least ${approvals} ${reviews} required by reviewers with write access.`);
  }
  const [check] = unmetChecks(repository, pull);
  if (check !== undefined) throw new Refusal(405, `Required status check "${check}" is expected.`);
  if (!repository.policies.mergeMethods.includes(request.method)) {
    const names = { merge: 'Merge commits', squash: 'Squash merges', rebase: 'Rebase merges' };
    throw new Refusal(405, `${names[request.method]} are not allowed on this repository.`);
  }
  const merged = write[request.method](repository, pull, base, request);
  const moved = repository.git.moveRefs([{ ref: `refs/heads/${pull.base}`, to: merged, from: base }]);
  if (moved !== undefined) throw new Refusal(405, 'Base branch was modified. Review and try the merge again.');
  repository.verified.add(merged);
  pull.merged = { at: repository.clock.now(), by: request.by, sha: merged };
  repository.closePull(pull);
  // Updates the other pull requests with the same base.
  repository.moveRefs([{ ref: `refs/heads/${pull.base}`, to: merged, from: merged }], request.by);
  if (repository.policies.deleteBranchOnMerge)
    repository.moveRefs([{ ref: `refs/heads/${pull.head}`, to: undefined }], request.by);
  return merged;
}

type Writer = (repository: MergeTarget, pull: FakePull, base: string, request: MergeRequest) => string;

const write: Readonly<Record<MergeMethod, Writer>> = {
  merge(repository, pull, base, request) {
    const title = request.title ?? `Merge pull request #${pull.number} from ${repository.owner.login}/${pull.head}`;
    return writeMerge(repository, pull, [base, pull.headSha], request, [title, request.message ?? pull.title]);
  },
  squash(repository, pull, base, request) {
    const commits = repository.git.commitsBetween(base, pull.headSha).map((oid) => repository.git.commit(oid));
    const [only] = commits;
    const subject = commits.length === 1 && only ? (only.message.split('\n')[0] ?? pull.title) : pull.title;
    const body =
      commits.length === 1 && only
        ? only.message.split('\n').slice(2).join('\n')
        : commits.map(({ message }) => `* ${message}`).join('\n\n');
    const title = request.title ?? `${subject} (#${pull.number})`;
    return writeMerge(repository, pull, [base], request, [title, request.message ?? body]);
  },
  rebase(repository, pull, base, request) {
    let tip = base;
    for (const oid of repository.git.commitsBetween(base, pull.headSha)) {
      const commit = repository.git.commit(oid);
      const tree = cherryPick(repository, commit, tip);
      if (tree === undefined) throw new Refusal(405, 'Pull Request is not mergeable');
      const committer = personOf(request.by, repository.clock.now());
      tip = repository.git.writeCommit({ ...commit, tree, parents: [tip], committer });
    }
    return tip;
  },
};

function writeMerge(
  repository: MergeTarget,
  pull: FakePull,
  parents: readonly string[],
  request: MergeRequest,
  message: readonly [string, string],
): string {
  const tree = mergedTree(repository, pull);
  if (tree === undefined) throw new Refusal(405, 'Pull Request is not mergeable');
  const author = personOf(request.by, repository.clock.now());
  const text = message.filter((part) => part !== '').join('\n\n');
  return repository.git.writeCommit({ tree, parents, author, committer: author, message: text });
}

function mergedTree(repository: MergeTarget, pull: FakePull): string | undefined {
  const base = repository.branch(pull.base);
  return base === undefined ? undefined : repository.git.merge(base, pull.headSha);
}

/** The tree after cherry-picking a commit: a merge whose common ancestor is the parent of that commit. */
function cherryPick(repository: MergeTarget, commit: Commit, onto: string): string | undefined {
  const parents = commit.parents.slice(0, 1);
  const ours = repository.git.writeCommit({ ...commit, tree: repository.git.tree(onto), parents, message: 'onto' });
  return repository.git.merge(ours, commit.oid);
}
