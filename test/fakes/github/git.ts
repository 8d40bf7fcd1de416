import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { defined } from '../../../src/core/defined.ts';

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

export interface RefMove {
  readonly ref: string;
  /** `undefined` deletes the ref. */
  readonly to: string | undefined;
  /** The expected value of the ref. `undefined`: the ref must not exist. If the property is missing, any value is accepted. */
  readonly from?: string | undefined;
}

export const ZERO_OID = '0'.repeat(40);

/** Objects never change, so each is read only once. */
class ObjectCache<T> {
  readonly #values = new Map<string, { readonly value: T }>();

  get(ids: readonly string[], read: () => T): T {
    const known = this.#values.get(ids.join(' '));
    if (known) return known.value;
    const value = read();
    if (ids.every((id) => /^[0-9a-f]{40}$/.test(id))) this.#values.set(ids.join(' '), { value });
    return value;
  }
}

/** A bare repository, used through git's plumbing commands, so ancestry, merges and conflicts are real. */
export class BareRepository {
  readonly dir: string;
  readonly #commits = new ObjectCache<Commit>();
  readonly #bases = new ObjectCache<string | undefined>();
  readonly #ranges = new ObjectCache<readonly string[]>();
  readonly #merges = new ObjectCache<string | undefined>();
  readonly #diffs = new ObjectCache<readonly FileChange[]>();
  readonly #ancestries = new ObjectCache<boolean>();

  constructor(dir: string, defaultBranch: string) {
    this.dir = dir;
    mkdirSync(dir, { recursive: true });
    this.#git(['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`, dir]);
  }

  /** The commit that a ref or any other revision points to. */
  resolve(revision: string): string | undefined {
    // A loose ref is a file with the object id. Reading it is a hundred times faster than running git.
    const loose = join(this.dir, revision);
    if (revision.startsWith('refs/heads/') && statSync(loose, { throwIfNoEntry: false })?.isFile())
      return readFileSync(loose, 'utf8').trim();
    const { status, stdout } = this.#try(['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]);
    return status === 0 ? stdout.toString().trim() : undefined;
  }

  /** The current value of exactly this ref. */
  ref(name: string): string | undefined {
    return name.startsWith('refs/heads/') ? this.resolve(name) : this.refs(name).find(({ ref }) => ref === name)?.oid;
  }

  exists(oid: string, type: 'blob' | 'tree' | 'commit'): boolean {
    const { status, stdout } = this.#try(['cat-file', '-t', oid]);
    return status === 0 && stdout.toString().trim() === type;
  }

  refs(prefix: string): readonly { readonly ref: string; readonly oid: string }[] {
    return lines(this.#git(['for-each-ref', '--format=%(objectname) %(refname)']).toString())
      .map((line) => ({ oid: line.slice(0, 40), ref: line.slice(41) }))
      .filter(({ ref }) => ref.startsWith(prefix));
  }

  isValidRef(ref: string): boolean {
    return this.#try(['check-ref-format', ref]).status === 0;
  }

  /** Moves refs in one transaction, all or none. @returns git's reason if it refuses. */
  moveRefs(moves: readonly RefMove[]): string | undefined {
    const commands = moves.map((move) => {
      const before = 'from' in move ? ` ${move.from ?? ZERO_OID}` : '';
      return move.to === undefined ? `delete ${move.ref}${before}` : `update ${move.ref} ${move.to}${before}`;
    });
    const { status, stderr } = this.#try(['update-ref', '--stdin'], `${commands.join('\n')}\n`);
    return status === 0 ? undefined : stderr.toString().trim();
  }

  writeBlob(content: string | Uint8Array): string {
    return this.#git(['hash-object', '-w', '--stdin'], content).toString().trim();
  }

  readBlob(oid: string): Buffer {
    return this.#git(['cat-file', 'blob', oid]);
  }

  tree(revision: string): string {
    return this.#git(['rev-parse', `${revision}^{tree}`])
      .toString()
      .trim();
  }

  entries(tree: string, options: { readonly recursive: boolean }): readonly TreeEntry[] {
    const listed = this.#git(['ls-tree', '-z', '-l', ...(options.recursive ? ['-r', '-t'] : []), tree]).toString();
    return listed
      .split('\0')
      .filter((line) => line !== '')
      .map((line) => {
        const [meta = '', path = ''] = line.split('\t');
        const [mode = '', type = '', oid = '', size = '-'] = meta.split(/ +/);
        return {
          path,
          mode,
          oid,
          type: type === 'tree' ? 'tree' : type === 'commit' ? 'commit' : 'blob',
          size: size === '-' ? undefined : Number(size),
        };
      });
  }

  entry(revision: string, path: string): TreeEntry | undefined {
    const wanted = path.replace(/\/+$/, '');
    if (wanted === '') return undefined;
    const { status, stdout } = this.#try(['ls-tree', '-z', '-l', revision, '--', wanted]);
    const [line = ''] = stdout.toString().split('\0');
    if (status !== 0 || line === '') return undefined;
    const [meta = ''] = line.split('\t');
    const [mode = '', type = '', oid = '', size = '-'] = meta.split(/ +/);
    return {
      path: wanted,
      mode,
      oid,
      type: type === 'tree' ? 'tree' : type === 'commit' ? 'commit' : 'blob',
      size: size === '-' ? undefined : Number(size),
    };
  }

  /** Writes a tree that differs from another one (or the empty one) in these paths. An `oid` of `undefined` removes the path. */
  writeTree(
    base: string | undefined,
    changes: readonly { readonly path: string; readonly mode: string; readonly oid: string | undefined }[],
  ): string {
    const index = join(this.dir, `index-${randomUUID()}`);
    const env = { GIT_INDEX_FILE: index };
    try {
      this.#git(base === undefined ? ['read-tree', '--empty'] : ['read-tree', base], undefined, env);
      const info = changes.map(({ path, mode, oid }) =>
        oid === undefined ? `0 ${ZERO_OID}\t${path}\0` : `${mode} ${oid}\t${path}\0`,
      );
      this.#git(['update-index', '-z', '--index-info'], info.join(''), env);
      return this.#git(['write-tree'], undefined, env).toString().trim();
    } finally {
      rmSync(index, { force: true });
    }
  }

  writeCommit(commit: Omit<Commit, 'oid'>): string {
    const env = {
      GIT_AUTHOR_NAME: commit.author.name,
      GIT_AUTHOR_EMAIL: commit.author.email,
      GIT_AUTHOR_DATE: `@${Math.floor(commit.author.at / 1000)} +0000`,
      GIT_COMMITTER_NAME: commit.committer.name,
      GIT_COMMITTER_EMAIL: commit.committer.email,
      GIT_COMMITTER_DATE: `@${Math.floor(commit.committer.at / 1000)} +0000`,
    };
    const parents = commit.parents.flatMap((parent) => ['-p', parent]);
    return this.#git(['commit-tree', commit.tree, ...parents, '-F', '-'], commit.message, env)
      .toString()
      .trim();
  }

  commit(oid: string): Commit {
    return this.#commits.get([oid], () => this.#readCommit(oid));
  }

  #readCommit(oid: string): Commit {
    const raw = this.#git(['cat-file', 'commit', oid]).toString();
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

  isAncestor(ancestor: string, of: string): boolean {
    return this.#ancestries.get(
      [ancestor, of],
      () => this.#try(['merge-base', '--is-ancestor', ancestor, of]).status === 0,
    );
  }

