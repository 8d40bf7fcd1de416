import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deployment, digestOf, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { ClusterHarness } from './harness.ts';

/** Which commit an error of Argo CD is about. `BROKEN` is the commit before `COMMIT`, which is expected and repairs it. */

const FIRST = '1'.repeat(40);
const BROKEN = 'a'.repeat(40);
const COMMIT = 'b'.repeat(40);
const v1 = () => deployment();
const v2 = () => deployment({ image: `${REPOSITORY}:v2` });
const inputs = { resources: 'argocd/application/shop', revision: COMMIT, timeout: '4m' };
const service = {
  kind: 'Service',
  version: 'v1',
  namespace: 'default',
  name: 'web',
  message: 'spec.ports: Required value',
};

let harness: ClusterHarness;
beforeEach(async () => {
  harness = await ClusterHarness.open();
  harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
  harness.images[`${REPOSITORY}:v2`] = { kind: 'serves', digest: digestOf('2') };
  harness.kubernetes.store.onChange(({ key }) => {
    if (/deployments|jobs|pods/.test(key)) harness.argoCd.refresh();
  });
  harness.argoCd.sync('shop', FIRST, [v1()]);
  await harness.pass(10_000);
});
afterEach(() => harness.close());

describe('a hook of the sync that fails', () => {
  it('after the sync fails the release, although the Application is synced and healthy', async () => {
    harness.after(5000, () => harness.argoCd.failPostSync('shop', COMMIT, [v2()], 'notify'));
    const { outputs, error } = await harness.wait(inputs);
    expectWithNote(outputs['result'], error).toBe('failed');
    expect(outputs['reason']).toBe('sync-failed');
    expect(error).toMatch(
      /the sync ended Failed: job\/notify \(PostSync hook\): Job has reached the specified backoff limit/,
    );
  });

  it('fails a wait without an expected commit as well', async () => {
    harness.argoCd.failPostSync('shop', COMMIT, [v2()], 'notify');
    await harness.pass(10_000);
    const { outputs } = await harness.wait({ resources: inputs.resources });
    expect(outputs['reason']).toBe('sync-failed');
  });

  it('before the sync fails the release', async () => {
    harness.after(5000, () => harness.argoCd.failPreSync('shop', COMMIT, 'migrate'));
    const { outputs, error } = await harness.wait(inputs);
    expect(outputs['reason']).toBe('sync-failed');
    expect(error).toMatch(/job\/migrate \(PreSync hook\): Job has reached/);
  });

  it('does not fail the next commit, which a sync of its own brings', async () => {
    harness.argoCd.failPostSync('shop', BROKEN, [v2()], 'notify');
    await harness.pass(60_000);
    harness.after(40_000, () => harness.argoCd.compare('shop', COMMIT));
    harness.after(70_000, () => harness.argoCd.sync('shop', COMMIT, [v1()]));
    const { exitCode, error } = await harness.wait(inputs);
    expectWithNote(exitCode, error).toBe(0);
  });

  it('is said at the timeout if the next commit changes no object, so that its hooks never run', async () => {
    harness.argoCd.failPostSync('shop', BROKEN, [v2()], 'notify');
    await harness.pass(60_000);
    harness.after(40_000, () => harness.argoCd.find('shop', COMMIT));
    const { outputs, error } = await harness.wait(inputs);
    expect(outputs['result']).toBe('timeout');
    expect(error).toMatch(/the sync of aaaaaaaaa ended Failed: job\/notify .*; this commit changes no object/);
  });
});

describe('an error of the commit before does not fail the commit that repairs it', () => {
  /** The error of the commit before, and what a time-out says about it until Argo CD has looked at the next commit. */
  const errors: Readonly<Record<string, { readonly report: () => void; readonly said: RegExp }>> = {
    'its manifests can not be rendered': {
      report: () => harness.argoCd.failComparison('shop', 'Manifest generation error (cached): mapping is not closed'),
      said: /commit 111111111 is applied, not yet bbbbbbbbb: ComparisonError: Manifest generation error/,
    },
    'its repository can not be read': {
      report: () => harness.argoCd.failComparison('shop', 'rpc error: authentication required'),
      said: /ComparisonError: rpc error: authentication required/,
    },
    'the cluster rejects it': {
      report: () => harness.argoCd.failSync('shop', BROKEN, 'Deployment.apps "shop" is invalid'),
      said: /commit 111111111 is applied, not yet bbbbbbbbb: the sync ended Failed: Deployment\.apps "shop" is invalid/,
    },
    'its sync waits for a Deployment that fails': {
      report: () => harness.argoCd.beginSync('shop', BROKEN, [deployment({ image: 'nowhere:1' })]),
      said: /commit 111111111 is applied, not yet bbbbbbbbb: syncing: waiting for healthy state of apps\/Deployment\/shop/,
    },
    'its sync is tried again and again': {
      report: () => harness.argoCd.retrySync('shop', BROKEN, service),
      said: /commit 111111111 is applied, not yet bbbbbbbbb: the sync fails: service\/web: spec\.ports: Required value; attempt 1 of 5 follows/,
    },
    'its PreSync hook fails': {
      report: () => harness.argoCd.failPreSync('shop', BROKEN, 'migrate'),
      said: /not yet bbbbbbbbb: the sync ended Failed: job\/migrate \(PreSync hook\)/,
    },
    'its PostSync hook fails': {
      report: () => harness.argoCd.failPostSync('shop', BROKEN, [v2()], 'notify'),
      said: /commit aaaaaaaaa is applied, not yet bbbbbbbbb: the sync ended Failed: job\/notify \(PostSync hook\)/,
    },
    'its Deployment is degraded': {
      report: () =>
        harness.argoCd.sync('shop', BROKEN, [deployment({ image: 'nowhere:1', spec: { progressDeadlineSeconds: 5 } })]),
      said: /commit aaaaaaaaa is applied, not yet bbbbbbbbb: synced, Degraded/,
    },
  };

  it.each(Object.entries(errors))('if %s', async (_name, { report, said }) => {
    report();
    await harness.pass(60_000);
    harness.after(100_000, () => harness.argoCd.compare('shop', COMMIT));
    harness.after(130_000, () => harness.argoCd.sync('shop', COMMIT, [v2()]));
    const { exitCode, error, changes } = await harness.wait(inputs);
    expectWithNote(exitCode, error).toBe(0);
    expect(changes.join('\n')).toMatch(said);
  });

  it.each(Object.entries(errors))('and is the reason of a time-out if %s', async (_name, { report, said }) => {
    report();
    await harness.pass(60_000);
    const { outputs, error } = await harness.wait(inputs);
    expectWithNote(outputs['result'], error).toBe('timeout');
    expect(error).toMatch(said);
  });

  it('if it reverts it, so that no sync is needed', async () => {
    harness.argoCd.failSync('shop', BROKEN, 'Deployment.apps "shop" is invalid');
    await harness.pass(60_000);
    harness.after(40_000, () => harness.argoCd.find('shop', COMMIT));
    const { exitCode, error } = await harness.wait(inputs);
    expectWithNote(exitCode, error).toBe(0);
  });
});

