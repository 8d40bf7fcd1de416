import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectWithNote } from '../../jest-support.ts';
import { type ActionRun, GitOpsHarness, manifest, SHOP } from './harness.ts';

let harness: GitOpsHarness;
beforeEach(async () => {
  harness = await GitOpsHarness.open();
});
afterEach(() => harness.close());

function assertNothingWritten({ exitCode, log, outputs, summary, writes }: ActionRun): void {
  expectWithNote([exitCode, outputs['operation'], writes], log).toStrictEqual([0, 'none', []]);
  expect(log).toMatch(/✓ Dry run: nothing was changed/);
  expect(summary).toMatch(/### open-gitops-PR: dry run/);
}

describe('a dry run writes nothing and announces', () => {
  it('an update of the open pull request', async () => {
    await harness.deploy('1.4.1', '1.4.2');
    const run = await harness.deploy('1.4.1', '1.5.0', { 'dry-run': 'true', merge: 'direct', wait: 'merged' });
    assertNothingWritten(run);
    expect(run.log).toMatch(/Would commit to gitops\/staging\/shop\n.*Would update #1 if it differs/);
    expect([run.outputs['number'], run.outputs['merged']]).toStrictEqual(['1', 'false']);
  });

  it('the end of a pull request whose change the base has already', async () => {
    await harness.deploy('1.4.1', '1.4.2');
    harness.repository.push('main', { [SHOP]: manifest('shop', '1.4.2') }, 'By hand');
    const run = await harness.deploy('1.4.1', '1.4.2', { 'dry-run': 'true' });
    assertNothingWritten(run);
    expect(run.log).toMatch(/Would close #1: main has the change already/);
    expect([run.outputs['number'], run.outputs['merged']]).toStrictEqual(['1', 'true']);
    expect(harness.repository.pull(1)?.state).toBe('open');
  });

  it('a commit straight onto the base', async () => {
    const run = await harness.deploy('1.4.1', '1.4.2', { 'dry-run': 'true', mode: 'commit' });
    assertNothingWritten(run);
    expect(run.log).toMatch(/Would commit 1 file to main/);
    expect([run.outputs['branch'], run.outputs['merged']]).toStrictEqual(['main', 'false']);
  });
});
