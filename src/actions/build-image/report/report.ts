import type { Context } from '../../../entry/context.ts';
import type { contract } from '../contract.ts';
import type { BuiltImage, Engine } from '../engines/engine.ts';
import type { BuildPlan } from '../session/build-spec.ts';
import { logBuilt, logPlan, logPublished } from './log.ts';
import { setBuiltOutputs, setPlanOutputs, setPublishedOutputs } from './outputs.ts';
import type { PublishedImage } from './published.ts';
import { builtSummary, publishedSummary } from './summary.ts';

type ReportContext = Pick<Context<typeof contract>, 'report' | 'log'>;

export function reportPlan({ report, log }: ReportContext, plan: BuildPlan): void {
  setPlanOutputs(report, plan);
  logPlan(log, plan);
}

/** Reports a build without a push. */
export function reportBuilt({ report, log }: ReportContext, plan: BuildPlan, engine: Engine, built: BuiltImage): void {
  setBuiltOutputs(report, plan, engine, built);
  logBuilt(log, engine, built);
  report.section(builtSummary(plan, engine, built));
}

export function reportPublished({ report, log }: ReportContext, published: PublishedImage): void {
  setPublishedOutputs(report, published);
  logPublished(log, published);
  report.section(publishedSummary(published));
}
