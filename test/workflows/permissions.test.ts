import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectWithNote } from '../jest-support.ts';
import { Call } from './call.ts';
import { DeliveryHarness, STAGING } from './delivery-harness.ts';

let harness: DeliveryHarness;

beforeAll(async () => {
  harness = await DeliveryHarness.open();
});
afterAll(() => harness.close());

describe('the permissions that the caller grants', () => {
  const inGitOps = {
    repository: 'acme/gitops',
    with: { 'gitops-repository': 'acme/gitops' },
    secrets: { GITOPS_TOKEN: '' },
  };

  it('are write for the caller’s repository only if it is the GitOps repository', async () => {
    const run = harness.callDeploy('1.6.0', 'staging', {
      ...inGitOps,
      permissions: { contents: 'write', 'pull-requests': 'write' },
    });
    await run.job('propose');
    const { status, log } = await run.job('deliver');
    expectWithNote(status, log).toBe('success');
    expect(harness.onMain(STAGING)).toMatch(/1\.6\.0/);
  });

  it('are named if the caller is the GitOps repository and grants too little', async () => {
    const run = harness.callDeploy('1.7.0', 'staging', { ...inGitOps, permissions: { contents: 'read' } });
    const { status, log } = await run.job('propose');
    expectWithNote(status, log).toBe('failure');
    expect(log).toMatch(/Grant it `pull-requests: read` .*: under `permissions` of the job/);
  });

  it('are not exceeded by a repository name that holds a workflow command', async () => {
    const repository = 'acme/gitops\n::warning title=forged::%0A::add-mask::shop';
    const run = harness.callDeploy('1.7.0', 'staging', {
      with: { 'gitops-repository': repository },
      secrets: { GITOPS_TOKEN: '' },
    });
    const { status, log } = await run.job('propose');
    expect(status).toBe('failure');
    expect(log.split('\n')).toStrictEqual([
      expect.stringContaining("can't write to acme/gitops???warning?title?forged???0A??add-mask??shop. Pass it"),
    ]);
  });

  it('fail a run at its start if a job requests more', () => {
    expect(
      () => new Call('build.yml', { ...harness, with: {}, secrets: {}, permissions: { contents: 'read' } }),
    ).toThrow("The nested job 'build' is requesting 'packages: write', but is only allowed 'packages: none'.");
  });
});
