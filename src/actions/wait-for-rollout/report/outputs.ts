import { defined } from '../../../core/defined.ts';
import { formatReference } from '../../../image/reference.ts';
import type { ImageProof } from '../../../kubernetes/rollout/image-proof.ts';
import { revisionImages } from '../../../kubernetes/undo/history.ts';
import type { LostCluster } from '../cluster/reach.ts';
import type { UndoOutcome, UndoOutcomes } from '../undo/outcome.ts';
import { type Diagnoses, diagnosisJson } from './diagnosis.ts';
import type { FinishedWait } from './finished-wait.ts';

/** What output `resources` calls each kind of proof. Workflows read it, so it stays if ours is renamed. */
const PROOF_KINDS: Readonly<Record<ImageProof['kind'], string>> = {
  proven: 'proven',
  pending: 'pending',
  unproven: 'unproven',
  unused: 'unused',
  'other-image': 'elsewhere',
  resolving: 'asking',
};

/** The entries of output `resources`. */
export function resourcesOutput(
  { targets, lost }: Pick<FinishedWait, 'targets' | 'lost'>,
  diagnoses: Diagnoses,
  undoOutcomes: UndoOutcomes = new Map(),
) {
  const entries = targets.map((watched) => {
    const { target, assessment } = watched;
    const { status, message, cause, ready, total, imageProofs } = assessment;
    const diagnosis = diagnoses.get(watched);
    const undoOutcome = undoOutcomes.get(watched);
    return {
      context: target.cluster.context,
      namespace: target.namespace,
      kind: target.type.kind,
      name: target.name,
      status,
      reason: cause ?? status,
      message,
      ...defined({ ready, total }),
      images: imageProofs.map(({ expectedImage, proof }) => ({
        expected: formatReference(expectedImage.reference),
        ...proof,
        kind: PROOF_KINDS[proof.kind],
      })),
      ...(diagnosis ? { evidence: diagnosisJson(diagnosis) } : {}),
      ...(undoOutcome ? { undo: undoJson(undoOutcome) } : {}),
    };
  });
  return [...entries, ...lost.flatMap(lostJson)];
}

/** If the targets would be found by their labels, one entry stands for all of them. */
function lostJson({ cluster: { context }, error: { code, message }, targets }: LostCluster) {
  const named = targets.length > 0 ? targets : [{ namespace: '', kind: '', name: '' }];
  return named.map((target) => ({ context, ...target, status: 'unknown', reason: code, message, images: [] }));
}

function undoJson({ undone, after }: UndoOutcome) {
  if (undone.kind === 'unchanged') return { done: false, why: undone.reason };
  const { revision } = undone;
  return {
    done: true,
    revision: revision.number,
    images: revisionImages(revision),
    ...(after ? { result: after.result, message: after.message, seconds: after.ms / 1000 } : {}),
  };
}
