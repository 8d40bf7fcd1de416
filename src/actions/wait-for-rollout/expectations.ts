import { messageOf } from '../../core/error.ts';
import { invalidInput } from '../../core/inputs.ts';
import type { Context } from '../../entry/context.ts';
import type { ImageReference } from '../../image/reference.ts';
import { formatReference } from '../../image/reference.ts';
import { ruleFor } from '../../kubernetes/health/kind-rules.ts';
import { ExpectedImage } from '../../kubernetes/rollout/expected-image.ts';
import { type CompareCommits, ExpectedRevision } from '../../kubernetes/rollout/expected-revision.ts';
import { mayUseImage } from '../../kubernetes/rollout/image-proof.ts';
import type { contract } from './contract.ts';
import { objectOf, type Target } from './targets/target.ts';

export interface Expectations {
  readonly images: readonly ExpectedImage[];
  readonly revision: ExpectedRevision | undefined;
}

/** What must run and be applied. @throws ActionError `input-invalid` before anything is touched. */
export function readExpectations(context: Context<typeof contract>, onChange: () => void): Expectations {
  const { inputs } = context;
  const images = inputs.image.map((reference) => expectImage(reference, context, onChange));
  const { revision, repository } = inputs;
  if (revision !== undefined && !/^[0-9a-f]{7,64}$/.test(revision))
    throw invalidInput('revision', `takes a commit, but got "${revision}".`, [
      'It is 7 to 64 hexadecimal digits, as `merge-commit-sha` of open-gitops-PR gives it.',
    ]);
  if (repository !== undefined && revision === undefined)
    throw invalidInput('repository', 'is given without `revision`.', [
      'Give the commit that must be applied, or leave both out.',
    ]);
  const expected =
    revision === undefined
      ? undefined
      : new ExpectedRevision({ commit: revision, compare: comparing(revision, context), onCompared: onChange });
  return { images, revision: expected };
}

/**
 * What is expected of what the targets bring. An image is shown by the workloads that were asked for, where there are such: what comes
 * with them from the same repository may be another release on purpose, as the stable pods beside a canary are.
 */
export function expectedOfBrought(targets: readonly Target[], { images, revision }: Expectations): Expectations {
  const workloads = targets.filter(({ type }) => ruleFor(type.group, type.kind)?.workload).map(objectOf);
  const isShown = (image: ExpectedImage) =>
    workloads.some((workload) => workload === undefined || mayUseImage(image, workload));
  return { images: images.filter((image) => !isShown(image)), revision };
}

function expectImage(
  reference: ImageReference,
  context: Context<typeof contract>,
  onResolved: () => void,
): ExpectedImage {
  const { digest } = reference;
  if (digest === undefined)
    throw invalidInput('image', `names no digest: "${formatReference(reference)}".`, [
      'A tag can be moved, a digest can not: use output `image` of build-image (repository@sha256:…).',
    ]);
  return new ExpectedImage({
    reference,
    digest,
    resolve: () => resolvePlatforms(reference, digest, context),
    onResolved,
  });
}

async function resolvePlatforms(
  reference: ImageReference,
  digest: string,
  { inputs, http, clock, env, secrets, log, signal }: Context<typeof contract>,
): Promise<ReadonlyMap<string, string>> {
  const [{ Registries, registryOf }, platforms, { formatPlatform }] = await Promise.all([
    import('../../image/registry/registries.ts'),
    import('../../image/registry/platforms.ts'),
    import('../../image/platform.ts'),
  ]);
  const { registryUsername: username, registryPassword: password } = inputs;
  const login = username && password ? { registries: [registryOf(reference)], username, password } : undefined;
  const registries = new Registries({
    http,
    clock,
    env,
    secrets,
    log,
    signal,
    login,
    insecure: inputs.insecureRegistries,
    retries: 3,
  });
  try {
    const resolved = await platforms.resolvePlatforms(await registries.repository(reference), digest);
    return new Map(resolved.platforms.map((each) => [each.digest, formatPlatform(each.platform)]));
  } catch (thrown) {
    if (!signal.aborted)
      log.warning(
        `The platforms of ${formatReference(reference)} are unknown, so only its own digest is accepted: ${messageOf(thrown)}`,
      );
    return new Map();
  }
}

function comparing(base: string, context: Context<typeof contract>): CompareCommits {
  return async (head) => {
    const { inputs, log, signal } = context;
    const { repository, token } = inputs;
    if (repository === undefined || token === undefined) return 'unknown';
    const { compareCommits } = await import('./compare-commits.ts');
    try {
      return await compareCommits({ repository, token, base, head }, context);
    } catch (thrown) {
      if (!signal.aborted)
        log.warning(`How commit ${head.slice(0, 9)} stands to ${base.slice(0, 9)} is unknown: ${messageOf(thrown)}`);
      return 'unknown';
    }
  };
}
