import { writeFileSync } from 'node:fs';
import { counted } from '../../core/counted.ts';
import { formatDuration } from '../../core/duration.ts';
import type { Run } from '../../entry/context.ts';
import type { contract } from './contract.ts';
import { renderDryRun } from './dry-run.ts';
import { openJudge } from './judges/judges.ts';
import { withoutUnprovenPass } from './judges/scoring.ts';
import { planSampling } from './plan.ts';
import { connectProvider } from './provider/connect.ts';
import { fillQueries } from './queries/fill-queries.ts';
import { reportOverlaps } from './queries/overlap.ts';
import { appendRound, createFiles } from './report/files.ts';
import { queryResultLine, reportFailuresOnce, roundLine, startLine } from './report/log.ts';
import { metricsOutput, renderSummary } from './report/summary.ts';
import { recordDetails, reportVerdict } from './report/verdict.ts';
import { takeSamples, tryQueries } from './sampling/sampling.ts';

/** Watches a canary beside its baseline and decides whether it may go on. */
export const run: Run<typeof contract> = async (context) => {
  const { inputs, report, log, clock, signal, cwd, env, secrets } = context;
  // Whatever happens from here on: nothing was shown to be good.
  report.set({ verdict: 'inconclusive', score: 0 });
  const plan = planSampling(inputs, clock.now());
  // The YAML parser is worth a third of the start-up: it is loaded where the inputs have turned out right.
  const { readConfig } = await import('./config/config.ts');
  const metrics = await readConfig({ config: inputs.config, metrics: inputs.metrics, cwd });
  const judge = openJudge(inputs, metrics, plan.rounds);
  const provider = await connectProvider(context, plan.interval);
  const queries = fillQueries(metrics, inputs, provider, judge.usesBaseline);
  reportOverlaps(log, queries, provider, plan.interval);

  const tried = await log.group('Queries', async () => {
    const all = await tryQueries({ plan, queries, provider, clock, signal });
    for (const one of all) log.info(queryResultLine(one));
    return all;
  });
  if (inputs.dryRun) {
    report.section(renderDryRun({ metrics, tried, queries }));
    log.info(`✓ ${counted(metrics.length, 'metric')} checked, nothing decided (dry run)`);
    return;
  }

  const files = createFiles(env);
  report.set({ samples: files.samples });
  log.info(startLine(inputs, plan));
  const tellFailures = reportFailuresOnce(log);
  const sampling = await takeSamples({
    plan,
    queries,
    provider,
    clock,
    signal,
    certainFailures: judge.certainFailures,
    onWait: (left) => log.info(`  … going on in ${formatDuration(left)}`),
    onRound(round, number, elapsed) {
      appendRound(files.samples, round, secrets);
      tellFailures(round);
      if (plan.mode === 'live') log.info(roundLine(round, { number, planned: plan.rounds, elapsed, metrics }));
    },
  });

  const judgement = withoutUnprovenPass(judge.judge(sampling), sampling);
  const findings = { inputs, sampling, judgement, queries };
  const markdown = renderSummary(findings);
  writeFileSync(files.report, secrets.redact(`${markdown}\n`));
  report.section(markdown);
  report.set({
    verdict: judgement.verdict,
    score: judgement.score,
    metrics: metricsOutput(findings),
    report: files.report,
  });
  report.detail(recordDetails(inputs, sampling, judgement));
  reportVerdict(inputs, sampling, judgement, log);
};
