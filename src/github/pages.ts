/** A name or path inside a URL's path: every part is encoded, slashes stay. */
export function inPath(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/');
}

/** The page of a commit. @param repository the page of its repository */
export function commitUrl(repository: string, commit: string): string {
  return `${repository}/commit/${commit}`;
}

/** The page of a file at a commit or on a branch, at a line where one is given. @param repository the page of its repository */
export function fileUrl(repository: string, at: string, path: string, line?: number): string {
  return `${repository}/blob/${inPath(at)}/${inPath(path)}${line === undefined ? '' : `#L${line}`}`;
}
