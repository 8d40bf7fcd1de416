import { describe, expect, it } from '@jest/globals';
import { EXPECTED, none, OTHER, PLATFORM, type RolloutOptions, rollout, startAssessor } from './deployment.ts';

describe('the image of a workload', () => {
  const expecting = (more: object = {}) => startAssessor({ image: `shop@${EXPECTED}`, ...more });
  const assessOnce = ({ assess }: ReturnType<typeof startAssessor>, facts: RolloutOptions) => {
    const { deployment, relations } = rollout(facts);
    return assess.assess(deployment, undefined, relations);
  };

  it('is proven if every current pod runs the digest', () => {
    const { status, message } = assessOnce(expecting(), {});
    expect(status).toBe('current');
    expect(message).toMatch(/^2\/2 updated and available, all pods run sha256:aaaaaaaaaaaa…$/);
  });

  it('is proven by a platform image of the index once the registry has answered', async () => {
    const harness = expecting({ platforms: Promise.resolve(new Map([[PLATFORM, 'linux/amd64']])) });
    expect(assessOnce(harness, { running: [PLATFORM, PLATFORM] }).status).toBe('progressing');
    await new Promise((resolve) => setImmediate(resolve));
    const { status, message } = assessOnce(harness, { running: [PLATFORM, PLATFORM] });
    expect(status).toBe('current');
    expect(message).toMatch(/linux\/amd64 of the index/);
  });

  it('is not proven if a ready pod runs another image', async () => {
    const harness = expecting();
    assessOnce(harness, { image: 'shop:latest', running: [EXPECTED, OTHER] });
    await new Promise((resolve) => setImmediate(resolve));
    const { status, message } = assessOnce(harness, { image: 'shop:latest', running: [EXPECTED, OTHER] });
    expect(status).toBe('progressing');
    expect(message).toMatch(/pod\/new-1 runs sha256:cccc.*, not sha256:aaaa/);
  });

  it('is still expected while the spec names another one, even if that one is broken', async () => {
    const harness = expecting();
    const before = {
      image: `shop@${OTHER}`,
      running: [OTHER],
      waitingReason: 'InvalidImageName',
      status: { readyReplicas: 0, availableReplicas: 0 },
    };
    assessOnce(harness, before);
    await new Promise((resolve) => setImmediate(resolve));
    const { status, message } = assessOnce(harness, before);
    expect(status).toBe('progressing');
    expect(message).toMatch(/its spec names shop@sha256:cccccccccccc…, not yet sha256:aaaaaaaaaaaa…/);
  });

  it('is progressing while the status repeats the missed deadline of the previous revision', () => {
    const missed = {
      conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
    };
    const harness = startAssessor();
    expect(assessOnce(harness, { old: 1, status: missed }).status).toBe('progressing');
    harness.pass(2000);
    expect(assessOnce(harness, {}).status).toBe('current');
  });

  it('is superseded if the spec named it and then names another one', async () => {
    const harness = expecting();
    assessOnce(harness, {});
    assessOnce(harness, { image: `shop@${OTHER}` });
    await new Promise((resolve) => setImmediate(resolve));
    expect(assessOnce(harness, { image: `shop@${OTHER}` }).status).toBe('superseded');
  });

  it('is not superseded by another image that the spec named earlier', async () => {
    const harness = expecting();
    assessOnce(harness, { image: 'shop:v1', running: [OTHER] });
    assessOnce(harness, { image: `shop@${OTHER}`, running: [OTHER] });
    await new Promise((resolve) => setImmediate(resolve));
    expect(assessOnce(harness, { image: `shop@${OTHER}`, running: [OTHER] }).status).toBe('progressing');
    expect(assessOnce(harness, {}).status).toBe('current');
  });

  it('lists the images in use if the workload does not use it', () => {
    const [seen] = assessOnce(expecting(), { image: 'registry.example/cart:1' }).imageProofs;
    expect(seen?.proof).toStrictEqual({ kind: 'unused', repositories: ['registry.example/cart', 'proxy'] });
  });

  it('is progressing while old pods run, or new pods have not been seen', () => {
    expect(assessOnce(expecting(), { old: 1 }).message).toMatch(/1 old pod left/);
    const { deployment } = rollout({});
    const unseen = expecting().assess.assess(deployment, undefined, none);
    expect([unseen.status, unseen.message]).toStrictEqual(['progressing', '0/2 pods of the new revision ready']);
  });
});
