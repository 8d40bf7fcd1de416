import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectWithNote } from '../../../jest-support.ts';
import { CART, GitOpsHarness, manifest, SHOP } from '../harness.ts';

let harness: GitOpsHarness;

describe('if the base has the change already, and the branch has commits of others', () => {
  beforeEach(async () => {
    harness = await GitOpsHarness.open();
    await harness.deploy('1.4.1', '1.4.2');
    harness.repository.push('gitops/staging/shop', { [CART]: manifest('cart', '9.9.9') }, 'Mine', {
      by: harness.github.account('ada'),
    });
    harness.repository.push('main', { [SHOP]: manifest('shop', '1.4.2') }, 'By hand');
  });
  afterEach(() => harness.close());

  it.each([
    { merge: 'direct' },
    { merge: 'direct', wait: 'merged' },
    { merge: 'auto' },
    { wait: 'merged' },
    { merge: 'direct', 'on-foreign-commits': 'replace' },
  ])('neither merges those commits nor waits: %j', async (inputs) => {
    const start = harness.clock.now();
    const { exitCode, log, outputs, writes } = await harness.deploy('1.4.1', '1.4.2', inputs);
    expectWithNote([exitCode, outputs['merged'], writes], log).toStrictEqual([0, 'true', []]);
    expect(harness.repository.file('main', CART)).toBe(manifest('cart', '3.0.0'));
    expect([harness.repository.pull(1)?.state, harness.repository.pull(1)?.autoMerge]).toStrictEqual([
      'open',
      undefined,
    ]);
    expect(harness.clock.now()).toBe(start);
    expect(log).toMatch(/#1 is left open/);
  });
});
