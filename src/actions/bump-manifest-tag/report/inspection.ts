import { counted } from '../../../core/counted.ts';
import type { Context } from '../../../entry/context.ts';
import type { SearchRoot } from '../../../manifest/files/root.ts';
import type { ImageDifference } from '../../../manifest/inspect/compare-fields.ts';
import type { InspectionResult } from '../../../manifest/inspect/inspect-manifests.ts';
import type { contract } from '../contract.ts';
import type { ComparePlan } from '../plan.ts';
import { logComparison, logInspection } from './log.ts';
import { withinLimit } from './outputs.ts';
import { sourceLinks } from './source-links.ts';
import { comparisonSummary, inspectionSummary } from './summary.ts';

const NARROW = 'Narrow the search with `root`, `paths` or `kinds`.';

export async function reportInspection(
  result: InspectionResult,
  { top }: SearchRoot,
  { report, env, log }: Context<typeof contract>,
): Promise<void> {
  const { fields, searched } = result;
  report.set(withinLimit({ fields }, log, NARROW));
  report.detail({ mode: 'inspect', searched, fields: fields.length });
  report.section(inspectionSummary(result, sourceLinks(env, top)));
  await logInspection(log, result);
}

export interface Comparison {
  readonly here: InspectionResult;
  readonly there: InspectionResult;
  readonly differences: readonly ImageDifference[];
}

export async function reportComparison(
  { here, there, differences }: Comparison,
  plan: ComparePlan,
  { report, env, log }: Context<typeof contract>,
): Promise<void> {
  const unequal = differences.filter(({ verdict }) => verdict !== 'same');
  const title = `${counted(unequal.length, 'difference')} in ${counted(differences.length, 'image')}`;
  const skipped = [...here.skipped, ...there.skipped];
  const folders = [plan.here.folder, plan.there.folder] as const;
  report.set(withinLimit({ fields: here.fields, differences }, log, NARROW));
  report.detail({ mode: 'compare', images: differences.length, differences: unequal.length });
  report.section(comparisonSummary(title, differences, folders, skipped, sourceLinks(env, plan.here.scope.root.top)));
  await logComparison(log, title, unequal, skipped);
}
