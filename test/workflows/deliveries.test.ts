// Runs deploy.yml and build.yml as a runner would, in the environment of the demo.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { production } from '../../scripts/demo/environments.ts';
import { parseJson, stringAt } from '../../src/json/json.ts';
import { expectWithNote } from '../jest-support.ts';
import { Artifacts } from './artifacts.ts';
import { DeliveryHarness, type DeployOverrides, STAGING } from './delivery-harness.ts';

const CANARY = 'apps/shop/overlays/production-canary/kustomization.yaml';

let harness: DeliveryHarness;
let sandbox: DeliveryHarness['sandbox'];

beforeAll(async () => {
  harness = await DeliveryHarness.open();
  sandbox = harness.sandbox;
});
afterAll(() => harness.close());
beforeEach(() => {
  harness.artifacts = new Artifacts();
});

const callBuild: DeliveryHarness['callBuild'] = (...given) => harness.callBuild(...given);
const callDeploy: DeliveryHarness['callDeploy'] = (...given) => harness.callDeploy(...given);
const onMain = (path: string) => harness.onMain(path);
const records = () =>
  harness.artifacts.lines.map((line) => ['action', 'status'].map((key) => stringAt(parseJson(line), key)));

describe('the workflow of the README', () => {
  it('delivers a release to staging, the canary and production', async () => {
    for (const environment of ['staging', 'production-canary', 'production'] as const) {
      const run = callDeploy('1.5.0', environment);
      expect((await run.job('propose')).outputs['url'] ?? '').toMatch(/\/pull\/\d+$/);
      const { status, outputs, log } = await run.job('deliver');
      expectWithNote(status, log).toBe('success');
      expect(outputs['verdict']).toBe(environment === 'production-canary' ? 'pass' : '');
      expect(onMain(`apps/shop/overlays/${environment}/kustomization.yaml`)).toMatch(/newTag: *["']?1\.5\.0/);
    }
    expect(harness.releases.get('1.5.0') ?? '').toMatch(new RegExp(`${sandbox.cluster.runningDigest(production)}$`));
  });
});

describe('two runs of deploy.yml that overlap', () => {
  it('only the newer one delivers: the older one does not merge what the newer one proposed', async () => {
    const older = callDeploy('1.6.0', 'staging');
    const newer = callDeploy('1.7.0', 'staging');
    expect((await older.job('propose')).status).toBe('success');
    expect((await newer.job('propose')).status).toBe('success');
    const before = onMain(STAGING);

    const refused = await older.job('deliver');
    expectWithNote(refused.status, refused.log).toBe('failure');
    expect(refused.log).toMatch(/head-changed: gitops\/staging\/shop is at [0-9a-f]{8}, not at the approved/);
    expect(onMain(STAGING)).toBe(before);

    const delivered = await newer.job('deliver');
    expectWithNote(delivered.status, delivered.log).toBe('success');
    expect(onMain(STAGING)).toMatch(/1\.7\.0/);
  });

  it('delivers although the base has changed, if the same fields get the same image', async () => {
    const run = callDeploy('1.5.0', 'staging');
    await run.job('propose');
    const byHand = onMain(STAGING).replace(/(newTag: *)"[^"]*"/, '$1"1.6.1"');
    sandbox.gitops.push('main', { [STAGING]: byHand }, 'By hand');
    const { status, log } = await run.job('deliver');
    expectWithNote(status, log).toBe('success');
    expect(byHand).toMatch(/1\.6\.1/);
    expect(onMain(STAGING)).toMatch(/newTag: "1\.5\.0"/);
  });

  it('refuses to change a field that nobody has approved', async () => {
    const run = callDeploy('1.6.0', 'staging');
    await run.job('propose');
    const other = 'apps/shop/overlays/staging/job.yaml';
    const job = `kind: Job\nspec:\n  image: ${sandbox.registry.host}/acme/shop:1.4\n`;
    sandbox.gitops.push('main', { [other]: job }, 'Another file');
    const before = sandbox.gitops.branch('main');
    const { status, log } = await run.job('deliver');
    expect(status).toBe('failure');
    expect(log).toMatch(
      /approved-change-differs: Nothing was merged: .*job\.yaml.* nobody has approved\.\s→ Re-run all jobs/,
    );
    expect(sandbox.gitops.branch('main')).toBe(before);
    sandbox.gitops.push('main', { [other]: '' }, 'Not here');
  });

  it('refuses a change that nobody has reviewed because there was none when it was proposed', async () => {
    const before = onMain(STAGING);
    const run = callDeploy('1.5.0', 'staging');
    const { ran } = await run.job('propose');
    expect(ran.includes('pull-request')).toBeFalsy();
    sandbox.gitops.push('main', { [STAGING]: before.replaceAll('1.5.0', '1.4.9') }, 'By hand');
    const { status, log } = await run.job('deliver');
    expect(status).toBe('failure');
    expect(log).toMatch(/approved-change-differs: Nothing was merged/);
    sandbox.gitops.push('main', { [STAGING]: before }, 'Back');
  });
});

describe('the job fails before the merge if something is missing', () => {
  const refuses = async (
    overrides: DeployOverrides,
    message: RegExp,
    environment: 'staging' | 'production-canary' = 'staging',
  ) => {
    const run = callDeploy('1.7.0', environment, overrides);
    await run.job('propose');
    const before = sandbox.gitops.branch('main');
    const { status, log, ran } = await run.job('deliver');
    expectWithNote(status, log).toBe('failure');
    expect(log).toMatch(message);
    expectWithNote(!ran.includes('merge') && !ran.includes('rollback'), ran.join()).toBeTruthy();
    expect(sandbox.gitops.branch('main')).toBe(before);
  };

  it('a kubeconfig', () =>
    refuses(
      { secrets: { KUBECONFIG: '' } },
      /kubeconfig-missing: Nothing was merged: the secret KUBECONFIG of the environment staging is empty, and the runner has no kubeconfig/,
    ));

  it('a resource kind in the cluster', () =>
    refuses({ with: { resources: 'staging/deploymint/shop' } }, /kind-unknown/));

  it('the metrics server', () =>
    refuses({ with: { prometheus: 'http://127.0.0.1:9' } }, /127\.0\.0\.1:9/, 'production-canary'));

  it('the token for the GitOps repository', async () => {
    const { status, log } = await callDeploy('1.7.0', 'staging', { secrets: { GITOPS_TOKEN: '' } }).job('propose');
    expect(status).toBe('failure');
    expect(log).toMatch(/gitops-token-missing: The secret GITOPS_TOKEN is empty/);
  });
});

describe('a run that was interrupted', () => {
  it('reverts its merge if it is cancelled during the canary', async () => {
    const before = onMain(CANARY);
    const run = callDeploy('1.6.0', 'production-canary');
    await run.job('propose');
    const { status, ran, log } = await run.job('deliver', { cancelledAt: / 3\/10 / });
    expectWithNote(status, log).toBe('cancelled');
    expectWithNote(ran, log).toContain('rollback');
    expect(onMain(CANARY)).toBe(before);
    expect(records().slice(-2)).toStrictEqual([
      ['canary-gate', 'cancelled'],
      ['open-gitops-PR', 'success'],
    ]);
  });

  it('reverts what it may have merged if it is cancelled after the response to the merge is lost', async () => {
    const before = onMain(CANARY);
    const run = callDeploy('1.6.0', 'production-canary');
    await run.job('propose');
    sandbox.github.faults.inject(/PUT .*\/merge$/, { kind: 'lost-answer' });
    const { status, ran, log } = await run.job('deliver', { cancelledAt: /Reading again \(attempt 2/ });
    expectWithNote(status, log).toBe('cancelled');
    expectWithNote(ran.includes('rollback') && !ran.includes('rollout'), log).toBeTruthy();
    expectWithNote(onMain(CANARY), log).toBe(before);
    expect(records().slice(-2)).toStrictEqual([
      ['open-gitops-PR', 'cancelled'],
      ['open-gitops-PR', 'success'],
    ]);
  });

  it.each([
    ['all jobs', ['propose', 'deliver']],
    ['the failed jobs', ['deliver']],
  ] as const)(
    'checks the rollout, judges the canary and reverts when %s are re-run after the machine was lost',
    async (_again, jobs) => {
      const before = onMain(CANARY);
      const run = callDeploy('1.7.0', 'production-canary');
      await run.job('propose');
      await run.job('deliver', { lostAfter: 'merge' });
      const merged = sandbox.gitops.branch('main');
      expect(onMain(CANARY)).toMatch(/1\.7\.0/);

      sandbox.traffic.setBehavior('canary', { errors: 0.09, latency: 0.31 });
      run.rerun();
      const [last] = (await inOrder(jobs, (job) => run.job(job))).slice(-1);
      expectWithNote(last?.status, last?.log).toBe('failure');
      expect(last?.log ?? '').toMatch(new RegExp(`Expecting .*commit ${merged?.slice(0, 9)}`));
      expect(last?.ran.slice(-4, -1)).toStrictEqual(['rollout', 'canary', 'rollback']);
      expect(last?.outputs['verdict']).toBe('fail');
      expect(onMain(CANARY)).toBe(before);
      sandbox.traffic.setBehavior('canary', { errors: 0.004, latency: 0.12 });
    },
  );
});

describe('the delivery records of a run', () => {
  it('are uploaded for each call, whatever the names of the images', async () => {
    const { host } = sandbox.registry;
    for (const call of [
      callBuild('shop'),
      callBuild('cart'),
      callBuild('shop', { image: `${host}/acme/shop\n${host}/mirror/shop` }),
    ]) {
      const { status, log, ran } = await call.job('build');
      expectWithNote(status, log).toBe('success');
      expect(log).not.toMatch(/\(409\) Conflict|name is not valid/);
      expect(ran).toContain('$/.github/actions/keep-records');
    }
    expect(new Set(harness.artifacts.names).size).toBe(3);
    expect(records()).toStrictEqual(Array(3).fill(['build-image', 'success']));
  });

  it('do not fail a build if they can’t be uploaded', async () => {
    const first = await callBuild('cart').job('build');
    const second = await callBuild('cart').job('build');
    expect([first.status, second.status]).toStrictEqual(['success', 'success']);
    expect(second.log).toMatch(/\(409\) Conflict/);
  });

  it('are uploaded by each attempt', async () => {
    const call = callBuild('cart');
    await call.job('build');
    call.rerun();
    await call.job('build');
    expect(harness.artifacts.names.length).toBe(2);
  });
});

async function inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
