import { at, booleanAt, listAt, stringAt } from '../../../../src/json/json.ts';
import type { Person } from '../git-output.ts';
import type { HostedRepository } from '../hosted-repository.ts';
import { blobJson, gitCommitJson, refJson, treeJson } from '../json/git-objects.ts';
import { notFound, personOf, Refusal } from '../model.ts';
import { commitAt, type RestCall, type RestOperation, type RestResponse, readContents, writeContents } from './call.ts';

/** The operations on refs, commits, trees and blobs. */
export const gitDatabaseOperations: Readonly<Record<string, RestOperation>> = {
  'git/get-ref': { needs: readContents, handle: getRef },
  'git/list-matching-refs': {
    needs: readContents,
    handle: ({ repository, parameters, urls }) => ({
      status: 200,
      body: repository.git
        .refs(`refs/${parameters['ref'] ?? ''}`)
        .map(({ ref, oid }) => refJson(urls, repository, ref, oid)),
    }),
  },
  'git/create-ref': { needs: writeContents, handle: createRef },
  'git/update-ref': { needs: writeContents, handle: updateRef },
  'git/delete-ref': { needs: writeContents, handle: deleteRef },
  'git/get-commit': {
    needs: readContents,
    handle: ({ repository, parameters, urls }) => ({
      status: 200,
      body: gitCommitJson(urls, repository, commitAt(repository, parameters['commit_sha'])),
    }),
  },
  'git/create-commit': { needs: writeContents, handle: createCommit },
  'git/get-tree': {
    needs: readContents,
    handle({ repository, parameters, query, urls }) {
      const revision = parameters['tree_sha'] ?? '';
      const known = repository.git.exists(revision, 'tree') || repository.git.exists(revision, 'commit');
      const tree = known ? repository.git.tree(revision) : undefined;
      if (tree === undefined) throw notFound();
      // Any value of `recursive` means true, even "0" and "false".
      return { status: 200, body: treeJson(urls, repository, tree, { recursive: query.has('recursive') }) };
    },
  },
  'git/create-tree': { needs: writeContents, handle: createTree },
  'git/get-blob': {
    needs: readContents,
    handle({ repository, parameters, urls }) {
      const oid = parameters['file_sha'] ?? '';
      if (!repository.git.exists(oid, 'blob')) throw notFound();
      return { status: 200, body: blobJson(urls, repository, oid) };
    },
  },
  'git/create-blob': {
    needs: writeContents,
    handle({ repository, body, urls }) {
      const content = stringAt(body, 'content') ?? '';
      const encoded = stringAt(body, 'encoding') === 'base64';
      const sha = repository.git.writeBlob(encoded ? Buffer.from(content, 'base64') : content);
      return { status: 201, body: { sha, url: at(blobJson(urls, repository, sha), 'url') } };
    },
  },
};

function getRef({ repository, parameters, urls }: RestCall): RestResponse {
  const ref = `refs/${parameters['ref'] ?? ''}`;
  const oid = repository.git.ref(ref);
  if (oid === undefined) throw notFound();
  return { status: 200, body: refJson(urls, repository, ref, oid) };
}

function createRef({ repository, body, by, urls }: RestCall): RestResponse {
  const ref = stringAt(body, 'ref') ?? '';
  const sha = stringAt(body, 'sha') ?? '';
  if (!/^refs\/.+\/.+|^refs\/[^/]+\/[^/]+$/.test(ref) || !repository.git.isValidRef(ref))
    throw new Refusal(422, 'Reference name must start with "refs/" and contain at least two slashes.');
  if (!repository.git.exists(sha, 'commit')) throw new Refusal(422, 'Object does not exist');
  if (repository.git.ref(ref) !== undefined) throw new Refusal(422, 'Reference already exists');
  const refused = repository.moveRefs([{ ref, to: sha, from: undefined }], by.account);
  if (refused !== undefined) throw new Refusal(422, 'Reference update failed');
  return { status: 201, body: refJson(urls, repository, ref, sha) };
}

function updateRef({ repository, parameters, body, by, urls }: RestCall): RestResponse {
  const ref = `refs/${parameters['ref'] ?? ''}`;
  const sha = stringAt(body, 'sha') ?? '';
  const current = repository.git.ref(ref);
  if (current === undefined) throw new Refusal(422, 'Reference does not exist');
  if (!repository.git.exists(sha, 'commit')) throw new Refusal(422, 'Object does not exist');
  if (booleanAt(body, 'force') !== true && !repository.git.isAncestor(current, sha))
    throw new Refusal(422, 'Update is not a fast forward');
  const refused = repository.moveRefs([{ ref, to: sha, from: current }], by.account);
  if (refused !== undefined) throw new Refusal(422, 'Reference update failed');
  return { status: 200, body: refJson(urls, repository, ref, sha) };
}

function deleteRef({ repository, parameters, by }: RestCall): RestResponse {
  const ref = `refs/${parameters['ref'] ?? ''}`;
  const current = repository.git.ref(ref);
  if (current === undefined) throw new Refusal(422, 'Reference does not exist');
  repository.moveRefs([{ ref, to: undefined, from: current }], by.account);
  return { status: 204 };
}

function createCommit({ repository, body, by, urls }: RestCall): RestResponse {
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
  return { status: 201, body: gitCommitJson(urls, repository, repository.git.commit(oid)) };
}

function createTree({ repository, body, urls }: RestCall): RestResponse {
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
  return { status: 201, body: treeJson(urls, repository, tree, { recursive: false }) };
}

function personIn(body: unknown, name: string, repository: HostedRepository): Person | undefined {
  const person = stringAt(body, name, 'name');
  const email = stringAt(body, name, 'email');
  if (person === undefined || email === undefined) return undefined;
  const date = stringAt(body, name, 'date');
  return { name: person, email, at: date === undefined ? repository.clock.now() : Date.parse(date) };
}