  mergeBase(a: string, b: string): string | undefined {
    return this.#bases.get([a, b], () => {
      const { status, stdout } = this.#try(['merge-base', a, b]);
      return status === 0 ? stdout.toString().trim() : undefined;
    });
  }

  /** The commits of `to` that are not in `from`, oldest first. */
  commitsBetween(from: string, to: string): readonly string[] {
    return this.#ranges.get([from, to], () =>
      lines(this.#git(['rev-list', '--reverse', '--topo-order', `${from}..${to}`]).toString()),
    );
  }

  /** The tree of a merge; `undefined` if there is a conflict. */
  merge(ours: string, theirs: string): string | undefined {
    return this.#merges.get([ours, theirs], () => {
      const { status, stdout } = this.#try(['merge-tree', '--write-tree', ours, theirs]);
      return status === 0 ? stdout.toString().trim() : undefined;
    });
  }

  changes(from: string, to: string): readonly FileChange[] {
    return this.#diffs.get([from, to], () => this.#readChanges(from, to));
  }

  #readChanges(from: string, to: string): readonly FileChange[] {
    const raw = this.#git(['diff-tree', '-r', '-z', '-M', '--raw', from, to])
      .toString()
      .split('\0')
      .filter((part) => part !== '');
    const found: Omit<FileChange, 'additions' | 'deletions'>[] = [];
    for (let i = 0; i < raw.length; ) {
      const [modeBefore = '', modeAfter = '', before = '', after = '', letter = ''] = (raw[i] ?? '')
        .slice(1)
        .split(' ');
      const renamed = letter.startsWith('R');
      const path = raw[i + (renamed ? 2 : 1)] ?? '';
      found.push({
        path,
        previousPath: renamed ? raw[i + 1] : undefined,
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
    const counts = this.#counts(from, to);
    return found.map((change) => ({ ...change, ...(counts.get(change.path) ?? { additions: 0, deletions: 0 }) }));
  }

  #counts(from: string, to: string): ReadonlyMap<string, { readonly additions: number; readonly deletions: number }> {
    const parts = this.#git(['diff-tree', '-r', '-z', '-M', '--numstat', from, to])
      .toString()
      .split('\0')
      .filter((part) => part !== '');
    const counts = new Map<string, { additions: number; deletions: number }>();
    for (let i = 0; i < parts.length; ) {
      const [added = '0', deleted = '0', path = ''] = (parts[i] ?? '').split('\t');
      const name = path === '' ? (parts[i + 2] ?? '') : path;
      counts.set(name, { additions: Number(added) || 0, deletions: Number(deleted) || 0 });
      i += path === '' ? 3 : 1;
    }
    return counts;
  }

  #git(args: readonly string[], input?: string | Uint8Array, env: Readonly<Record<string, string>> = {}): Buffer {
    return execFileSync('git', [...args], {
      ...this.#options(env),
      ...defined({ input }),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  }

  #try(args: readonly string[], input = '') {
    return spawnSync('git', [...args], { ...this.#options({}), input });
  }

  #options(env: Readonly<Record<string, string>>) {
    return {
      maxBuffer: 256 * 1024 * 1024,
      env: {
        PATH: process.env['PATH'],
        GIT_DIR: this.dir,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_LITERAL_PATHSPECS: '1',
        ...env,
      },
    };
  }
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

function person(line: string): Person {
  const match = /^(.*) <(.*)> (\d+) [+-]\d{4}$/.exec(line);
  return { name: match?.[1] ?? '', email: match?.[2] ?? '', at: Number(match?.[3] ?? 0) * 1000 };
}
