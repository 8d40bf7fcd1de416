import { describe, expect, it } from '@jest/globals';
import { notFound } from '../fakes/kubernetes/controllers/images.ts';
import { deployment, REPOSITORY } from '../fakes/kubernetes/workloads.ts';
import { FakeRegistry } from '../fakes/registry/registry.ts';
import { onTestFinished } from '../jest-support.ts';
import { Checkout } from './build-image/harness.ts';
import { useWorkspace } from './bump-manifest-tag/harness.ts';
import { GateHarness, latencyMetric, noisy } from './canary-gate/harness.ts';
import { GitOpsHarness } from './open-gitops-PR/harness.ts';
import { ClusterHarness } from './wait-for-rollout/harness.ts';

/** What a person reads, as a whole: a change of one word shows here. `npx jest test/actions/golden -u` accepts it. */
describe('the whole log and job summary of', () => {
  it('canary-gate, for a canary that is too slow', async () => {
    const gate = await GateHarness.open();
    onTestFinished(() => gate.close());
    gate.arms(noisy(100), noisy(160, 1000));
    const { log, summary } = await gate.run({ metrics: latencyMetric() });
    expect(stable(log)).toMatchSnapshot('log');
    expect(stable(summary)).toMatchSnapshot('summary');
  });

  it('wait-for-rollout, for an image that does not exist', async () => {
    const harness = await ClusterHarness.open();
    onTestFinished(() => harness.close());
    harness.apply(deployment({ image: `${REPOSITORY}:v1` }));
    await harness.pass(10_000);
    const image = `${REPOSITORY}:v2`;
    harness.images[image] = notFound(image);
    harness.apply(deployment({ image }));
    const { log, summary } = await harness.wait({ resources: 'deployment/shop' });
    expect(stable(log.join('\n'))).toMatchSnapshot('log');
    expect(stable(summary)).toMatchSnapshot('summary');
  });

  it('open-gitops-PR, for a new pull request', async () => {
    const harness = await GitOpsHarness.open();
    onTestFinished(() => harness.close());
    const { log, summary } = await harness.deploy('1.4.1', '1.4.2');
    expect(stable(log)).toMatchSnapshot('log');
    expect(stable(summary)).toMatchSnapshot('summary');
  });

  it('build-image, for an image from files', async () => {
    const registry = await FakeRegistry.start({});
    onTestFinished(() => registry.stop());
    const checkout = new Checkout();
    onTestFinished(() => checkout.remove());
    checkout.write('index.html', 'hello');
    const { log, summary } = await checkout.run({
      image: `${registry.host}/acme/shop`,
      tags: '1.4.2',
      engine: 'layers',
      base: 'scratch',
      files: 'index.html => /srv/',
    });
    // It runs on the real clock.
    const withoutTime = (text: string) => stable(text).replaceAll(/\b\d+\.\d s\b/g, 'TIME');
    expect(withoutTime(log)).toMatchSnapshot('log');
    expect(withoutTime(summary)).toMatchSnapshot('summary');
  });
});

describe('the whole log and job summary of bump-manifest-tag', () => {
  const workspace = useWorkspace();

  it('for the example repository', async () => {
    workspace.example();
    const { log, summary } = await workspace.run(
      { image: 'ghcr.io/acme/shop:1.5.0' },
      { GITHUB_SERVER_URL: 'https://git.test', GITHUB_REPOSITORY: 'acme/gitops', GITHUB_SHA: 'c0ffee' },
    );
    expect(stable(log)).toMatchSnapshot('log');
    expect(stable(summary)).toMatchSnapshot('summary');
  });
});

/** Without what differs from run to run: ports, temporary folders, generated names, tokens, commits and dates. */
function stable(text: string): string {
  return text
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replaceAll(/\/tmp\/[\w./-]+/g, 'FOLDER')
    .replaceAll(/::add-mask::.*/g, '::add-mask::SECRET')
    .replaceAll(/\b[0-9a-f]{40}\b/g, 'COMMIT')
    .replaceAll(/\b(shop-)[a-z0-9]{6,10}(-[a-z0-9]{5})?\b/g, '$1GENERATED');
}
