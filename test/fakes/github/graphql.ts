import { readFileSync } from 'node:fs';
import { buildSchema, execute, type GraphQLError, type GraphQLSchema, Kind, parse, validate } from 'graphql';
import { defined } from '../../../src/core/defined.ts';
import { booleanAt, listAt, objectAt, stringAt } from '../../../src/json/json.ts';
import { type RefMove, ZERO_OID } from './git.ts';
import type { HostedRepository } from './hosted-repository.ts';
import { mergeabilityOf, mergePull } from './merging.ts';
import { type Credential, type FakePull, type MergeMethod, personOf, Refusal } from './model.ts';
import { iso, pullNodeId } from './represent.ts';

export interface GraphqlWorld {
  /** The repositories that the token can see. */
  readonly repositories: readonly HostedRepository[];
  readonly by: Credential;
  readonly serverUrl: string;
}

type Variables = Readonly<Record<string, unknown>>;

/** An error with GitHub's machine-readable `type`. */
class TypedError extends Error {
  override readonly name = 'TypedError';
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

const LONGEST_TEXT = 512 * 1024;

let loaded: GraphQLSchema | undefined;

function schema(): GraphQLSchema {
  const sdl = readFileSync(new URL('../../fixtures/github.graphql', import.meta.url), 'utf8');
  // The published schema defines two fields twice.
  loaded ??= buildSchema(sdl, { assumeValidSDL: true });
  return loaded;
}

/** Kind and top-level fields of a document: `mutation updateRefs`. */
export function describeDocument(source: string): { readonly name: string; readonly write: boolean } {
  try {
    const operation = parse(source).definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
    if (!operation) return { name: 'graphql', write: false };
    const fields = operation.selectionSet.selections.map((node) => (node.kind === Kind.FIELD ? node.name.value : '…'));
    return { name: `${operation.operation} ${fields.join(' ')}`, write: operation.operation === 'mutation' };
  } catch {
    return { name: 'graphql (not parsable)', write: false };
  }
}

/** Executes a GraphQL request, and returns the body that GitHub would return (always with status 200). */
export async function executeGraphql(world: GraphqlWorld, body: unknown): Promise<object> {
  const source = stringAt(body, 'query') ?? '';
  let document: ReturnType<typeof parse>;
  try {
    document = parse(source);
  } catch (thrown) {
    return { errors: [{ message: thrown instanceof Error ? thrown.message : String(thrown) }] };
  }
  const problems = validate(schema(), document);
  if (problems.length > 0) return { errors: problems.map(shown) };
  const variables: Variables = objectAt(body, 'variables') ?? {};
  const result = await execute({
    schema: schema(),
    document,
    variableValues: variables,
    rootValue: roots(world),
  });
  return {
    ...defined({ data: result.data }),
    ...(result.errors === undefined ? {} : { errors: result.errors.map(shown) }),
  };
}

function shown(error: GraphQLError): object {
  const original = error.originalError;
  return {
    ...(original instanceof TypedError ? { type: original.type } : {}),
    ...(original instanceof Refusal ? { type: 'UNPROCESSABLE' } : {}),
    ...defined({ path: error.path }),
    locations: error.locations,
    message: error.message,
  };
}

function roots(world: GraphqlWorld): object {
  return {
    repository: (args: { owner: string; name: string }) => {
      allow(world.by, 'contents', 'read');
      return repositoryNode(world, namedRepository(world, `${args.owner}/${args.name}`));
    },
    node: ({ id }: { id: string }) => {
      const found = findPull(world, id);
      return found ? pullNode(found.repository, found.pull) : null;
    },
    createCommitOnBranch: ({ input }: { input: unknown }) => createCommitOnBranch(world, input),
    updateRefs: ({ input }: { input: unknown }) => updateRefs(world, input),
    enablePullRequestAutoMerge: ({ input }: { input: unknown }) => enableAutoMerge(world, input),
    mergePullRequest: ({ input }: { input: unknown }) => mergeByNode(world, input),
  };
}

function createCommitOnBranch(world: GraphqlWorld, input: unknown): object {
  allow(world.by, 'contents', 'write');
  const repository = namedRepository(world, stringAt(input, 'branch', 'repositoryNameWithOwner') ?? '');
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
  const author = personOf(world.by.account, repository.clock.now());
  const message = [stringAt(input, 'message', 'headline') ?? '', stringAt(input, 'message', 'body') ?? ''];
  const oid = repository.git.writeCommit({
    tree: repository.git.writeTree(head, [...additions, ...deletions]),
    parents: [head],
    author,
    committer: { ...author, name: 'GitHub', email: 'noreply@github.com' },
    message: message.filter((part) => part !== '').join('\n\n'),
  });
  const moved = repository.moveRefs([{ ref: `refs/heads/${branch}`, to: oid, from: head }], world.by.account);
  if (moved !== undefined) throw new TypedError('STALE_DATA', stale);
  repository.verified.add(oid);
  return { commit: commitNode(world, repository, oid), ref: refNode(world, repository, `refs/heads/${branch}`) };
}

function updateRefs(world: GraphqlWorld, input: unknown): object {
  allow(world.by, 'contents', 'write');
  const id = stringAt(input, 'repositoryId') ?? '';
  const repository = world.repositories.find(({ nodeId }) => nodeId === id);
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
  const refused = repository.moveRefs(moves, world.by.account);
  if (refused !== undefined) throw new TypedError('UNPROCESSABLE', `Reference update failed: ${refused}`);
  return {};
}

function enableAutoMerge(world: GraphqlWorld, input: unknown): object {
  allow(world.by, 'pull_requests', 'write');
  allow(world.by, 'contents', 'write');
  const { repository, pull } = knownPull(world, stringAt(input, 'pullRequestId') ?? '');
  const refuse = (reason: string) => new TypedError('UNPROCESSABLE', `Pull request ${reason}`);
  if (!repository.policies.autoMerge) throw refuse('Auto merge is not allowed for this repository');
  const expected = stringAt(input, 'expectedHeadOid');
  if (expected !== undefined && expected !== pull.headSha) throw refuse('Head branch was modified');
  if (pull.state === 'closed') throw refuse("Can't enable auto-merge for this pull request.");
  const state = mergeabilityOf(repository, pull);
  if (state !== 'blocked' && state !== 'behind') throw refuse(`Pull request is in ${state} status`);
  const method = methodOf(input);
  if (!repository.policies.mergeMethods.includes(method)) throw refuse(`Merge method ${method} is not allowed`);
  pull.autoMerge = { by: world.by.account, method, at: repository.clock.now() };
  repository.touch(pull);
  return { pullRequest: pullNode(repository, pull) };
}

function mergeByNode(world: GraphqlWorld, input: unknown): object {
  allow(world.by, 'contents', 'write');
  const { repository, pull } = knownPull(world, stringAt(input, 'pullRequestId') ?? '');
  const expected = stringAt(input, 'expectedHeadOid');
  if (expected !== undefined && expected !== pull.headSha)
    throw new TypedError('UNPROCESSABLE', 'Head branch was modified. Review and try the merge again.');
  mergePull(repository, pull, { method: methodOf(input), by: world.by.account });
  return { pullRequest: pullNode(repository, pull) };
}

function methodOf(input: unknown): MergeMethod {
  const asked = stringAt(input, 'mergeMethod')?.toLowerCase();
  return asked === 'squash' || asked === 'rebase' ? asked : 'merge';
}

function repositoryNode(world: GraphqlWorld, repository: HostedRepository): object {
  return {
    id: repository.nodeId,
    nameWithOwner: repository.fullName,
    object({ expression, oid }: { expression?: string; oid?: string }) {
      const revision = oid ?? expression ?? '';
      const commit = repository.branch(revision) ?? repository.git.resolve(revision);
      return commit === undefined ? null : commitNode(world, repository, commit);
    },
    ref: ({ qualifiedName }: { qualifiedName: string }) => refNode(world, repository, qualifiedName),
    pullRequest({ number }: { number: number }) {
      const pull = repository.pull(number);
      return pull ? pullNode(repository, pull) : null;
    },
  };
}

function refNode(world: GraphqlWorld, repository: HostedRepository, ref: string): object | null {
  const oid = repository.git.resolve(ref);
  const [, kind = '', name = ''] = /^(refs\/[^/]+\/)(.+)$/.exec(ref) ?? [];
  return oid === undefined
    ? null
    : {
        id: `REF_${repository.id}_${ref}`,
        name,
        prefix: kind,
        target: () => commitNode(world, repository, oid),
      };
}

function commitNode(world: GraphqlWorld, repository: HostedRepository, oid: string): object {
  const verified = repository.verified.has(oid);
  return {
    __typename: 'Commit',
    id: `C_${oid}`,
    oid,
    url: `${world.serverUrl}/${repository.fullName}/commit/${oid}`,
    message: () => repository.git.commit(oid).message,
    signature: verified ? { __typename: 'GpgSignature', isValid: true, wasSignedByGitHub: true } : null,
    file({ path }: { path: string }) {
      const entry = repository.git.entry(oid, path);
      if (!entry) return null;
      return {
        name: path.split('/').at(-1) ?? path,
        path,
        mode: Number.parseInt(entry.mode, 8),
        oid: entry.oid,
        type: entry.type,
        object: () => (entry.type === 'blob' ? blobNode(repository, entry.oid) : null),
      };
    },
  };
}

function blobNode(repository: HostedRepository, oid: string): object {
  const content = repository.git.readBlob(oid);
  const isBinary = content.subarray(0, 8000).includes(0);
  return {
    __typename: 'Blob',
    id: `B_${oid}`,
    oid,
    byteSize: content.length,
    isBinary,
    isTruncated: content.length > LONGEST_TEXT,
    // GitHub replaces bytes that are not UTF-8.
    text: isBinary ? null : content.subarray(0, LONGEST_TEXT).toString('utf8'),
  };
}

function pullNode(repository: HostedRepository, pull: FakePull): object {
  return {
    __typename: 'PullRequest',
    id: pullNodeId(pull),
    number: pull.number,
    state: pull.merged ? 'MERGED' : pull.state.toUpperCase(),
    merged: pull.merged !== undefined,
    headRefOid: pull.headSha,
    mergeStateStatus: () => mergeabilityOf(repository, pull).toUpperCase(),
    autoMergeRequest: pull.autoMerge
      ? { enabledAt: iso(pull.autoMerge.at), mergeMethod: pull.autoMerge.method.toUpperCase() }
      : null,
    mergeCommit: null,
  };
}

function allow(by: Credential, resource: 'contents' | 'pull_requests', access: 'read' | 'write'): void {
  const given = by.permissions[resource];
  if (given === 'write' || given === access) return;
  const bearer = by.kind === 'user' ? 'personal access token' : 'integration';
  throw new TypedError('FORBIDDEN', `Resource not accessible by ${bearer}`);
}

function namedRepository(world: GraphqlWorld, name: string): HostedRepository {
  const found = world.repositories.find(({ fullName }) => fullName.toLowerCase() === name.toLowerCase());
  if (!found) throw new TypedError('NOT_FOUND', `Could not resolve to a Repository with the name '${name}'.`);
  return found;
}

function findPull(world: GraphqlWorld, id: string): { repository: HostedRepository; pull: FakePull } | undefined {
  for (const repository of world.repositories)
    for (const pull of repository.pulls) if (pullNodeId(pull) === id) return { repository, pull };
  return undefined;
}

function knownPull(world: GraphqlWorld, id: string): { repository: HostedRepository; pull: FakePull } {
  const found = findPull(world, id);
  if (!found) throw new TypedError('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'.`);
  return found;
}
