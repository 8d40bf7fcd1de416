import { createHash } from 'node:crypto';
import type { Blob, Query, Repository, TreeEntry } from '@octokit/graphql-schema';
import { batches } from '../../core/batches.ts';
import type { GitHub } from '../api/client.ts';
import { GitHubUnavailable } from '../api/error.ts';
import {
  type DeepPartial,
  missingField,
  requireList,
  requireNumber,
  requireText,
  type SelectedField,
} from '../api/response-fields.ts';
import type { GitHubRepository } from './repository.ts';

/** Git's mode of a file: plain, executable, or symbolic link. */
export type FileMode = '100644' | '100755' | '120000';

export interface RepositoryFile {
  readonly mode: FileMode;
  /** The object id of the content. */
  readonly oid: string;
  readonly content: Buffer;
}

/** The new content and mode of a file, or its removal. */
export interface FileEdit {
  readonly path: string;
  /** `undefined` removes the file. */
  readonly after: { readonly mode: FileMode; readonly content: Buffer } | undefined;
}

/** Files per query. */
const BATCH = 50;

/** The files at these paths in a commit; `undefined` if there is no file (folders and submodules are none). */
export async function readFiles(
  github: GitHub,
  repository: GitHubRepository,
  commit: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, RepositoryFile | undefined>> {
  const files = new Map<string, RepositoryFile | undefined>();
  for (const [path, entry] of await readEntries(github, repository, commit, { paths, fields: WITH_CONTENT }))
    files.set(path, entry && (await fileOf(github, repository, entry)));
  return files;
}

/** The tree entries at these paths in a commit, without contents; folders and submodules count too. */
export async function listPaths(
  github: GitHub,
  repository: GitHubRepository,
  commit: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, ListedFile | undefined>> {
  const entries = await readEntries(github, repository, commit, { paths, fields: 'mode oid' });
  return new Map([...entries].map(([path, entry]) => [path, entry && listedOf(entry)]));
}

type Entry = DeepPartial<
  Pick<TreeEntry, 'mode' | 'oid'> & SelectedField<TreeEntry, 'object', Pick<Blob, 'text' | 'isBinary' | 'isTruncated'>>
>;
const WITH_CONTENT = 'mode oid object { ... on Blob { text isBinary isTruncated } }';

type Entries = SelectedField<
  Query,
  'repository',
  SelectedField<Repository, 'object', Readonly<Record<`f${number}`, Entry | null>>>
>;

interface EntrySelection {
  readonly paths: readonly string[];
  /** The GraphQL fields of a TreeEntry to read. */
  readonly fields: string;
}

/** Reads many tree entries in one query. Each path is a variable, so no path is ever part of the query text. */
async function readEntries(
  github: GitHub,
  { owner, name }: GitHubRepository,
  commit: string,
  { paths, fields }: EntrySelection,
) {
  const entries = new Map<string, Entry | undefined>();
  for (const batch of batches(paths, BATCH)) {
    const parameters = batch.map((_, index) => `$p${index}: String!`).join(', ');
    const files = batch.map((_, index) => `f${index}: file(path: $p${index}) { ...file }`).join(' ');
    const document = `query ReadFiles($owner: String!, $name: String!, $commit: GitObjectID!, ${parameters}) {
      repository(owner: $owner, name: $name) { object(oid: $commit) { ... on Commit { ${files} } } }
    }
    fragment file on TreeEntry { ${fields} }`;
    const variables = Object.fromEntries(batch.map((path, index) => [`p${index}`, path]));
    const data = await github.query<Entries>(document, { owner, name, commit, ...variables }, 'contents: read');
    for (const [index, path] of batch.entries()) {
      const entry = data.repository?.object?.[`f${index}`];
      if (entry === undefined) throw missingField(`the file ${path} of ${commit}`);
      entries.set(path, entry ?? undefined);
    }
  }
  return entries;
}

function listedOf({ mode, oid }: Entry): ListedFile {
  // GraphQL returns the mode as a number. Its octal digits are git's mode.
  return { mode: requireNumber(mode, 'the mode of a file').toString(8), oid: requireText(oid, 'the id of a file') };
}

async function fileOf(github: GitHub, repository: GitHubRepository, entry: Entry): Promise<RepositoryFile | undefined> {
  const { mode, oid } = listedOf(entry);
  if (!isFileMode(mode)) return undefined;
  const { text, isBinary, isTruncated } = entry.object ?? {};
  const content =
    typeof text === 'string' && isTruncated === false && isBinary !== true ? Buffer.from(text) : undefined;
  // GraphQL's text has lost bytes that are not UTF-8. The object id shows that.
  if (content !== undefined && blobOid(content) === oid) return { mode, oid, content };
  return { mode, oid, content: await readBlob(github, repository, oid) };
}

function isFileMode(mode: string): mode is FileMode {
  return mode === '100644' || mode === '100755' || mode === '120000';
}

/** A file, a link or a submodule in a tree. */
export interface ListedFile {
  /** Six octal digits. */
  readonly mode: string;
  readonly oid: string;
}

/** All files of a commit by path. If GitHub truncates the list, the folders are listed one by one. */
export async function listFiles(
  github: GitHub,
  repository: GitHubRepository,
  commit: string,
): Promise<ReadonlyMap<string, ListedFile>> {
  const files = new Map<string, ListedFile>();
  const list = async (tree: string, prefix: string, recursive: boolean): Promise<void> => {
    const found = await github.get(
      'GET /repos/{owner}/{repo}/git/trees/{tree_sha}',
      // Any value of `recursive` means true.
      recursive
        ? { ...repository.routeParams, tree_sha: tree, recursive: '1' }
        : { ...repository.routeParams, tree_sha: tree },
      'contents: read',
    );
    if (found.truncated === true) {
      // Even one level can be truncated, but only beyond 100,000 files in one folder.
      if (recursive) return list(tree, prefix, false);
      throw new GitHubUnavailable(`GET the tree ${tree}`, 'the folder has more files than GitHub lists');
    }
    for (const entry of requireList(found.tree, 'the files of a commit')) {
      const path = prefix + requireText(entry.path, 'the path of a file');
      const oid = requireText(entry.sha, 'the id of a file');
      if (entry.type !== 'tree') files.set(path, { mode: requireText(entry.mode, 'the mode of a file'), oid });
      else if (!recursive) await list(oid, `${path}/`, true);
    }
  };
  await list(commit, '', true);
  return files;
}

async function readBlob(github: GitHub, repository: GitHubRepository, oid: string): Promise<Buffer> {
  const blob = await github.get(
    'GET /repos/{owner}/{repo}/git/blobs/{file_sha}',
    { ...repository.routeParams, file_sha: oid },
    'contents: read',
  );
  const content = Buffer.from(blob.content ?? '', 'base64');
  if (blobOid(content) !== oid) throw missingField(`the content of ${oid}`);
  return content;
}

/** Git's object id of a content (SHA-1: GitHub hosts no SHA-256 repositories). */
export function blobOid(content: Uint8Array): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
