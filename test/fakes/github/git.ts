import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { GitCommand } from './git-command.ts';
import {
  type Commit,
  type FileChange,
  fieldsOf,
  lines,
  parseChanges,
  parseCommit,
  parseTreeEntry,
  type TreeEntry,
} from './git-output.ts';

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
  readonly #git: GitCommand;
  readonly #commits = new ObjectCache<Commit>();
  readonly #bases = new ObjectCache<string | undefined>();
  readonly #ranges = new ObjectCache<readonly string[]>();
  readonly #merges = new ObjectCache<string | undefined>();
  readonly #diffs = new ObjectCache<readonly FileChange[]>();
  readonly #ancestries = new ObjectCache<boolean>();

  constructor(dir: string, defaultBranch: string) {
    this.dir = dir;
    this.#git = new GitCommand(dir);
    mkdirSync(dir, { recursive: true });
    this.#git.run(['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`, dir]);
  }

  /** The commit that a ref or any other revision points to. */
  resolve(revision: string): string | undefined {
    // A loose ref is a file with the object id. Reading it is a hundred times faster than running git.
    const loose = join(this.dir, revision);
    if (revision.startsWith('refs/heads/') && statSync(loose, { throwIfNoEntry: false })?.isFile())
      return readFileSync(loose, 'utf8').trim();
    const { status, stdout } = this.#git.try(['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]);
    return status === 0 ? stdout.toString().trim() : undefined;
  }

  /** The current value of exactly this ref. */
  ref(name: string): string | undefined {
    return name.startsWith('refs/heads/') ? this.resolve(name) : this.refs(name).find(({ ref }) => ref === name)?.oid;
  }

  exists(oid: string, type: 'blob' | 'tree' | 'commit'): boolean {
    const { status, stdout } = this.#git.try(['cat-file', '-t', oid]);
    return status === 0 && stdout.toString().trim() === type;
  }

  refs(prefix: string): readonly { readonly ref: string; readonly oid: string }[] {
    return lines(this.#git.run(['for-each-ref', '--format=%(objectname) %(refname)']).toString())
      .map((line) => ({ oid: line.slice(0, 40), ref: line.slice(41) }))
      .filter(({ ref }) => ref.startsWith(prefix));
  }

  isValidRef(ref: string): boolean {
    return this.#git.try(['check-ref-format', ref]).status === 0;
  }

  /** Moves refs in one transaction, all or none. @returns git's reason if it refuses. */
  moveRefs(moves: readonly RefMove[]): string | undefined {
    const commands = moves.map((move) => {
      const before = 'from' in move ? ` ${move.from ?? ZERO_OID}` : '';
      return move.to === undefined ? `delete ${move.ref}${before}` : `update ${move.ref} ${move.to}${before}`;
    });
    const { status, stderr } = this.#git.try(['update-ref', '--stdin'], `${commands.join('\n')}\n`);
    return status === 0 ? undefined : stderr.toString().trim();
  }

  writeBlob(content: string | Uint8Array): string {
    return this.#git.run(['hash-object', '-w', '--stdin'], content).toString().trim();
  }

  readBlob(oid: string): Buffer {
    return this.#git.run(['cat-file', 'blob', oid]);
  }

  tree(revision: string): string {
    return this.#git
      .run(['rev-parse', `${revision}^{tree}`])
      .toString()
      .trim();
  }

  entries(tree: string, options: { readonly recursive: boolean }): readonly TreeEntry[] {
    const listed = this.#git.run(['ls-tree', '-z', '-l', ...(options.recursive ? ['-r', '-t'] : []), tree]).toString();
    return fieldsOf(listed).map((line) => {
      const [meta = '', path = ''] = line.split('\t');
      return parseTreeEntry(meta, path);
    });
  }

  entry(revision: string, path: string): TreeEntry | undefined {
    const wanted = path.replace(/\/+$/, '');
    if (wanted === '') return undefined;
    const { status, stdout } = this.#git.try(['ls-tree', '-z', '-l', revision, '--', wanted]);
    const [line = ''] = stdout.toString().split('\0');
    if (status !== 0 || line === '') return undefined;
    const [meta = ''] = line.split('\t');
    return parseTreeEntry(meta, wanted);
  }

  /** Writes a tree that differs from another one (or the empty one) in these paths. An `oid` of `undefined` removes the path. */
  writeTree(
    base: string | undefined,
    changes: readonly { readonly path: string; readonly mode: string; readonly oid: string | undefined }[],
  ): string {
    const index = join(this.dir, `index-${randomUUID()}`);
    const env = { GIT_INDEX_FILE: index };
    try {
      this.#git.run(base === undefined ? ['read-tree', '--empty'] : ['read-tree', base], undefined, env);
      const info = changes.map(({ path, mode, oid }) =>
        oid === undefined ? `0 ${ZERO_OID}\t${path}\0` : `${mode} ${oid}\t${path}\0`,
      );
      this.#git.run(['update-index', '-z', '--index-info'], info.join(''), env);
      return this.#git.run(['write-tree'], undefined, env).toString().trim();
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
    return this.#git
      .run(['commit-tree', commit.tree, ...parents, '-F', '-'], commit.message, env)
      .toString()
      .trim();
  }

  commit(oid: string): Commit {
    return this.#commits.get([oid], () => parseCommit(oid, this.#git.run(['cat-file', 'commit', oid]).toString()));
  }

  isAncestor(ancestor: string, of: string): boolean {
    return this.#ancestries.get(
      [ancestor, of],
      () => this.#git.try(['merge-base', '--is-ancestor', ancestor, of]).status === 0,
    );
  }

  mergeBase(a: string, b: string): string | undefined {
    return this.#bases.get([a, b], () => {
      const { status, stdout } = this.#git.try(['merge-base', a, b]);
      return status === 0 ? stdout.toString().trim() : undefined;
    });
  }

  /** The commits of `to` that are not in `from`, oldest first. */
  commitsBetween(from: string, to: string): readonly string[] {
    return this.#ranges.get([from, to], () =>
      lines(this.#git.run(['rev-list', '--reverse', '--topo-order', `${from}..${to}`]).toString()),
    );
  }

  /** The tree of a merge; `undefined` if there is a conflict. */
  merge(ours: string, theirs: string): string | undefined {
    return this.#merges.get([ours, theirs], () => {
      const { status, stdout } = this.#git.try(['merge-tree', '--write-tree', ours, theirs]);
      return status === 0 ? stdout.toString().trim() : undefined;
    });
  }

  changes(from: string, to: string): readonly FileChange[] {
    const diff = (format: string) => this.#git.run(['diff-tree', '-r', '-z', '-M', format, from, to]).toString();
    return this.#diffs.get([from, to], () => parseChanges(diff('--raw'), diff('--numstat')));
  }
}
