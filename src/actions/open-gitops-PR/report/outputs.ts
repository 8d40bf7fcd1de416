import { deliveredSubject } from '../session/naming.ts';
import type { GitOpsSession } from '../session/session.ts';
import type { DeliveryResult } from './result.ts';
import { deliverySummary } from './summary.ts';

/** Sets the outputs and record fields that are known before anything is done. */
export function reportStart({ inputs, report }: Pick<GitOpsSession, 'inputs' | 'report'>): void {
  if (inputs.environment !== undefined) report.environment(inputs.environment);
  const subject = deliveredSubject(inputs);
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
