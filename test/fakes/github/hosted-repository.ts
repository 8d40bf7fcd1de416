import type { Clock } from '../../../src/core/clock.ts';
import { BareRepository, type RefMove } from './git.ts';
import { mergeabilityOf, mergePull } from './merging.ts';
import { type Account, type CheckRun, type FakePull, type Policies, personOf } from './model.ts';

export interface PushedFile {
  readonly content: string | Uint8Array;
  /** Default 100644. */
  readonly mode?: string;
}

/** The new text of a file; content and mode; or `null` to remove it. */
export type FileEdit = string | PushedFile | null;

interface Options {
  readonly id: number;
  readonly owner: Account;
  readonly name: string;
  readonly dir: string;
  readonly clock: Clock;
  readonly policies: Policies;
  readonly collaborators: ReadonlyMap<string, Account>;
  readonly teams: readonly string[];
  readonly nextId: () => number;
}

/** A repository with its pull requests, and what happens to a pull request when a branch moves. */
export class HostedRepository {
  readonly id: number;
  readonly owner: Account;
  readonly name: string;
  readonly fullName: string;
  readonly nodeId: string;
  readonly defaultBranch = 'main';
  readonly git: BareRepository;
  readonly clock: Clock;
  readonly collaborators: ReadonlyMap<string, Account>;
  readonly teams: readonly string[];
  readonly createdAt: number;
  /** Commits that GitHub signed. */
  readonly verified = new Set<string>();
  readonly checks = new Map<string, readonly CheckRun[]>();
  policies: Policies;
  readonly nextId: () => number;
  readonly #pulls = new Map<number, FakePull>();
  #lastNumber = 0;

  constructor(options: Options) {
    this.id = options.id;
    this.owner = options.owner;
    this.name = options.name;
    this.fullName = `${options.owner.login}/${options.name}`;
    this.nodeId = `R_kgDO${Buffer.from(String(options.id)).toString('base64url')}`;
    this.git = new BareRepository(options.dir, this.defaultBranch);
    this.clock = options.clock;
    this.policies = options.policies;
    this.collaborators = options.collaborators;
    this.teams = options.teams;
    this.nextId = options.nextId;
    this.createdAt = options.clock.now();
  }

  get pulls(): readonly FakePull[] {
    return [...this.#pulls.values()];
  }

  pull(number: number): FakePull | undefined {
    return this.#pulls.get(number);
  }

  branch(name: string): string | undefined {
    return this.git.resolve(`refs/heads/${name}`);
  }

  addPull(pull: Omit<FakePull, 'number' | 'id' | 'createdAt' | 'updatedAt'>): FakePull {
    this.#lastNumber += 1;
    const now = this.clock.now();
    const added = { ...pull, id: this.nextId(), number: this.#lastNumber, createdAt: now, updatedAt: now };
    this.#pulls.set(added.number, added);
    return added;
  }

  /** Moves refs and updates the pull requests. @returns git's reason if it refuses. */
  moveRefs(moves: readonly RefMove[], by: Account): string | undefined {
    const refused = this.git.moveRefs(moves);
    if (refused !== undefined) return refused;
    for (const { ref } of moves) this.#follow(ref.replace(/^refs\/heads\//, ''), by);
    return undefined;
  }

  /** Pushes a commit to a branch, as a person with git would. A missing branch starts at the default branch. */
  push(
    branch: string,
    files: Readonly<Record<string, FileEdit>>,
    message: string,
    options: { readonly by?: Account; readonly from?: string } = {},
  ): string {
    const by = options.by ?? this.owner;
    const parent = this.branch(options.from ?? branch) ?? this.branch(this.defaultBranch);
    const changes = Object.entries(files).map(([path, edit]) => {
      if (edit === null) return { path, mode: '100644', oid: undefined };
      const { content, mode = '100644' } = typeof edit === 'object' ? edit : { content: edit };
      return { path, mode, oid: this.git.writeBlob(content) };
    });
    const person = personOf(by, this.clock.now());
    const oid = this.git.writeCommit({
      tree: this.git.writeTree(parent, changes),
      parents: parent === undefined ? [] : [parent],
      author: person,
      committer: person,
      message,
    });
    this.moveRefs([{ ref: `refs/heads/${branch}`, to: oid }], by);
    return oid;
  }

  /** The text of a file on a branch or at a commit; `undefined` if there is no such file. */
  file(revision: string, path: string): string | undefined {
    const commit = this.branch(revision) ?? revision;
    const entry = this.git.entry(commit, path);
    return entry?.type === 'blob' ? this.git.readBlob(entry.oid).toString() : undefined;
  }

  /** A person approves a pull request. */
  approve(number: number, login = 'reviewer'): void {
    const pull = this.#requirePull(number);
    const account = this.collaborators.get(login);
    if (!account) throw new Error(`${login} is no collaborator of ${this.fullName}`);
    const review = { id: this.nextId(), account, commit: pull.headSha, at: this.clock.now() };
    pull.reviews = [...pull.reviews, { ...review, state: 'APPROVED' }];
    pull.reviewers = pull.reviewers.filter((one) => one.login !== login);
    this.touch(pull);
    this.autoMergeIfReady(pull);
  }

  /** A check run reports its conclusion. */
  reportCheck(sha: string, name: string, conclusion: CheckRun['conclusion']): void {
    const others = (this.checks.get(sha) ?? []).filter((check) => check.name !== name);
    const status = conclusion === null ? 'in_progress' : 'completed';
    this.checks.set(sha, [...others, { id: this.nextId(), name, status, conclusion }]);
    for (const pull of this.pulls) if (pull.headSha === sha) this.autoMergeIfReady(pull);
  }

  /** A person closes a pull request. */
  close(number: number): void {
    this.closePull(this.#requirePull(number));
  }

  closePull(pull: FakePull): void {
    pull.state = 'closed';
    pull.closedAt = this.clock.now();
    pull.autoMerge = undefined;
    this.touch(pull);
  }

  touch(pull: FakePull): void {
    pull.updatedAt = this.clock.now();
  }

  /** GitHub merges a pull request with auto-merge as soon as nothing blocks it. */
  autoMergeIfReady(pull: FakePull): void {
    const { autoMerge } = pull;
    if (autoMerge && pull.state === 'open' && ['clean', 'unstable'].includes(mergeabilityOf(this, pull)))
      mergePull(this, pull, { method: autoMerge.method, by: autoMerge.by });
  }

  #follow(branch: string, by: Account): void {
    for (const pull of this.pulls.filter(({ state }) => state === 'open')) {
      if (pull.head === branch) this.#followHead(pull);
      if (pull.base === branch) this.#followBase(pull, by);
    }
  }

  #followHead(pull: FakePull): void {
    const head = this.branch(pull.head);
    if (head !== undefined && head !== pull.headSha) {
      pull.headSha = head;
      this.touch(pull);
    }
    // If the branch is deleted or has nothing that its base lacks, there is nothing to merge.
    if (head === undefined || this.git.isAncestor(head, this.branch(pull.base) ?? head)) this.closePull(pull);
  }

  #followBase(pull: FakePull, by: Account): void {
    const base = this.branch(pull.base);
    if (base === undefined) {
      this.closePull(pull);
      return;
    }
    pull.baseSha = base;
    if (!this.git.isAncestor(pull.headSha, base)) return;
    pull.merged = { at: this.clock.now(), by, sha: base };
    this.closePull(pull);
  }

  #requirePull(number: number): FakePull {
    const pull = this.#pulls.get(number);
    if (!pull) throw new Error(`${this.fullName} has no pull request ${number}`);
    return pull;
  }
}
