import { ruleFor } from '../health/kind-rules.ts';
import type { HealthVerdict } from '../health/rule/kind-rule.ts';
import { groupOf, type KubernetesObject } from '../objects/object.ts';
import type { EarlyAssessment } from './assessment.ts';
import { type ExpectedRevision, proveRevision } from './expected-revision.ts';
import type { ProvenImage } from './image-proof.ts';
import { withDependency } from './verdict-parts.ts';

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
  #wasApplied = false;

  constructor(expected: ExpectedRevision | undefined) {
    this.#expected = expected;
  }

  /** @returns undefined if the commit is applied, or if no commit is expected of this kind. */
  check(object: KubernetesObject, verdict: HealthVerdict): EarlyAssessment | undefined {
    if (!this.#expected) return undefined;
    const revisions = ruleFor(groupOf(object), object.kind)?.gitOpsRevisions?.(object);
    if (!revisions) return undefined;
    const proof = proveRevision(this.#expected, revisions, this.#wasApplied);
    switch (proof.kind) {
      case 'applied':
        this.#wasApplied = true;
        return undefined;
      case 'newer': {
        if (verdict.status === 'progressing') return undefined;
        const message = `a newer commit, ${proof.commit.slice(0, 9)}, is applied`;
        return { status: 'superseded', message, ...(verdict.status === 'current' ? { contained: true } : {}) };
      }
      case 'replaced':
        return { status: 'superseded', message: `commit ${proof.commit.slice(0, 9)} replaced it` };
      case 'pending':
        // The failure counts if the expected commit caused it, or if no commit can be applied at all.
        if (verdict.status === 'failed' && (proof.attempted || verdict.blocksEveryCommit)) return undefined;
        return {
          status: 'progressing',
          message: withDependency(proof.message, verdict),
          ...(proof.attempted ? {} : { awaitsRevision: true }),
        };
    }
  }
}
