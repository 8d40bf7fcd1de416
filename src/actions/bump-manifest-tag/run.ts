import { replaceRemedies } from '../../core/replace-remedies.ts';
import type { Context, Run } from '../../entry/context.ts';
import { bumpManifests } from '../../manifest/bump/bump-manifests.ts';
import { compareFields } from '../../manifest/inspect/compare-fields.ts';
import { inspectManifests } from '../../manifest/inspect/inspect-manifests.ts';
import { requireCount } from './checks/require-count.ts';
import { requireEditable } from './checks/require-editable.ts';
import { requireFieldsMatch } from './checks/require-fields-match.ts';
import { requireKnownTop, requireOneRepository } from './checks/require-known-top.ts';
import { requireMatched } from './checks/require-matched.ts';
import { requireNoneLeft } from './checks/require-none-left.ts';
import type { contract } from './contract.ts';
import { writeUnlessDryRun } from './dry-run.ts';
import { requireValidBumpInputs } from './inputs.ts';
import { type ChangePlan, type ComparePlan, type InspectPlan, planBump } from './plan.ts';
import { searchRemedies } from './remedies/search-errors.ts';
import { reportBump } from './report/bump.ts';
import { reportComparison } from './report/comparison.ts';
import { reportInspection } from './report/inspection.ts';
import { logChangePlan } from './report/log.ts';
import { leftOutput, noOutputs } from './report/outputs.ts';

type ActionContext = Context<typeof contract>;

/** Changes the image fields of manifests, lists them, or compares those of two folders. */
export const run: Run<typeof contract> = async (context) => {
  requireValidBumpInputs(context.inputs);
  context.report.set(noOutputs);
  const plan = await planBump(context.inputs, context.cwd);
  await replaceRemedies(searchRemedies('root'), async () => {
    if (plan.mode === 'bump') await bump(plan, context);
    else if (plan.mode === 'inspect') await inspect(plan, context);
    else await compare(plan, context);
  });
};

/** Changes every field that names one of the images. If one of them can't be changed, none is. */
async function bump(plan: ChangePlan, context: ActionContext): Promise<void> {
  const { log, signal } = context;
  requireKnownTop(plan.search);
  logChangePlan(log, plan);
  const result = await bumpManifests(plan.search.scope, plan.rules, signal);
  await requireFieldsMatch(plan.rules.fields, [plan.search], signal);
  requireOneRepository(result.files, plan.search);
  requireEditable(result);
  const warnings = await requireMatched(result, plan, log, signal);
  requireCount(result, plan.expect);
  context.report.set({ left: leftOutput(result) });
  requireNoneLeft(result, plan, log);
  writeUnlessDryRun(result.files, plan.dryRun);
  await reportBump(result, plan, warnings, context);
}

/** Lists the image fields: what is deployed where. */
async function inspect({ search, fields }: InspectPlan, context: ActionContext): Promise<void> {
  const result = await inspectManifests(search.scope, fields, context.signal);
  await requireFieldsMatch(fields, [search], context.signal);
  await reportInspection(result, search.scope.root, context);
}

/** Compares the images of two folders. */
async function compare(plan: ComparePlan, context: ActionContext): Promise<void> {
  const first = await inspectManifests(plan.first.scope, plan.fields, context.signal);
  const second = await inspectManifests(plan.second.scope, plan.fields, context.signal);
  await requireFieldsMatch(plan.fields, [plan.first, plan.second], context.signal);
  const differences = compareFields(first.fields, second.fields);
  await reportComparison({ first, second, differences }, plan, context);
}
