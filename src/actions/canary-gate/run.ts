import { writeFileSync } from 'node:fs';
import { counted } from '../../core/counted.ts';
import { formatDuration } from '../../core/duration.ts';
import type { Run } from '../../entry/context.ts';
import type { contract } from './contract.ts';
import { renderDryRun } from './dry-run.ts';
import { requireValidGateInputs } from './inputs.ts';
import { inconclusiveIfServerLost } from './judges/scoring.ts';
import { planGate } from './plan.ts';
import { connectProvider } from './provider/connect.ts';
import { fillQueries } from './queries/fill-queries.ts';
import { reportOverlaps } from './queries/overlap.ts';
import { tryQueries } from './queries/try-queries.ts';
import { appendRound, createFiles } from './report/files.ts';
import { queryErrorLogger, queryResultLine, roundLine, startLine } from './report/log.ts';
import { metricsOutput, recordDetails } from './report/outputs.ts';
import { renderSummary } from './report/summary.ts';
import { reportVerdict } from './report/verdict.ts';
import { takeSamples } from './sampling/sampling.ts';

/** Compares a canary with its baseline for a while, and decides whether it may be promoted. */
export const run: Run<typeof contract> = async (context) => {
  const { report, log, clock, signal, env, secrets } = context;
  // Set first: if anything below throws, nothing has shown that the canary is good.
  report.set({ verdict: 'inconclusive', score: 0 });
  requireValidGateInputs(context.inputs);
  const plan = await planGate(context.inputs, context);
  const { metrics, judge } = plan;
  const provider = await connectProvider(plan.provider, plan.sampling.interval, context);
  const queries = fillQueries(metrics, plan.arms, provider, judge.usesBaseline);
  reportOverlaps(log, queries, provider, plan.sampling.interval);

  const results = await log.group('Queries', async () => {
    const all = await tryQueries({ plan: plan.sampling, queries, provider, clock, signal });
    for (const result of all) log.info(queryResultLine(result));
    return all;
  });
  if (plan.dryRun) {
    report.section(renderDryRun({ plan, results, queries }));
    log.info(`✓ ${counted(metrics.length, 'metric')} checked, nothing decided (dry run)`);
    return;
  }

  const files = createFiles(env);
  report.set({ samples: files.samples });
  log.info(startLine(plan));
  const logQueryErrors = queryErrorLogger(log);
  const sampling = await takeSamples({
    plan: plan.sampling,
    queries,
    provider,
    clock,
    signal,
    hasCertainlyFailed: (rounds, planned) => judge.hasCertainlyFailed(rounds, planned),
    onWait: (left) => log.info(`  … next sample round in ${formatDuration(left)}`),
    onRound(round, number, elapsed) {
      appendRound(files.samples, round, secrets);
      logQueryErrors(round);
      if (plan.sampling.mode === 'live')
        log.info(roundLine(round, { number, planned: plan.sampling.rounds, elapsed, metrics }));
    },
  });

  const judgment = inconclusiveIfServerLost(judge.judge(sampling), sampling);
  const findings = { plan, sampling, judgment, queries };
  const summary = renderSummary(findings);
  writeFileSync(files.report, secrets.redact(`${summary}\n`));
  report.section(summary);
  report.set({ verdict: judgment.verdict, score: judgment.score });
  report.set({ metrics: metricsOutput(findings), report: files.report });
  report.detail(recordDetails(findings));
  reportVerdict(findings, log);
};
