export interface Person {
  readonly name: string;
  readonly email: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface TreeEntry {
  readonly path: string;
  /** Six octal digits. */
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly oid: string;
  readonly size: number | undefined;
}

export interface Commit {
  readonly oid: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
}

export interface FileChange {
  readonly path: string;
  readonly previousPath: string | undefined;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed';
  /** The blob after the change; before it, if the file was removed. */
  readonly oid: string;
  readonly additions: number;
  readonly deletions: number;
}

/** Parses one line of `ls-tree -l`, without its path. */
export function parseTreeEntry(meta: string, path: string): TreeEntry {
  const [mode = '', type = '', oid = '', size = '-'] = meta.split(/ +/);
  return {
    path,
    mode,
    oid,
    type: type === 'tree' ? 'tree' : type === 'commit' ? 'commit' : 'blob',
    size: size === '-' ? undefined : Number(size),
  };
}

/** Parses a commit object. */
export function parseCommit(oid: string, raw: string): Commit {
  const end = raw.indexOf('\n\n');
  const headers = lines(raw.slice(0, end));
  const header = (name: string) =>
    headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  return {
    oid,
    tree: header('tree')[0] ?? '',
    parents: header('parent'),
    author: person(header('author')[0] ?? ''),
    committer: person(header('committer')[0] ?? ''),
    message: raw.slice(end + 2).replace(/\n$/, ''),
  };
}

/** Parses the output of `diff-tree -r -z -M --raw` and `--numstat`. */
export function parseChanges(raw: string, numstat: string): readonly FileChange[] {
  const counts = parseCounts(numstat);
  return parseRaw(raw).map((change) => ({ ...change, ...(counts.get(change.path) ?? { additions: 0, deletions: 0 }) }));
}

function parseRaw(output: string): readonly Omit<FileChange, 'additions' | 'deletions'>[] {
  const fields = fieldsOf(output);
  const found: Omit<FileChange, 'additions' | 'deletions'>[] = [];
  for (let i = 0; i < fields.length; ) {
    const [modeBefore = '', modeAfter = '', before = '', after = '', letter = ''] = (fields[i] ?? '')
      .slice(1)
      .split(' ');
    const renamed = letter.startsWith('R');
    const path = fields[i + (renamed ? 2 : 1)] ?? '';
    found.push({
      path,
      previousPath: renamed ? fields[i + 1] : undefined,
      oid: letter === 'D' ? before : after,
      status: renamed
        ? 'renamed'
        : letter === 'A'
          ? 'added'
          : letter === 'D'
            ? 'removed'
            : before === after && modeBefore !== modeAfter
              ? 'changed'
              : 'modified',
    });
    i += renamed ? 3 : 2;
  }
  return found;
}

function parseCounts(output: string): ReadonlyMap<string, { readonly additions: number; readonly deletions: number }> {
  const fields = fieldsOf(output);
  const counts = new Map<string, { additions: number; deletions: number }>();
  for (let i = 0; i < fields.length; ) {
    const [added = '0', deleted = '0', path = ''] = (fields[i] ?? '').split('\t');
    const name = path === '' ? (fields[i + 2] ?? '') : path;
    counts.set(name, { additions: Number(added) || 0, deletions: Number(deleted) || 0 });
    i += path === '' ? 3 : 1;
  }
  return counts;
}

/** The fields of an output with `-z`. */
export function fieldsOf(output: string): readonly string[] {
  return output.split('\0').filter((field) => field !== '');
}

export function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

function person(line: string): Person {
  const match = /^(.*) <(.*)> (\d+) [+-]\d{4}$/.exec(line);
  return { name: match?.[1] ?? '', email: match?.[2] ?? '', at: Number(match?.[3] ?? 0) * 1000 };
}
