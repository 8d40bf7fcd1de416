import { createHash } from 'node:crypto';
import { at, booleanAt, listAt, numberAt, stringAt } from '../json/json.ts';
import type { GitHub } from './client.ts';
import { GitHubUnavailable } from './error.ts';
import type { Repository } from './repository.ts';

/** How git keeps a file: plain, executable, or a symbolic link. */
export type FileMode = '100644' | '100755' | '120000';

export interface RepositoryFile {
  readonly mode: FileMode;
  /** The object id of its content. */
  readonly oid: string;
  readonly content: Buffer;
}

/** What becomes of a file: its new content and mode, or nothing. */
export interface FileEdit {
  readonly path: string;
  /** `undefined` removes the file. */
  readonly after: { readonly mode: FileMode; readonly content: Buffer } | undefined;
}

/** Asked for in one query. */
const BATCH = 50;

/** The files at these paths in a commit; `undefined` where there is none (a folder or a submodule is none). */
export async function readFiles(
  github: GitHub,
  repository: Repository,
  commit: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, RepositoryFile | undefined>> {
  const files = new Map<string, RepositoryFile | undefined>();
  for (let start = 0; start < paths.length; start += BATCH) {
    const batch = paths.slice(start, start + BATCH);
    const entries = await readEntries(github, repository, commit, { paths: batch, fields: WITH_CONTENT });
    for (const [index, path] of batch.entries()) {
      files.set(path, await fileOf(github, repository, at(entries, `f${index}`)));
    }
  }
  return files;
}

/** As `readFiles`, without their contents: whatever stands at these paths in a commit. */
export async function listPaths(
  github: GitHub,
  repository: Repository,
  commit: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, ListedFile | undefined>> {
  const files = new Map<string, ListedFile | undefined>();
  for (let start = 0; start < paths.length; start += BATCH) {
    const batch = paths.slice(start, start + BATCH);
    const entries = await readEntries(github, repository, commit, { paths: batch, fields: 'mode oid' });
    for (const [index, path] of batch.entries()) {
      const [mode, oid] = [numberAt(entries, `f${index}`, 'mode'), stringAt(entries, `f${index}`, 'oid')];
      files.set(path, mode === undefined || oid === undefined ? undefined : { mode: mode.toString(8), oid });
    }
  }
  return files;
}

interface Asked {
  readonly paths: readonly string[];
  /** Of a TreeEntry. */
  readonly fields: string;
}

const WITH_CONTENT = 'mode oid object { ... on Blob { text byteSize isBinary isTruncated } }';

/** Many files in one question: a variable for each path, so that no path is ever part of the query. */
async function readEntries(github: GitHub, { owner, name }: Repository, commit: string, { paths, fields }: Asked) {
  const parameters = paths.map((_, index) => `$p${index}: String!`).join(', ');
  const files = paths.map((_, index) => `f${index}: file(path: $p${index}) { ...file }`).join(' ');
  const document = `query ReadFiles($owner: String!, $name: String!, $commit: GitObjectID!, ${parameters}) {
    repository(owner: $owner, name: $name) { object(oid: $commit) { ... on Commit { ${files} } } }
  }
  fragment file on TreeEntry { ${fields} }`;
  const variables = Object.fromEntries(paths.map((path, index) => [`p${index}`, path]));
  const data = await github.query(document, { owner, name, commit, ...variables }, 'contents: read');
  return at(data, 'repository', 'object');
}

async function fileOf(github: GitHub, repository: Repository, entry: unknown): Promise<RepositoryFile | undefined> {
  const mode = modeOf(numberAt(entry, 'mode'));
  const oid = stringAt(entry, 'oid');
  if (mode === undefined || oid === undefined) return undefined;
  const text = stringAt(entry, 'object', 'text');
  const whole = booleanAt(entry, 'object', 'isTruncated') === false && booleanAt(entry, 'object', 'isBinary') !== true;
  const content = text === undefined || !whole ? undefined : Buffer.from(text);
  // The text that GraphQL gives has lost bytes that are no UTF-8: the object id tells.
  if (content !== undefined && blobOid(content) === oid) return { mode, oid, content };
  return { mode, oid, content: await readBlob(github, repository, oid) };
}

/** A file, a link or a submodule in a tree. */
export interface ListedFile {
  /** Six octal digits. */
  readonly mode: string;
  readonly oid: string;
}

/** All files of a commit by their paths, whatever their number: where GitHub cuts the list, folder by folder. */
export async function listFiles(
  github: GitHub,
  repository: Repository,
  commit: string,
): Promise<ReadonlyMap<string, ListedFile>> {
  const files = new Map<string, ListedFile>();
  const list = async (tree: string, prefix: string, recursive: boolean): Promise<void> => {
    const path = `${repository.path}/git/trees/${tree}${recursive ? '?recursive=1' : ''}`;
    const found = await github.get(path, 'contents: read');
    const entries = listAt(found, 'tree');
    if (booleanAt(found, 'truncated') === true) {
      // One level can be cut as well, but only beyond 100,000 files in one folder.
      if (recursive) return list(tree, prefix, false);
      throw new GitHubUnavailable(`GET ${path}`, 'the folder holds more files than GitHub lists');
    }
    for (const entry of entries) {
      const [name = '', oid = ''] = [stringAt(entry, 'path'), stringAt(entry, 'sha')];
      if (stringAt(entry, 'type') !== 'tree') files.set(prefix + name, { mode: stringAt(entry, 'mode') ?? '', oid });
      else if (!recursive) await list(oid, `${prefix}${name}/`, true);
    }
  };
  await list(commit, '', true);
  return files;
}

async function readBlob(github: GitHub, repository: Repository, oid: string): Promise<Buffer> {
  const blob = await github.get(`${repository.path}/git/blobs/${oid}`, 'contents: read');
  return Buffer.from(stringAt(blob, 'content') ?? '', 'base64');
}

/** The mode as GraphQL gives it: a number whose octal digits are git's. */
function modeOf(mode: number | undefined): FileMode | undefined {
  const octal = mode?.toString(8);
  return octal === '100644' || octal === '100755' || octal === '120000' ? octal : undefined;
}

/** Git's id of a content (SHA-1 repositories, the only ones that GitHub hosts). */
export function blobOid(content: Uint8Array): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
