import type { Subject } from '../../../core/action-report.ts';
import { imageRepository, parseReference } from '../../../image/reference.ts';
import type { FileChange } from '../../../manifest/changes/file-change.ts';
import type { GitOpsSession } from '../session/session.ts';
import type { DeliveryResult } from './result.ts';
import { deliverySummary } from './summary.ts';

interface Delivered {
  readonly environment: string | undefined;
  /** The changes of bump-manifest-tag, if they are the source. */
  readonly changes: readonly FileChange[] | undefined;
}

/** Sets the outputs and record fields that are known before anything is done. */
export function reportStart(report: GitOpsSession['report'], { environment, changes }: Delivered): void {
  if (environment !== undefined) report.environment(environment);
  const subject = deliveredSubject(changes ?? []);
  if (subject) report.subject(subject);
  report.set({ operation: 'none', merged: false, attempts: 0 });
}

/** Writes the job summary and the details of the delivery record. */
export function reportDelivery(session: GitOpsSession, result: DeliveryResult): void {
  const { report, repository } = session;
  const { operation, desired, pull, head } = result;
  report.section(deliverySummary(session, result));
  report.detail({
    repository: repository.fullName,
    operation,
    files: desired.edits.map(({ path }) => path),
    pullRequest: pull?.url,
    mergeCommit: pull?.mergeCommit ?? (operation === 'committed' ? head : undefined),
  });
}

/** The image that is delivered; `undefined` if there are several, or if it has no digest. */
function deliveredSubject(changes: readonly FileChange[]): Subject | undefined {
  const [only, ...others] = [...new Set(changes.map(({ to }) => to))].map(parseReference);
  if (only?.digest === undefined || others.length > 0) return undefined;
  return { image: imageRepository(only), digest: only.digest };
}
