import { writeFileSync } from 'node:fs';
import { counted } from '../../core/counted.ts';
import { formatDuration } from '../../core/duration.ts';
import type { Run } from '../../entry/context.ts';
import type { contract } from './contract.ts';
import { renderDryRun } from './dry-run.ts';
import { JUDGES, openJudge } from './judges/judges.ts';
import { inconclusiveIfServerLost } from './judges/scoring.ts';
import { planSampling } from './plan.ts';
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
  const { inputs, report, log, clock, signal, cwd, env, secrets } = context;
  // Set first: if anything below throws, nothing has shown that the canary is good.
  report.set({ verdict: 'inconclusive', score: 0 });
  const plan = planSampling(inputs, clock.now());
  // The YAML parser takes a third of the start-up time, so it's loaded only once the inputs are known to be valid.
  const { readConfig } = await import('./config/config.ts');
  const metrics = await readConfig({ config: inputs.config, metrics: inputs.metrics, cwd });
  const judge = openJudge(inputs.judge, metrics, inputs, plan.rounds);
  const provider = await connectProvider(context, plan.interval);
  const queries = fillQueries(metrics, inputs, provider, JUDGES[inputs.judge].usesBaseline);
  reportOverlaps(log, queries, provider, plan.interval);

  const results = await log.group('Queries', async () => {
    const all = await tryQueries({ plan, queries, provider, clock, signal });
    for (const result of all) log.info(queryResultLine(result));
    return all;
  });
  if (inputs.dryRun) {
    report.section(renderDryRun({ inputs, metrics, results, queries }));
    log.info(`✓ ${counted(metrics.length, 'metric')} checked, nothing decided (dry run)`);
    return;
  }

  const files = createFiles(env);
  report.set({ samples: files.samples });
  log.info(startLine(inputs, plan));
  const logQueryErrors = queryErrorLogger(log);
  const sampling = await takeSamples({
    plan,
    queries,
    provider,
    clock,
    signal,
    hasCertainlyFailed: (rounds, planned) => judge.hasCertainlyFailed(rounds, planned),
    onWait: (left) => log.info(`  … next sample round in ${formatDuration(left)}`),
    onRound(round, number, elapsed) {
      appendRound(files.samples, round, secrets);
      logQueryErrors(round);
      if (plan.mode === 'live') log.info(roundLine(round, { number, planned: plan.rounds, elapsed, metrics }));
    },
  });

  const judgment = inconclusiveIfServerLost(judge.judge(sampling), sampling);
  const findings = { inputs, sampling, judgment, queries };
  const summary = renderSummary(findings);
  writeFileSync(files.report, secrets.redact(`${summary}\n`));
  report.section(summary);
  report.set({ verdict: judgment.verdict, score: judgment.score });
  report.set({ metrics: metricsOutput(findings), report: files.report });
  report.detail(recordDetails(findings));
  reportVerdict(findings, log);
};
