import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { kubeconfigFor } from '../../fakes/kubernetes/kubeconfig.ts';
import { deployment, digestOf, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { textOf } from './action-result.ts';
import { ClusterHarness } from './harness.ts';

let harness: ClusterHarness;
beforeEach(async () => {
  harness = await ClusterHarness.open({ token: 'tok-of-the-test' });
  harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
  harness.apply(deployment());
  await harness.pass(5000);
});
afterEach(() => harness.close());
const shop = { resources: 'deployment/shop' };

describe('wait-for-rollout, inputs', () => {
  it('asks for a kubeconfig if there is none', async () => {
    const { error } = await harness.wait({ ...shop, kubeconfig: '' }, { HOME: harness.folder });
    expect(error).toMatch(/^There is no kubeconfig: .*\n→ Give the content or the path of a kubeconfig\./);
  });

  it('reads the kubeconfig from a path and from KUBECONFIG', async () => {
    const path = join(harness.folder, 'config.yaml');
    writeFileSync(path, harness.kubernetes.kubeconfig);
    expect((await harness.wait({ ...shop, kubeconfig: 'config.yaml' })).exitCode).toBe(0);
    expect((await harness.wait({ ...shop, kubeconfig: '' }, { KUBECONFIG: path })).exitCode).toBe(0);
  });

  it('masks the credentials of a kubeconfig, even if it is not valid YAML', async () => {
    const good = await harness.wait(shop);
    expect(good.exitCode).toBe(0);
    const broken = await harness.wait({
      ...shop,
      kubeconfig: `${harness.kubernetes.kubeconfig}\n  {{ token: tok-of-the-test`,
    });
    expect(broken.error).toMatch(/is not YAML/);
    for (const { log } of [good, broken]) {
      expect(log).toContain('::add-mask::tok-of-the-test');
      const shown = log.filter((line) => !line.startsWith('::add-mask::'));
      expect(shown.join('\n')).not.toMatch(/tok-of-the-test/);
      expect(log.join('\n')).not.toMatch(/::add-mask::(kind|apiVersion|clusters|contexts)/);
    }
  });

  it('says that the token has expired', async () => {
    const { kubeconfig } = harness.kubernetes;
    harness.kubernetes.token = 'another';
    const { error } = await harness.wait({ ...shop, kubeconfig });
    expect(error).toMatch(
      /^The API server 127\.0\.0\.1:\d+ does not accept the credentials \(Unauthorized\)\.\n→ The token or client certificate has expired/,
    );
  });

  it('logs the Role that the account lacks', async () => {
    harness.kubernetes.deny({ resource: 'deployments' });
    harness.kubernetes.deny({ verb: 'watch', resource: 'pods' });
    const { error, log } = await harness.wait(shop);
    expect(error).toMatch(
      /^The account lacks permissions in context double: watch pods in default, list deployments\.apps in default, watch deployments\.apps in default\.\n→ Grant the Role in the log/,
    );
    expect(log.join('\n')).toMatch(/kind: Role\nmetadata:\n {2}namespace: default\n {2}name: wait-for-rollout\nrules:/);
    expect(log.join('\n')).toMatch(
      /\{ apiGroups: \["apps"\], resources: \[deployments, replicasets\], verbs: \[list, watch\] \}/,
    );
  });

  it('polls kinds that it may list but not watch, with a warning', async () => {
    harness.kubernetes.deny({ verb: 'watch' });
    harness.images[`${REPOSITORY}:v2`] = { kind: 'serves', digest: digestOf('2'), readyAfterMs: 1000 };
    harness.apply(deployment({ image: `${REPOSITORY}:v2` }));
    const { exitCode, log, elapsed } = await harness.wait(shop);
    expect(exitCode).toBe(0);
    expectWithNote(elapsed, `${elapsed}`).toBeLessThanOrEqual(10_000);
    expect(log.join('\n')).toMatch(
      /::warning title=wait-for-rollout::The account lacks permissions .*watch deployments\.apps in default/,
    );
  });

  it('waits in several clusters and names the one that fails', async () => {
    const other = await ClusterHarness.open();
    try {
      other.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
      other.apply(deployment());
      await other.pass(5000);
      const merged = join(harness.folder, 'both.yaml');
      const second = join(harness.folder, 'second.yaml');
      writeFileSync(merged, harness.kubernetes.kubeconfig);
      writeFileSync(second, kubeconfigFor({ server: other.kubernetes.url, name: 'second' }));
      const env = { KUBECONFIG: `${merged}:${second}` };
      const both = { ...shop, kubeconfig: '', contexts: 'double\nsecond' };
      const good = await harness.wait(both, env);
      expectWithNote(good.exitCode, good.error).toBe(0);
      expect(good.outputs['message']).toBe('2 of 2 current');
      const image = `${REPOSITORY}@${digestOf('1')}`;
      expect((await harness.wait({ ...both, image }, env)).exitCode).toBe(0);
      other.images['mirror.example/acme/shop:v0'] = { kind: 'serves', digest: digestOf('9') };
      other.apply(deployment({ image: 'mirror.example/acme/shop:v0' }));
      await other.pass(5000);
      const elsewhere = await harness.wait({ ...both, image, timeout: '20s' }, env);
      expect(elsewhere.outputs['result']).toBe('timeout');
      expect(elsewhere.error).toMatch(
        /deployment\/shop \(context second\) uses no expected image, but the same workload elsewhere does; it uses mirror\.example\/acme\/shop/,
      );
      other.apply(deployment({ image: 'nowhere:1' }));
      await other.pass(5000);
      const failed = await harness.wait(both, env);
      expect(failed.exitCode).toBe(1);
      expect(failed.error).toMatch(
        /^deployment\/shop \(context second\) can't become ready: its image does not exist\n/,
      );
      expect(failed.log.join('\n')).toMatch(/double: default\/deployment\/shop {2}3\/3 updated and available/);
      expect(
        failed.resources.map((entry) => [textOf(entry, 'context'), textOf(entry, 'status'), textOf(entry, 'reason')]),
      ).toStrictEqual([
        ['double', 'current', 'current'],
        ['second', 'failed', 'image-not-found'],
      ]);
    } finally {
      await other.close();
    }
  });
});
