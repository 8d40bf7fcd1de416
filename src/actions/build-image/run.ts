import type { Run } from '../../entry/context.ts';
import type { contract } from './contract.ts';

/** Decide everything, build, push, prove that every tag leads to the digest that was built, and tell. */
export const run: Run<typeof contract> = async (context) => {
  const { inputs, clock, log, report } = context;
  const { makePlan } = await import('./plan.ts');
  const plan = await makePlan(inputs, context);

  const { logPlan, reportBuilt, reportDryRun, reportPlan, reportPublished } = await import('./report/summary.ts');
  reportPlan(report, plan);
  logPlan(log, plan);
  if (inputs.dryRun) return reportDryRun(log, report, plan);

  const { chooseEngine } = await import('./engines/choose.ts');
  const { withBuildSession } = await import('./build-session.ts');
  const { requirePushAccessToAll, publish } = await import('./publish.ts');

  const startedAt = clock.now();
  await withBuildSession(context, plan, async (workshop) => {
    const engine = await chooseEngine({ ...context, folder: workshop.folder });
    report.set({ engine: engine.name });
    if (inputs.push) await requirePushAccessToAll(workshop);
    const built = await log.group(`Build with ${engine.title}`, () => engine.build(workshop));
    if (!inputs.push) return reportBuilt(log, report, plan, engine, built);
    const resolved = await log.group(
      `Push to ${plan.images.length === 1 ? 'the registry' : `${plan.images.length} repositories`}`,
      async () => {
        const digest = await built.push();
        return publish(workshop, digest);
      },
    );
    reportPublished(context, plan, engine, { resolved, tookMs: clock.now() - startedAt });
  });
};
