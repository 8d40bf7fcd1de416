import { shortDigest } from '../../image/digest.ts';
import type { GitOpsRevisions } from '../health/rule/kind-rule.ts';

/** How a commit relates to the expected one. */
export type CommitRelation = 'same' | 'newer' | 'older' | 'unrelated' | 'unknown';

/** Asks Git how `applied` relates to the expected commit. */
export type CompareCommits = (applied: string) => Promise<CommitRelation>;

/** The commit that a GitOps controller must have applied. */
export class ExpectedRevision {
  readonly commit: string;
  readonly #compare: CompareCommits;
  readonly #onCompared: () => void;
  readonly #known = new Map<string, CommitRelation | 'comparing'>();

  constructor(options: { readonly commit: string; readonly compare: CompareCommits; readonly onCompared: () => void }) {
    this.commit = options.commit;
    this.#compare = options.compare;
    this.#onCompared = options.onCompared;
  }

  /** @param revision as the controller writes it: a commit, `main@sha1:…` (Flux 2), `main/…` (Flux before 2). */
  relation(revision: string): CommitRelation | 'comparing' {
    const commit = commitOf(revision);
    if (commit === undefined) return 'unrelated';
    if (commit.startsWith(this.commit) || this.commit.startsWith(commit)) return 'same';
    const known = this.#known.get(commit);
    if (known !== undefined) return known;
    this.#known.set(commit, 'comparing');
    void this.#compare(commit).then((relation) => {
      this.#known.set(commit, relation);
      this.#onCompared();
    });
    return 'comparing';
  }
}

/** The commit in a revision; undefined for other revisions (the version of a chart, the digest of an artifact or bucket). */
export function commitOf(revision: string): string | undefined {
  if (/(?:^|@)sha256:/.test(revision)) return undefined;
  return /(?:^|[@/:])([0-9a-f]{7,64})$/.exec(revision)?.[1];
}

export type RevisionProof =
  | { readonly kind: 'applied' }
  /** A descendant of the commit is applied. */
  | { readonly kind: 'newer'; readonly commit: string }
  /** The commit was applied and has been replaced. */
  | { readonly kind: 'replaced'; readonly commit: string }
  | {
      readonly kind: 'pending';
      readonly message: string;
      /** An attempt to apply the commit was made. */
      readonly attempted: boolean;
    };

/** @param wasApplied whether the commit was seen as applied earlier. */
export function proveRevision(
  expected: ExpectedRevision,
  revisions: GitOpsRevisions,
  wasApplied: boolean,
): RevisionProof {
  const relations = revisions.compared.map((revision) => ({ revision, relation: expected.relation(revision) }));
  if (relations.some(({ relation }) => relation === 'same')) return { kind: 'applied' };
  const newer = relations.find(({ relation }) => relation === 'newer');
  if (newer) return { kind: 'newer', commit: commitOf(newer.revision) ?? newer.revision };
  const attempted = revisions.attempted.some((revision) => expected.relation(revision) === 'same');
  const [first] = relations;
  const isReplaced =
    first && (wasApplied || revisions.earlier.some((revision) => expected.relation(revision) === 'same'));
  // The replacement may contain the expected commit, so wait for the comparison.
  if (isReplaced && relations.every(({ relation }) => relation !== 'comparing'))
    return { kind: 'replaced', commit: commitOf(first.revision) ?? first.revision };
  return { kind: 'pending', message: missing(revisions.applied[0], expected.commit.slice(0, 9)), attempted };
}

function missing(applied: string | undefined, wanted: string): string {
  if (applied === undefined) return `no commit is applied yet, waiting for ${wanted}`;
  const commit = commitOf(applied);
  return commit === undefined
    ? `${applied.replace(/sha256:.*/, shortDigest)} is applied, which names no commit; waiting for ${wanted}`
    : `commit ${commit.slice(0, 9)} is applied, not yet ${wanted}`;
}
