import { counted } from '../../../core/counted.ts';
import type { Context } from '../../../entry/context.ts';
import type { ImageDifference } from '../../../manifest/inspect/compare-fields.ts';
import type { InspectionResult } from '../../../manifest/inspect/inspect-manifests.ts';
import type { contract } from '../contract.ts';
import type { ComparePlan } from '../plan.ts';
import { logComparison } from './log.ts';
import { NARROW_SEARCH, withinLimit } from './outputs.ts';
import { sourceLinks } from './source-links.ts';
import { comparisonSummary } from './summary.ts';

export interface FolderComparison {
  readonly first: InspectionResult;
  readonly second: InspectionResult;
  readonly differences: readonly ImageDifference[];
}

export async function reportComparison(
  { first, second, differences }: FolderComparison,
  plan: ComparePlan,
  { report, env, log }: Context<typeof contract>,
): Promise<void> {
  const unequal = differences.filter(({ verdict }) => verdict !== 'same');
  const title = `${counted(unequal.length, 'difference')} in ${counted(differences.length, 'image')}`;
  const skipped = [...first.skipped, ...second.skipped];
  const folders = [plan.first.folder, plan.second.folder] as const;
  report.set(withinLimit({ fields: first.fields, differences }, log, NARROW_SEARCH));
  report.detail({ mode: 'compare', images: differences.length, differences: unequal.length });
  report.section(comparisonSummary(title, differences, folders, skipped, sourceLinks(env, plan.first.scope.root.top)));
  await logComparison(log, title, unequal, skipped);
}
