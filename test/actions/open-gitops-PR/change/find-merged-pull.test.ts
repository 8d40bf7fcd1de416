import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectWithNote } from '../../../jest-support.ts';
import { bump, GitOpsHarness, manifest, SHOP } from '../harness.ts';

let harness: GitOpsHarness;

/** The call of deploy.yml when bump-manifest-tag finds nothing to change. */
const again = (image = 'ghcr.io/acme/shop:1.5.0') =>
  harness.run({ changes: '[]', image, application: 'shop', environment: 'staging', merge: 'direct', wait: 'merged' });

describe('an empty list of changes', () => {
  beforeEach(async () => {
    harness = await GitOpsHarness.open();
  });
  afterEach(() => harness.close());

  it.each(['squash', 'merge', 'rebase'])(
    'reports the pull request that introduced the image (merged by %s), and writes nothing',
    async (method) => {
      await harness.deploy('1.4.1', '1.4.2', { merge: 'direct', 'merge-method': method });
      const first = await harness.deploy('1.4.2', '1.5.0', { merge: 'direct', 'merge-method': method });
      harness.repository.push('main', { 'note.md': 'hi' }, 'Something else');
      const { exitCode, outputs, writes, log } = await again();
      expectWithNote([exitCode, writes], log).toStrictEqual([0, []]);
      expect([outputs['merged'], outputs['number'], outputs['merge-commit-sha']]).toStrictEqual([
        'true',
        first.outputs['number'],
        first.outputs['merge-commit-sha'],
      ]);
    },
  );

  it('reports no pull request if someone has changed the file since', async () => {
    await harness.deploy('1.4.1', '1.4.2', { merge: 'direct' });
    harness.repository.push('main', { [SHOP]: manifest('shop', '1.5.0') }, 'By hand');
    const { exitCode, outputs, log } = await again();
    expectWithNote(exitCode, log).toBe(0);
    expect([outputs['merged'], outputs['number'], outputs['merge-commit-sha']]).toStrictEqual(['true', '', '']);
  });

  it('reports the pull request of this image, not a newer one of another image on the same branch', async () => {
    const shop = await harness.deploy('1.4.2', '1.5.0', { merge: 'direct' });
    const cart = await harness.deploy('3.0.0', '3.1.0', { merge: 'direct', changes: bump('3.0.0', '3.1.0', 'cart') });
    expect(cart.outputs['merge-commit-sha']).not.toBe(shop.outputs['merge-commit-sha']);
    expect((await again()).outputs['merge-commit-sha']).toBe(shop.outputs['merge-commit-sha']);
    const later = await again('ghcr.io/acme/cart:3.1.0');
    expect(later.outputs['merge-commit-sha']).toBe(cart.outputs['merge-commit-sha']);
  });

  it('reports no pull request if none introduced this image', async () => {
    await harness.deploy('1.4.2', '1.5.0', { merge: 'direct' });
    const { exitCode, outputs } = await again(`ghcr.io/acme/shop:1.4.2@sha256:${'1'.repeat(64)}`);
    expect([exitCode, outputs['merge-commit-sha']]).toStrictEqual([0, '']);
  });

  it('reports no pull request if none was merged', async () => {
    await harness.deploy('1.4.1', '1.4.2');
    const { exitCode, outputs, log } = await again();
    expectWithNote(exitCode, log).toBe(0);
    expect([outputs['merged'], outputs['merge-commit-sha']]).toStrictEqual(['true', '']);
    expect(harness.repository.pull(1)?.state).toBe('open');
  });
});
