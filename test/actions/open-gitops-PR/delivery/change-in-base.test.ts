import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectWithNote } from '../../../jest-support.ts';
import { CART, GitOpsHarness, manifest, SHOP } from '../harness.ts';

let desk: GitOpsHarness;

describe('a base that has the change already, while the branch has commits of others', () => {
  beforeEach(async () => {
    desk = await GitOpsHarness.open();
    await desk.deploy('1.4.1', '1.4.2');
    desk.repository.push('gitops/staging/shop', { [CART]: manifest('cart', '9.9.9') }, 'Mine', {
      by: desk.github.account('ada'),
    });
    desk.repository.push('main', { [SHOP]: manifest('shop', '1.4.2') }, 'By hand');
  });
  afterEach(() => desk.close());

  for (const inputs of [
    { merge: 'direct' },
    { merge: 'direct', wait: 'merged' },
    { merge: 'auto' },
    { wait: 'merged' },
    { merge: 'direct', 'on-foreign-commits': 'replace' },
  ]) {
    it(`merges none of those and waits for none: ${JSON.stringify(inputs)}`, async () => {
      const start = desk.clock.now();
      const { exitCode, log, outputs, writes } = await desk.deploy('1.4.1', '1.4.2', inputs);
      expectWithNote([exitCode, outputs['merged'], writes], log).toStrictEqual([0, 'true', []]);
      expect(desk.repository.file('main', CART)).toBe(manifest('cart', '3.0.0'));
      expect([desk.repository.pull(1)?.state, desk.repository.pull(1)?.autoMerge]).toStrictEqual(['open', undefined]);
      expect(desk.clock.now()).toBe(start);
      expect(log).toMatch(/#1 is left open/);
    });
  }
});
