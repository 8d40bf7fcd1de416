import { writeFileSync } from 'node:fs';
import { counted } from '../../core/counted.ts';
import { formatDuration } from '../../core/duration.ts';
import type { Run } from '../../entry/context.ts';
import type { contract } from './contract.ts';
import { renderRehearsal } from './dry-run.ts';
import { openJudge } from './judges/judges.ts';
import { withheld } from './judges/scoring.ts';
import { planOf } from './plan.ts';
import { connect } from './provider/connect.ts';
import { fillQueries } from './queries/fill-queries.ts';
import { tellOverlaps } from './queries/overlap.ts';
import { appendLook, createFiles } from './report/files.ts';
import { announcement, failureTeller, lookLine, triedLine } from './report/log.ts';
import { metricsOutput, renderReport } from './report/summary.ts';
import { conclude, detailsOf } from './report/verdict.ts';
import { carryOut, tryQueries } from './sampling/sampling.ts';

/** Watches a canary beside its baseline and decides whether it may go on. */
export const run: Run<typeof contract> = async (context) => {
  const { inputs, report, log, clock, signal, cwd, env, secrets } = context;
  // Whatever happens from here on: nothing was shown to be good.
  report.set({ verdict: 'inconclusive', score: 0 });
  const plan = planOf(inputs, clock.now());
  // The YAML parser is worth a third of the start-up: it is loaded where the inputs have turned out right.
  const { readConfig } = await import('./config/config.ts');
  const metrics = await readConfig({ config: inputs.config, metrics: inputs.metrics, cwd });
  const judge = openJudge(inputs, metrics, plan.looks);
  const provider = await connect(context, plan.interval);
  const queries = fillQueries(metrics, inputs, provider, judge.usesBaseline);
  tellOverlaps(log, queries, provider, plan.interval);

  const tried = await log.group('Queries', async () => {
    const all = await tryQueries({ plan, queries, provider, clock, signal });
    for (const one of all) log.info(triedLine(one));
    return all;
  });
  if (inputs.dryRun) {
    report.section(renderRehearsal({ metrics, tried, queries }));
    log.info(`✓ ${counted(metrics.length, 'metric')} checked, nothing decided (dry run)`);
    return;
  }

  const files = createFiles(env);
  report.set({ samples: files.samples });
  log.info(announcement(inputs, plan));
  const tellFailures = failureTeller(log);
  const trial = await carryOut({
    plan,
    queries,
    provider,
    clock,
    signal,
    certainFailures: judge.certainFailures,
    onWait: (left) => log.info(`  … going on in ${formatDuration(left)}`),
    onLook(look, number, elapsed) {
      appendLook(files.samples, look, secrets);
      tellFailures(look);
      if (plan.mode === 'live') log.info(lookLine(look, { number, planned: plan.looks, elapsed, metrics }));
    },
  });

  const judgement = withheld(judge.judge(trial), trial);
  const findings = { inputs, trial, judgement, queries };
  const markdown = renderReport(findings);
  writeFileSync(files.report, secrets.redact(`${markdown}\n`));
  report.section(markdown);
  report.set({
    verdict: judgement.verdict,
    score: judgement.score,
    metrics: metricsOutput(findings),
    report: files.report,
  });
  report.detail(detailsOf(inputs, trial, judgement));
  conclude(inputs, trial, judgement, log);
};
