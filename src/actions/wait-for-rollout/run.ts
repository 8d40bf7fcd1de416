import type { Run } from '../../action/context.ts';
import { formatDuration } from '../../action/duration.ts';
import { invalidInput } from '../../action/inputs.ts';
import { repositoryName } from '../../image/reference.ts';
import { checkAccess, listAll } from './access.ts';
import { announce, showLastLines, trafficOf } from './announce.ts';
import { connect, whileFollowing } from './cluster.ts';
import type { contract } from './contract.ts';
import { readExpectations } from './expectations.ts';
import { failureOf, reasonOf } from './failure.ts';
import { Progress } from './progress.ts';
import { resourcesOf, summaryOf } from './summary.ts';
import { findTargets, observe, requireProvable } from './targets.ts';
import { lookOnce, waitForResult } from './wait.ts';
import { Wakeup } from './wakeup.ts';
import { Watched } from './watched.ts';

export const run: Run<typeof contract> = async (context) => {
  const { inputs, report, log, clock, signal } = context;
  if (inputs.resources.length === 0 && inputs.manifests.length === 0 && inputs.selector === undefined)
    throw invalidInput('resources', 'is missing: there is nothing to wait for.', [
      'Give `resources` (deployment/shop), `selector` or `manifests`.',
    ]);
  const startedAt = clock.now();
  const wakeup = new Wakeup(clock);
  const expectations = readExpectations(context, wakeup.notify);
  const clusters = await connect(context, wakeup.notify);
  const targets = await findTargets(inputs, clusters, context.cwd);
  requireProvable(targets, expectations);
  observe(targets);
  announce(targets, expectations, log);

  await Promise.all(clusters.map((cluster) => listAll(cluster, log)));
  const graces = new Map(inputs.grace.map(({ cause, ms }) => [cause, ms]));
  const watched = targets.map((target) => new Watched(target, { clock, expectations, graces }));
  const progress = new Progress({ log, clock, startedAt, targets });
  const options = {
    clock,
    expectations,
    wakeup,
    progress,
    startedAt,
    timeout: inputs.timeout,
    stableFor: inputs.stableFor,
  };
  const result =
    lookOnce(watched, { ...options, signal }) ??
    (await whileFollowing(clusters, signal, async (stop) => {
      await Promise.all(clusters.map((cluster) => checkAccess(cluster, log)));
      return waitForResult(watched, { ...options, signal: stop });
    }));

  const waited = clock.now() - startedAt;
  const lastLines = await showLastLines({ watched, result, context });
  const failure =
    result === 'current'
      ? undefined
      : failureOf({ result, targets: watched, expectations, now: clock.now(), startedAt, timeout: inputs.timeout });
  const message = failure?.message.split('\n')[0] ?? `${targets.length} of ${targets.length} current`;
  report.set({ result, reason: reasonOf(watched, result), message, duration: waited / 1000 });
  report.set({ resources: resourcesOf(watched) });
  report.section(summaryOf({ result, targets: watched, expectations, waited, lastLines }));
  report.detail({ result, reason: reasonOf(watched, result), targets: targets.length, waitedMs: waited });
  const [image] = expectations.images;
  if (image) report.subject({ image: repositoryName(image.reference), digest: image.digest });
  if (failure) throw failure;
  log.info(`✓ ${message} after ${formatDuration(waited)} (${trafficOf(clusters)})`);
};
