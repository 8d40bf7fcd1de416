import type { Context } from '../../../entry/context.ts';
import type { SearchRoot } from '../../../manifest/files/root.ts';
import type { InspectionResult } from '../../../manifest/inspect/inspect-manifests.ts';
import type { contract } from '../contract.ts';
import { logInspection } from './log.ts';
import { NARROW_SEARCH, withinLimit } from './outputs.ts';
import { sourceLinks } from './source-links.ts';
import { inspectionSummary } from './summary.ts';

export async function reportInspection(
  result: InspectionResult,
  { top }: SearchRoot,
  { report, env, log }: Context<typeof contract>,
): Promise<void> {
  const { fields, searched } = result;
  report.set(withinLimit({ fields }, log, NARROW_SEARCH));
  report.detail({ mode: 'inspect', searched, fields: fields.length });
  report.section(inspectionSummary(result, sourceLinks(env, top)));
  await logInspection(log, result);
}
