import type { Context } from '../../../entry/context.ts';
import type { contract } from '../contract.ts';
import type { BuiltImage, Engine } from '../engines/engine.ts';
import type { BuildSpec } from '../session/build-spec.ts';
import { logBuilt, logPlan, logPublished } from './log.ts';
import { setBuiltOutputs, setPlanOutputs, setPublishedOutputs } from './outputs.ts';
import type { PublishedImage } from './published.ts';
import { builtSummary, publishedSummary } from './summary.ts';

type ReportContext = Pick<Context<typeof contract>, 'report' | 'log'>;

export function reportPlan({ report, log }: ReportContext, spec: BuildSpec): void {
  setPlanOutputs(report, spec);
  logPlan(log, spec);
}

/** Reports a build without a push. */
export function reportBuilt({ report, log }: ReportContext, spec: BuildSpec, engine: Engine, built: BuiltImage): void {
  setBuiltOutputs(report, spec, engine, built);
  logBuilt(log, engine, built);
  report.section(builtSummary(spec, engine, built));
}

export function reportPublished({ report, log }: ReportContext, published: PublishedImage): void {
  setPublishedOutputs(report, published);
  logPublished(log, published);
  report.section(publishedSummary(published));
}
