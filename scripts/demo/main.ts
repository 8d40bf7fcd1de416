/** The whole chain on one machine (`npm run demo`): one release passes; the next one fails the canary gate and is reverted. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../actions.ts';
import { canary, production, staging } from './environments.ts';
import { type Image, Pipeline } from './pipeline.ts';
import { Reporter } from './reporter.ts';
import { commit, openSandbox, type Sandbox } from './sandbox.ts';

const GOOD = { errors: 0.004, latency: 0.12 };
const BAD = { errors: 0.09, latency: 0.31 };

const reporter = new Reporter((line) => console.log(line));
const sandbox = await openSandbox();
try {
  await runDemo(sandbox);
} catch (thrown) {
  console.error(`\n✗ ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  process.exitCode = 1;
} finally {
  await sandbox.close();
  const file = join(ROOT, '.demo', 'summaries.md');
  mkdirSync(join(ROOT, '.demo'), { recursive: true });
  writeFileSync(file, `${reporter.markdown()}\n`);
  console.log(`\n━━ Done in ${reporter.elapsed()}\n${reporter.overview()}\n\n  All job summaries: .demo/summaries.md`);
}

async function runDemo({ monorepo, traffic, cluster }: Sandbox): Promise<void> {
  const pipeline = new Pipeline(sandbox, reporter);
  traffic.setBehavior('stable', GOOD);
  traffic.setBehavior('canary', GOOD);

  reporter.startRelease('shop 1.5.0: a good release');
  const good = await release(pipeline, monorepo, '1.5.0');
  await pipeline.deploy(staging, good);
  await pipeline.deploy(canary, good);
  await requireEqual('the verdict on 1.5.0', await pipeline.gate('pass'), 'pass');
  await pipeline.deploy(production, good);
  await requireEqual('what production runs', cluster.runningDigest(production), good.digest);

  reporter.startRelease('shop 1.6.0: a bad release');
  const bad = await release(pipeline, monorepo, '1.6.0');
  await pipeline.deploy(staging, bad);
  const merged = await pipeline.deploy(canary, bad);
  traffic.setBehavior('canary', BAD);
  await requireEqual('the verdict on 1.6.0', await pipeline.gate('fail'), 'fail');
  reporter.log('the gate failed: 1.6.0 never reaches production, and a revert rolls the canary back');
  const reverted = await pipeline.rollBack(canary, merged);
  traffic.setBehavior('canary', GOOD);
  await pipeline.rollout(canary, good, reverted);
  await requireEqual('what the canary runs', cluster.runningDigest(canary), good.digest);
  await requireEqual('what production runs', cluster.runningDigest(production), good.digest);
}

async function release(pipeline: Pipeline, monorepo: string, version: string): Promise<Image> {
  appendFileSync(join(monorepo, 'shop', 'server.mjs'), `// ${version}\n`);
  const sha = commit(monorepo, `Release ${version}`);
  reporter.logHumanAction(`a developer commits ${sha.slice(0, 7)}`);
  return pipeline.build(version);
}

async function requireEqual(what: string, found: string, expected: string): Promise<void> {
  if (found !== expected) throw new Error(`${what} is ${found || 'unknown'}, expected ${expected}`);
}
