import { booleanAt, listAt, stringAt } from '../../../../src/json/json.ts';
import { type RefMove, ZERO_OID } from '../git.ts';
import { mergeabilityOf, mergePull } from '../merging.ts';
import { type MergeMethod, personOf } from '../model.ts';
import { allow, type GraphqlContext, knownPull, namedRepository, TypedError } from './context.ts';
import { commitNode, pullNode, refNode } from './nodes.ts';

export function createCommitOnBranch(context: GraphqlContext, input: unknown): object {
  allow(context.by, 'contents', 'write');
  const repository = namedRepository(context, stringAt(input, 'branch', 'repositoryNameWithOwner') ?? '');
  const branch = (stringAt(input, 'branch', 'branchName') ?? '').replace(/^refs\/heads\//, '');
  const expected = stringAt(input, 'expectedHeadOid') ?? '';
  const head = repository.branch(branch);
  if (head === undefined) throw new TypedError('NOT_FOUND', `Could not resolve to a Ref with the name '${branch}'.`);
  const stale = `Expected branch to point to "${expected}" but it did not.  Pull and try again.`;
  if (head !== expected) throw new TypedError('STALE_DATA', stale);
  const additions = listAt(input, 'fileChanges', 'additions').map((addition) => ({
    path: stringAt(addition, 'path') ?? '',
    mode: '100644',
    oid: repository.git.writeBlob(Buffer.from(stringAt(addition, 'contents') ?? '', 'base64')),
  }));
  const deletions = listAt(input, 'fileChanges', 'deletions').map((deletion) => ({
    path: stringAt(deletion, 'path') ?? '',
    mode: '100644',
    oid: undefined,
  }));
  if (deletions.some(({ path }) => !repository.git.entry(head, path)))
    throw new TypedError(
      'UNPROCESSABLE',
      `A path was requested for deletion which does not exist as of commit oid \`${head}\``,
    );
  const author = personOf(context.by.account, repository.clock.now());
  const message = [stringAt(input, 'message', 'headline') ?? '', stringAt(input, 'message', 'body') ?? ''];
  const oid = repository.git.writeCommit({
    tree: repository.git.writeTree(head, [...additions, ...deletions]),
    parents: [head],
    author,
    committer: { ...author, name: 'GitHub', email: 'noreply@github.com' },
    message: message.filter((part) => part !== '').join('\n\n'),
  });
  const moved = repository.moveRefs([{ ref: `refs/heads/${branch}`, to: oid, from: head }], context.by.account);
  if (moved !== undefined) throw new TypedError('STALE_DATA', stale);
  repository.verified.add(oid);
  return { commit: commitNode(context, repository, oid), ref: refNode(context, repository, `refs/heads/${branch}`) };
}

export function updateRefs(context: GraphqlContext, input: unknown): object {
  allow(context.by, 'contents', 'write');
  const id = stringAt(input, 'repositoryId') ?? '';
  const repository = context.repositories.find(({ nodeId }) => nodeId === id);
  if (!repository) throw new TypedError('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
  const moves = listAt(input, 'refUpdates').map((update): RefMove => {
    const ref = stringAt(update, 'name') ?? '';
    const after = stringAt(update, 'afterOid') ?? '';
    const before = stringAt(update, 'beforeOid');
    if (!ref.startsWith('refs/') || !repository.git.isValidRef(ref))
      throw new TypedError('UNPROCESSABLE', `${ref} is not a valid ref name.`);
    if (after !== ZERO_OID && !repository.git.exists(after, 'commit'))
      throw new TypedError('UNPROCESSABLE', `${after} does not exist.`);
    const current = repository.git.ref(ref);
    const forced = booleanAt(update, 'force') === true;
    if (current !== undefined && after !== ZERO_OID && !forced && !repository.git.isAncestor(current, after))
      throw new TypedError('UNPROCESSABLE', `Update of ${ref} is not a fast forward.`);
    const to = after === ZERO_OID ? undefined : after;
    if (before === undefined) return { ref, to };
    return { ref, to, from: before === ZERO_OID ? undefined : before };
  });
  const refused = repository.moveRefs(moves, context.by.account);
  if (refused !== undefined) throw new TypedError('UNPROCESSABLE', `Reference update failed: ${refused}`);
  return {};
}

export function enableAutoMerge(context: GraphqlContext, input: unknown): object {
  allow(context.by, 'pull_requests', 'write');
  allow(context.by, 'contents', 'write');
  const { repository, pull } = knownPull(context, stringAt(input, 'pullRequestId') ?? '');
  const refuse = (reason: string) => new TypedError('UNPROCESSABLE', `Pull request ${reason}`);
  if (!repository.policies.autoMerge) throw refuse('Auto merge is not allowed for this repository');
  const expected = stringAt(input, 'expectedHeadOid');
  if (expected !== undefined && expected !== pull.headSha) throw refuse('Head branch was modified');
  if (pull.state === 'closed') throw refuse("Can't enable auto-merge for this pull request.");
  const state = mergeabilityOf(repository, pull);
  if (state !== 'blocked' && state !== 'behind') throw refuse(`Pull request is in ${state} status`);
  const method = methodOf(input);
  if (!repository.policies.mergeMethods.includes(method)) throw refuse(`Merge method ${method} is not allowed`);
  pull.autoMerge = { by: context.by.account, method, at: repository.clock.now() };
  repository.touch(pull);
  return { pullRequest: pullNode(repository, pull) };
}

export function mergeByNode(context: GraphqlContext, input: unknown): object {
  allow(context.by, 'contents', 'write');
  const { repository, pull } = knownPull(context, stringAt(input, 'pullRequestId') ?? '');
  const expected = stringAt(input, 'expectedHeadOid');
  if (expected !== undefined && expected !== pull.headSha)
    throw new TypedError('UNPROCESSABLE', 'Head branch was modified. Review and try the merge again.');
  mergePull(repository, pull, { method: methodOf(input), by: context.by.account });
  return { pullRequest: pullNode(repository, pull) };
}

function methodOf(input: unknown): MergeMethod {
  const requested = stringAt(input, 'mergeMethod')?.toLowerCase();
  return requested === 'squash' || requested === 'rebase' ? requested : 'merge';
}
