import type { HostedRepository } from '../hosted-repository.ts';
import { pullNodeId } from '../json/pull-requests.ts';
import { iso } from '../json/urls.ts';
import { mergeabilityOf } from '../merging.ts';
import type { FakePull } from '../model.ts';
import type { GraphqlContext } from './context.ts';

const LONGEST_TEXT = 512 * 1024;

export function repositoryNode(context: GraphqlContext, repository: HostedRepository): object {
  return {
    id: repository.nodeId,
    nameWithOwner: repository.fullName,
    object({ expression, oid }: { expression?: string; oid?: string }) {
      const revision = oid ?? expression ?? '';
      const commit = repository.branch(revision) ?? repository.git.resolve(revision);
      return commit === undefined ? null : commitNode(context, repository, commit);
    },
    ref: ({ qualifiedName }: { qualifiedName: string }) => refNode(context, repository, qualifiedName),
    pullRequest({ number }: { number: number }) {
      const pull = repository.pull(number);
      return pull ? pullNode(repository, pull) : null;
    },
  };
}

export function refNode(context: GraphqlContext, repository: HostedRepository, ref: string): object | null {
  const oid = repository.git.resolve(ref);
  const [, kind = '', name = ''] = /^(refs\/[^/]+\/)(.+)$/.exec(ref) ?? [];
  return oid === undefined
    ? null
    : {
        id: `REF_${repository.id}_${ref}`,
        name,
        prefix: kind,
        target: () => commitNode(context, repository, oid),
      };
}

export function commitNode(context: GraphqlContext, repository: HostedRepository, oid: string): object {
  const verified = repository.verified.has(oid);
  return {
    __typename: 'Commit',
    id: `C_${oid}`,
    oid,
    url: `${context.serverUrl}/${repository.fullName}/commit/${oid}`,
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

export function blobNode(repository: HostedRepository, oid: string): object {
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

export function pullNode(repository: HostedRepository, pull: FakePull): object {
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
