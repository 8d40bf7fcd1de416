import { formatDuration } from '../../../core/duration.ts';
import { ActionError, messageOf } from '../../../core/error.ts';
import { imageRepository } from '../../../image/reference.ts';
import { imageUses, targetsMissingImage } from '../targets/image-use.ts';
import { distinctTitle } from '../targets/target.ts';
import type { WatchedTarget } from '../targets/watched-target.ts';
import type { Diagnoses } from './diagnosis.ts';
import type { FailedWait } from './finished-wait.ts';

/** Targets named in the annotation. */
const MAX_NAMED = 20;

/** The error of a wait that ran out of time: what is missing, per target and per image. */
export function timeoutFailure(wait: FailedWait, diagnoses: Diagnoses): ActionError {
  const { targets, expectations, timeout } = wait;
  const notCurrent = targets.filter(({ assessment }) => assessment.status !== 'current');
  const missingImage = targetsMissingImage(targets).filter((each) => !notCurrent.includes(each));
  const unusedImages = expectations.expectedImages.filter((expectedImage) =>
    imageUses(expectedImage, targets).every((use) => use === 'unused'),
  );
  const titleOf = ({ target }: WatchedTarget) =>
    distinctTitle(
      target,
      targets.map((each) => each.target),
    );
  const silent = wait.clusters
    .map((cluster) => ({ cluster, context: cluster.context, error: cluster.view.lastingError }))
    .filter(({ error }) => error !== undefined);
  const lines = [
    ...notCurrent.slice(0, MAX_NAMED).map((each) => `${titleOf(each)}: ${stateOf(each, wait, diagnoses)}`),
    ...silent.map(({ context, error }) => `context ${context} no longer tells its state: ${messageOf(error)}`),
    ...(notCurrent.length > MAX_NAMED
      ? [`and ${notCurrent.length - MAX_NAMED} more: see the summary and the output \`resources\``]
      : []),
    ...unusedImages.map(
      ({ reference }) => `no target uses ${imageRepository(reference)}; they use ${repositoriesOf(targets)}`,
    ),
    ...missingImage.map(
      (each) =>
        `${titleOf(each)} uses no expected image, but the same workload elsewhere does; it uses ${repositoriesOf([each])}`,
    ),
  ];
  if (notCurrent.length + unusedImages.length + missingImage.length === 0)
    lines.unshift(
      'all targets were current when last seen, but not for long enough (`stable-for`), or the cluster could not be asked to confirm it',
    );
  const missing = notCurrent.length + missingImage.length;
  const title = missing > 0 ? `${missing} of ${targets.length} not current` : 'current, but not proven';
  const isSilent = ({ target }: WatchedTarget) => silent.some(({ cluster }) => cluster === target.cluster);
  const [hint] = notCurrent.filter((each) => !isSilent(each)).flatMap((each) => diagnoses.get(each)?.hint ?? []);
  return new ActionError({
    code: 'rollout-timeout',
    message: [`${title} within ${formatDuration(timeout)}:`, ...lines].join('\n'),
    remedy:
      hint ??
      silent.flatMap(({ error }) => (error instanceof ActionError ? [error.remedy] : []))[0] ??
      (missing === 0 && unusedImages.length > 0
        ? 'Compare `image` with the images in the specs of the targets, or add the workload that uses it to `resources`.'
        : 'See above what is missing. If it only needs more time, raise `timeout`.'),
  });
}

function stateOf(watched: WatchedTarget, { endedAt }: FailedWait, diagnoses: Diagnoses): string {
  const { assessment, changedAt } = watched;
  const diagnosis = diagnoses.get(watched);
  const evidence = diagnosis ? `\n  ${diagnosis.path}\n  ${diagnosis.evidence}` : '';
  return `${assessment.message} (for ${formatDuration(endedAt - changedAt)})${evidence}`;
}

/** The repositories of the images that the targets use. */
function repositoriesOf(targets: readonly WatchedTarget[]): string {
  const proofs = targets.flatMap(({ assessment }) => assessment.imageProofs.map(({ proof }) => proof));
  const names = proofs.flatMap((proof) => (proof.kind === 'unused' ? proof.repositories : []));
  return [...new Set(names)].join(', ') || 'none';
}
