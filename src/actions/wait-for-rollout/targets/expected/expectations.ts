import { messageOf } from '../../../../core/error.ts';
import type { Runtime } from '../../../../entry/context.ts';
import type { RepositoryName } from '../../../../github/repository/repository.ts';
import type { PinnedImage } from '../../../../image/reference.ts';
import { ExpectedImage } from '../../../../kubernetes/rollout/expected-image.ts';
import { type CompareCommits, ExpectedRevision } from '../../../../kubernetes/rollout/expected-revision.ts';
import { platformsByDigest, type RegistryAccess } from './platforms.ts';

/** The release that is waited for. */
export interface ExpectedRelease {
  readonly images: readonly PinnedImage[];
  readonly registry: RegistryAccess;
  readonly commit: ExpectedCommit | undefined;
}

interface ExpectedCommit {
  /** The whole ID, or how it begins. */
  readonly id: string;
  /** Where it can be compared with other commits; undefined: only the very same commit counts. */
  readonly github: GitHubAccess | undefined;
}

interface GitHubAccess {
  readonly repository: RepositoryName;
  readonly token: string;
}

/** What must run and what must be applied. */
export interface Expectations {
  readonly expectedImages: readonly ExpectedImage[];
  readonly expectedRevision: ExpectedRevision | undefined;
}

/** @param onChange called when a registry or GitHub has answered: targets must be assessed again. */
export function expectationsOf(
  { images, registry, commit }: ExpectedRelease,
  runtime: Runtime,
  onChange: () => void,
): Expectations {
  const expectedImages = images.map(
    (reference) =>
      new ExpectedImage({
        reference,
        resolvePlatforms: () => platformsByDigest(reference, registry, runtime),
        onResolved: onChange,
      }),
  );
  const expectedRevision =
    commit === undefined
      ? undefined
      : new ExpectedRevision({ commit: commit.id, compare: compareWith(commit, runtime), onCompared: onChange });
  return { expectedImages, expectedRevision };
}

function compareWith({ id: base, github }: ExpectedCommit, runtime: Runtime): CompareCommits {
  return async (head) => {
    if (github === undefined) return 'unknown';
    const { log, signal } = runtime;
    const { compareOnGitHub } = await import('./compare-commits.ts');
    try {
      return await compareOnGitHub({ ...github, base, head }, runtime);
    } catch (thrown) {
      if (!signal.aborted)
        log.warning(
          `Can't compare commit ${head.slice(0, 9)} with ${base.slice(0, 9)} on GitHub: ${messageOf(thrown)}`,
        );
      return 'unknown';
    }
  };
}
