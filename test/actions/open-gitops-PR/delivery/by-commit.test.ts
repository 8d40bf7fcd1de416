import { afterEach, describe, expect, it } from '@jest/globals';
import type { Policies } from '../../../fakes/github/model.ts';
import { expectWithNote } from '../../../jest-support.ts';
import { GitOpsHarness, manifest, SHOP } from '../harness.ts';

let harness: GitOpsHarness;
const open = async (policies: Partial<Policies> = {}) => {
  harness = await GitOpsHarness.open(policies);
};
afterEach(() => harness.close());

const mainFile = (path: string) => harness.repository.file('main', path);

describe('mode: commit', () => {
  it('commits straight onto the base, once', async () => {
    await open();
    const first = await harness.deploy('1.4.1', '1.4.2', { mode: 'commit' });
    expect([first.outputs['operation'], first.outputs['number']]).toStrictEqual(['committed', '']);
    expect(first.outputs['merge-commit-sha']).toBe(harness.repository.branch('main'));
    expect(mainFile(SHOP)).toBe(manifest('shop', '1.4.2'));
    const again = await harness.deploy('1.4.1', '1.4.2', { mode: 'commit' });
    expect([again.outputs['operation'], again.writes]).toStrictEqual(['none', []]);
  });

  it('recognizes its own commit if the response was lost', async () => {
    await open();
    harness.github.faults.inject(/POST \/api\/graphql/, { kind: 'delay', ms: 1 });
    harness.github.faults.inject(/POST \/api\/graphql/, { kind: 'lost-answer' });
    const { outputs, log } = await harness.deploy('1.4.1', '1.4.2', { mode: 'commit' });
    expectWithNote([outputs['operation'], outputs['attempts']], log).toStrictEqual(['committed', '2']);
    expect(outputs['head-sha']).toBe(harness.repository.branch('main'));
  });

  it('fails with a remedy if a rule of the repository protects the base', async () => {
    await open();
    const message = 'Repository rule violations found\n\nChanges must be made through a pull request.';
    const body = JSON.stringify({ data: null, errors: [{ type: 'UNPROCESSABLE', message }] });
    harness.github.faults.inject(/POST \/api\/graphql/, { kind: 'delay', ms: 1 });
    harness.github.faults.inject(/POST \/api\/graphql/, { kind: 'status', status: 200, body });
    const { exitCode, log } = await harness.deploy('1.4.1', '1.4.2', { mode: 'commit' });
    expect(exitCode).toBe(1);
    expect(log).toMatch(/branch-protected::.*Use a pull request \(`mode: pull-request`\)/);
  });
});