describe('an error after Argo CD has looked at the commit fails the release', () => {
  it('if its manifests can not be rendered either', async () => {
    const message = 'Manifest generation error: mapping is not closed';
    harness.argoCd.failComparison('shop', message);
    await harness.pass(60_000);
    harness.after(40_000, () => harness.argoCd.failComparison('shop', message));
    const { outputs, elapsed } = await harness.wait(inputs);
    expect(outputs['reason']).toBe('sync-failed');
    expect(elapsed).toBe(55_000);
  });

  it('if the sync of the commit before is over, and that of the commit fails', async () => {
    harness.argoCd.retrySync('shop', BROKEN, service);
    await harness.pass(60_000);
    harness.after(40_000, () => harness.argoCd.retrySync('shop', COMMIT, service));
    const { outputs, elapsed } = await harness.wait(inputs);
    expect(outputs['reason']).toBe('sync-failed');
    expect(elapsed).toBe(55_000);
  });

  it('and is the cause, not what the commit before left broken', async () => {
    harness.argoCd.beginSync('shop', BROKEN, [deployment({ image: 'nowhere:1' })]);
    await harness.pass(60_000);
    harness.after(40_000, () => harness.argoCd.failComparison('shop', 'mapping is not closed'));
    const { outputs, error } = await harness.wait(inputs);
    expect(outputs['reason']).toBe('sync-failed');
    expect(error).toMatch(/ComparisonError: mapping is not closed/);
  });

  it('at once if the Application itself is wrong, because no commit can be applied then', async () => {
    harness.argoCd.rejectSpec('shop', 'Application referencing project ops which does not exist');
    await harness.pass(60_000);
    const { outputs, error } = await harness.wait(inputs);
    expect(outputs['reason']).toBe('sync-failed');
    expect(error).toMatch(/InvalidSpecError: Application referencing project ops/);
  });
});

describe('why Argo CD does not sync the commit is said at the timeout', () => {
  it('automated sync is off', async () => {
    harness.argoCd.configure('shop', { syncPolicy: {} });
    harness.after(5000, () => harness.argoCd.compare('shop', COMMIT));
    const { outputs, error } = await harness.wait(inputs);
    expect(outputs['result']).toBe('timeout');
    expect(error).toMatch(/out of sync: automated sync is off, so it waits for somebody to sync it/);
  });

  it('automated sync is off, and the last sync of somebody failed', async () => {
    harness.argoCd.failSync('shop', BROKEN, 'no');
    harness.argoCd.configure('shop', { syncPolicy: { automated: { enabled: false } } });
    harness.after(5000, () => harness.argoCd.compare('shop', COMMIT));
    const { outputs, error } = await harness.wait(inputs);
    expect(outputs['result']).toBe('timeout');
    expect(error).toMatch(/the sync of aaaaaaaaa ended Failed: no; automated sync is off.*; bbbbbbbbb comes after it/);
  });

  it('the sync of the commit before waits for its hook or for the health of its objects', async () => {
    harness.argoCd.beginSync('shop', BROKEN, [deployment({ image: 'nowhere:1' })]);
    await harness.pass(60_000);
    harness.after(5000, () => harness.argoCd.compare('shop', COMMIT));
    const { outputs, error } = await harness.wait(inputs);
    expect(outputs['result']).toBe('timeout');
    expect(error).toMatch(
      /syncing aaaaaaaaa: waiting for healthy state of apps\/Deployment\/shop; bbbbbbbbb comes after/,
    );
  });

  it('the sync of the commit before is still tried', async () => {
    harness.argoCd.retrySync('shop', BROKEN, service);
    harness.after(5000, () => harness.argoCd.compare('shop', COMMIT));
    const { outputs, error } = await harness.wait(inputs);
    expect(outputs['result']).toBe('timeout');
    expect(error).toMatch(
      /the sync of aaaaaaaaa fails: service\/web: spec\.ports: Required value; attempt 1 of 5 follows; bbbbbbbbb comes after it/,
    );
  });
});
