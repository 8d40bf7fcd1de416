/** The whole chain on one machine (`npm run demo`): one release that passes, and one that the gate stops and a revert takes back. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../actions.ts';
import { canary, production, staging } from './environments.ts';
import { Narrator } from './narrator.ts';
import { type Image, Pipeline } from './pipeline.ts';
import { commit, openStage, type Stage } from './stage.ts';

const GOOD = { errors: 0.004, latency: 0.12 };
const BAD = { errors: 0.09, latency: 0.31 };

const narrator = new Narrator((line) => console.log(line));
const stage = await openStage();
try {
  await tell(stage);
} catch (thrown) {
  console.error(`\n✗ ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  process.exitCode = 1;
} finally {
  await stage.close();
  const file = join(ROOT, '.demo', 'summaries.md');
  mkdirSync(join(ROOT, '.demo'), { recursive: true });
  writeFileSync(file, `${narrator.markdown()}\n`);
  console.log(
    `\n━━ What happened, in ${narrator.elapsed()}\n${narrator.overview()}\n\n  All job summaries: .demo/summaries.md`,
  );
}

async function tell({ monorepo, traffic, cluster }: Stage): Promise<void> {
  const pipeline = new Pipeline(stage, narrator);
  traffic.shift('stable', GOOD);
  traffic.shift('canary', GOOD);

  narrator.chapter('shop 1.5.0: a good release');
  const good = await release(pipeline, monorepo, '1.5.0');
  await pipeline.deploy(staging, good);
  await pipeline.deploy(canary, good);
  await demand('the verdict on 1.5.0', await pipeline.gate('pass'), 'pass');
  await pipeline.deploy(production, good);
  await demand('what production runs', cluster.running(production), good.digest);

  narrator.chapter('shop 1.6.0: a bad release');
  const bad = await release(pipeline, monorepo, '1.6.0');
  await pipeline.deploy(staging, bad);
  const merged = await pipeline.deploy(canary, bad);
  traffic.shift('canary', BAD);
  await demand('the verdict on 1.6.0', await pipeline.gate('fail'), 'fail');
  narrator.line('the gate stopped it: production never saw 1.6.0, the canary goes back by a revert');
  const reverted = await pipeline.rollBack(canary, merged);
  traffic.shift('canary', GOOD);
  await pipeline.rollout(canary, good, reverted);
  await demand('what the canary runs', cluster.running(canary), good.digest);
  await demand('what production runs', cluster.running(production), good.digest);
}

async function release(pipeline: Pipeline, monorepo: string, version: string): Promise<Image> {
  appendFileSync(join(monorepo, 'shop', 'server.mjs'), `// ${version}\n`);
  const sha = commit(monorepo, `Release ${version}`);
  narrator.person(`a person writes code: commit ${sha.slice(0, 7)}`);
  return pipeline.build(version);
}

async function demand(what: string, found: string, expected: string): Promise<void> {
  if (found !== expected) throw new Error(`${what} is ${found || 'unknown'}, and should be ${expected}`);
}
