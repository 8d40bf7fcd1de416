import type { Run } from '../../entry/context.ts';
import type { contract } from './contract.ts';

/** Plans, builds, pushes, verifies that every tag has the digest of the build, and reports. */
export const run: Run<typeof contract> = async (context) => {
  const { inputs, clock, log, report } = context;
  const { makePlan } = await import('./plan.ts');
  const plan = await makePlan(inputs, context);

  const { reportBuilt, reportPlan, reportPublished } = await import('./report/report.ts');
  reportPlan(context, plan);
  if (inputs.dryRun) return (await import('./dry-run.ts')).reportDryRun(log, report, plan);

  const { chooseEngine } = await import('./choose-engine.ts');
  const { withBuildSession } = await import('./session/build-session.ts');
  const { publish, requirePushAccessToAll } = await import('./publish/publish.ts');

  const startedAt = clock.now();
  await withBuildSession(context, plan, async (session) => {
    const engine = await chooseEngine({ ...context, folder: session.folder });
    report.set({ engine: engine.name });
    if (inputs.push) await requirePushAccessToAll(session);
    const built = await log.group(`Build with ${engine.title}`, () => engine.build(session));
    if (!inputs.push) return reportBuilt(context, plan, engine, built);

    const target = plan.images.length === 1 ? 'the registry' : `${plan.images.length} repositories`;
    const image = await log.group(`Push to ${target}`, async () => publish(session, await built.push()));
    reportPublished(context, { plan, engine, image, durationMs: clock.now() - startedAt });
  });
};
