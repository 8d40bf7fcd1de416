import type { Run } from '../../entry/context.ts';
import type { contract } from './contract.ts';

/** Plans, builds, pushes, verifies that every tag has the digest of the build, and reports. */
export const run: Run<typeof contract> = async (context) => {
  const { inputs, clock, log, report } = context;
  const { requireValidBuildInputs } = await import('./inputs.ts');
  const { planBuild } = await import('./plan.ts');
  requireValidBuildInputs(inputs);
  const plan = await planBuild(inputs, context);
  const { spec } = plan;

  const { reportBuilt, reportPlan, reportPublished } = await import('./report/report.ts');
  reportPlan(context, spec);
  if (plan.dryRun) return (await import('./dry-run.ts')).reportDryRun(log, report, spec);

  const { chooseEngine } = await import('./engines/choose-engine.ts');
  const { withBuildSession } = await import('./session/build-session.ts');
  const { publish, requirePushAccessToAll } = await import('./publish/publish.ts');

  const startedAt = clock.now();
  await withBuildSession(context, spec, async (session) => {
    const engine = await chooseEngine(plan.engine, { ...context, folder: session.folder });
    report.set({ engine: engine.name });
    if (spec.options.push) await requirePushAccessToAll(session);
    const built = await log.group(`Build with ${engine.title}`, () => engine.build(session));
    if (!spec.options.push) return reportBuilt(context, spec, engine, built);

    const target = spec.images.length === 1 ? 'the registry' : `${spec.images.length} repositories`;
    const image = await log.group(`Push to ${target}`, async () => publish(session, await built.push()));
    reportPublished(context, { spec, engine, image, durationMs: clock.now() - startedAt });
  });
};
