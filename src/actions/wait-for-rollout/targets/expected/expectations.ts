import { messageOf } from '../../../../core/error.ts';
import type { Context } from '../../../../entry/context.ts';
import { ExpectedImage } from '../../../../kubernetes/rollout/expected-image.ts';
import { type CompareCommits, ExpectedRevision } from '../../../../kubernetes/rollout/expected-revision.ts';
import type { contract } from '../../contract.ts';
import { platformsByDigest } from './platforms.ts';

/** What must run and what must be applied. */
export interface Expectations {
  readonly images: readonly ExpectedImage[];
  readonly revision: ExpectedRevision | undefined;
}

/** @param onChange called when a registry or GitHub has answered: targets must be assessed again. */
export function readExpectations(context: Context<typeof contract>, onChange: () => void): Expectations {
  const { image, revision: commit } = context.inputs;
  const images = image.map(
    (reference) =>
      new ExpectedImage({
        reference,
        digest: reference.digest,
        resolve: () => platformsByDigest(reference, context),
        onResolved: onChange,
      }),
  );
  const revision =
    commit === undefined
      ? undefined
      : new ExpectedRevision({ commit, compare: compareWith(commit, context), onCompared: onChange });
  return { images, revision };
}

function compareWith(base: string, context: Context<typeof contract>): CompareCommits {
  return async (head) => {
    const { inputs, log, signal } = context;
    const { repository, token } = inputs;
    if (repository === undefined || token === undefined) return 'unknown';
    const { compareOnGitHub } = await import('./compare-commits.ts');
    try {
      return await compareOnGitHub({ repository, token, base, head }, context);
    } catch (thrown) {
      if (!signal.aborted)
        log.warning(
          `Can't compare commit ${head.slice(0, 9)} with ${base.slice(0, 9)} on GitHub: ${messageOf(thrown)}`,
        );
      return 'unknown';
    }
  };
}
