import { ruleFor } from '../health/kind-rules.ts';
import type { HealthVerdict } from '../health/rule/kind-rule.ts';
import { groupOf, type KubernetesObject } from '../objects/object.ts';
import type { EarlyAssessment } from './assessment.ts';
import { type ExpectedRevision, proveRevision } from './expected-revision.ts';
import type { ProvenImage } from './image-proof.ts';
import { withVerdict } from './verdict-parts.ts';

/** Checks that the spec names the expected images. */
export class ImageCheck {
  #wasNamed = false;

  /** @returns undefined if the spec names them. Otherwise the change has not arrived yet, or a newer one has replaced it. */
  check(imageProofs: readonly ProvenImage[]): EarlyAssessment | undefined {
    for (const { proof } of imageProofs) {
      if (proof.kind !== 'other-image') continue;
      if (!this.#wasNamed) return { status: 'progressing', message: proof.message };
      const message = proof.message.replace(', not yet', ', no longer');
      return { status: 'superseded', message: `another image replaced it: ${message}` };
    }
    if (imageProofs.some(({ proof }) => 'pinned' in proof && proof.pinned)) this.#wasNamed = true;
    return undefined;
  }
}

/** Checks that a GitOps object has applied the expected commit. */
export class RevisionCheck {
  readonly #expected: ExpectedRevision | undefined;
  readonly #since: number;
  readonly #isExpectedOf: (object: KubernetesObject) => boolean;
  #wasApplied = false;

  /**
   * @param since a time at which the expected commit was in Git already, in ms since the epoch by the cluster's clock.
   * @param isExpectedOf whether an object takes its commits from the repository of the expected one.
   */
  constructor(
    expected: ExpectedRevision | undefined,
    since: number,
    isExpectedOf: (object: KubernetesObject) => boolean,
  ) {
    this.#expected = expected;
    this.#since = since;
    this.#isExpectedOf = isExpectedOf;
  }

  /** @returns undefined if the verdict is about the commit, or if no commit is expected of this kind. */
  check(object: KubernetesObject, verdict: HealthVerdict): EarlyAssessment | undefined {
    if (!this.#expected) return undefined;
    const revisions = ruleFor(groupOf(object), object.kind)?.gitOpsRevisions?.(object);
    if (!revisions || !this.#isExpectedOf(object)) return undefined;
    const proof = proveRevision(this.#expected, revisions, this.#wasApplied);
    const subject = this.#subjectOf(verdict, this.#expected);
    switch (proof.kind) {
      case 'applied':
        if (subject === 'other') return this.#blocked(verdict.message, this.#expected);
        this.#wasApplied = true;
        return undefined;
      case 'newer': {
        if (subject === 'other') return this.#blocked(verdict.message, this.#expected);
        if (verdict.status === 'progressing') return undefined;
        const message = `a newer commit, ${proof.commit.slice(0, 9)}, is applied`;
        return { status: 'superseded', message, ...(verdict.status === 'current' ? { contained: true } : {}) };
      }
      case 'replaced':
        return { status: 'superseded', message: `commit ${proof.commit.slice(0, 9)} replaced it` };
      case 'pending': {
        // A failure counts if the expected commit caused it, or if no commit can be applied at all.
        const counts = subject === 'expected' || (subject === 'last-attempt' && proof.attempted);
        if (verdict.status === 'failed' && counts) return undefined;
        return {
          status: 'progressing',
          message: withVerdict(proof.message, verdict),
          ...(proof.attempted ? {} : { awaitsRevision: true }),
        };
      }
    }
  }

  /** Whether an object that applies nothing at present still lacks the commit. */
  awaited(object: KubernetesObject): { readonly awaitsRevision?: true } {
    const early = this.check(object, { status: 'progressing', message: '' });
    return early?.awaitsRevision ? { awaitsRevision: true } : {};
  }

  /** Whether a verdict is about the expected commit (or a newer one, or every one), about another one, or about the last attempt. */
  #subjectOf({ concerns }: HealthVerdict, expected: ExpectedRevision): 'expected' | 'other' | 'last-attempt' {
    switch (concerns?.kind) {
      case undefined:
        return 'last-attempt';
      case 'every':
        return 'expected';
      case 'latest':
        return concerns.lookedAt >= this.#since ? 'expected' : 'last-attempt';
      case 'revisions':
        return concerns.revisions.some((each) => ['same', 'newer'].includes(expected.relation(each)))
          ? 'expected'
          : 'other';
    }
  }

  /** The controller has seen the commit, but is not done with another one. */
  #blocked(message: string, { commit }: ExpectedRevision): EarlyAssessment {
    return {
      status: 'progressing',
      message: `${message}; ${commit.slice(0, 9)} comes after it`,
      awaitsRevision: true,
    };
  }
}
