/** Encodes a name or path for the path of a URL, and keeps its slashes. */
export function inPath(name: string): string {
  return name.toWellFormed().split('/').map(encodeURIComponent).join('/');
}

/** The web page of a commit. @param repository the web page of its repository */
export function commitUrl(repository: string, commit: string): string {
  return `${repository}/commit/${commit}`;
}

/** The web page of a file at a commit or branch, and at a line if one is given. @param repository the web page of its repository */
export function fileUrl(repository: string, at: string, path: string, line?: number): string {
  return `${repository}/blob/${inPath(at)}/${inPath(path)}${line === undefined ? '' : `#L${line}`}`;
}
