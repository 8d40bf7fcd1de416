import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { kubeconfigFor } from '../../fakes/kubernetes/kubeconfig.ts';
import { deployment, digestOf, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { ClusterHarness, textOf } from './harness.ts';

let harness: ClusterHarness;
beforeEach(async () => {
  harness = await ClusterHarness.open({ token: 'tok-of-the-test' });
  harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
  harness.apply(deployment());
  await harness.pass(5000);
});
afterEach(() => harness.close());

interface Wrong {
  readonly name: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly says: RegExp;
}

const shop = { resources: 'deployment/shop' };
const wrongs: readonly Wrong[] = [
  {
    name: 'nothing to wait for',
    inputs: {},
    says: /^Input `resources` is missing: there is nothing to wait for\.\n→ Give `resources` \(deployment\/shop\), `selector` or `manifests`\.$/,
  },
  {
    name: 'a timeout that is shorter than stable-for',
    inputs: { ...shop, timeout: '5s', 'stable-for': '10s' },
    says: /^Input `stable-for` is not shorter than `timeout`.*\n→ Raise `timeout`/,
  },
  {
    name: 'a target without its kind',
    inputs: { resources: 'shop' },
    says: /Input `resources`.*\n→ .*did you mean "deployment\/shop"\?/,
  },
  {
    name: 'a misspelled kind',
    inputs: { resources: 'deploymnet/shop' },
    says: /^The cluster \(context double\) has no kind "deploymnet"\.\n→ Did you mean "deployment"\?$/,
  },
  {
    name: 'a kind that no CRD defines',
    inputs: { resources: 'certificate/shop' },
    says: /has no kind "certificate"\.\n→ .*\(CRD\) is not installed there/,
  },
  {
    name: 'an image with a tag only',
    inputs: { ...shop, image: `${REPOSITORY}:v1` },
    says: /^Input `image` takes an image reference with a digest, .* but got "127\.0\.0\.1:9\/acme\/shop:v1"\.\n→ A tag can move, a digest can't/,
  },
  {
    name: 'a truncated digest',
    inputs: { ...shop, image: `${REPOSITORY}@sha256:abc` },
    says: /^Input `image` takes .*sha256:abc.*\n→ ./,
  },
  {
    name: 'a revision that is a branch',
    inputs: { ...shop, revision: 'main' },
    says: /^Input `revision` takes a commit \(7 to 64 hexadecimal digits\), but got "main"\.\n→ Use output `merge-commit-sha`/,
  },
  {
    name: 'a repository without a revision',
    inputs: { ...shop, repository: 'acme/gitops' },
    says: /^Input `repository` is given without `revision`\.\n→ ./,
  },
  {
    name: 'a selector with a colon',
    inputs: { selector: 'app: shop' },
    says: /^Input `selector`.*\n→ A selector compares labels with "=": did you mean "app=shop"\?/,
  },
  {
    name: 'a selector that matches nothing',
    inputs: { selector: 'app=nobody' },
    says: /^No Deployment, StatefulSet, DaemonSet or Job in namespace default \(context double\) has the labels app=nobody\.\n→ Compare with `kubectl get/,
  },
  {
    name: 'a grace of an unknown cause',
    inputs: { ...shop, grace: 'crashloop=1m' },
    says: /^Input `grace`.*\n→ .*Did you mean "crash-loop"\?/,
  },
  { name: 'a timeout without a unit', inputs: { ...shop, timeout: '10' }, says: /^Input `timeout` takes .*\n→ ./ },
  {
    name: 'a misspelled input',
    inputs: { ...shop, time_out: '5m' },
    says: /has no input `time_out`\.\n→ Did you mean `timeout`\?/,
  },
  {
    name: 'a context that does not exist',
    inputs: { ...shop, contexts: 'doubel' },
    says: /^The kubeconfig has no context "doubel"; it has "double"\.\n→ Did you mean "double"\?$/,
  },
  {
    name: 'manifests that do not exist',
    inputs: { manifests: 'rendered' },
    says: /^Input `manifests` names "rendered", which does not exist\.\n→ ./,
  },
  {
    name: 'a kubeconfig that does not exist',
    inputs: { ...shop, kubeconfig: 'no/such/file' },
    says: /^The kubeconfig given as a path can't be read: .*no\/such\/file, no such file or folder\.\n→ ./,
  },
  {
    name: 'a file that is not a kubeconfig',
    inputs: { ...shop, kubeconfig: 'a: 1\nb: 2' },
    says: /^The kubeconfig \(given as text\) can't be used: it has no contexts, clusters or users\.\n→ /,
  },
];

describe('wait-for-rollout, inputs', () => {
  it.each(wrongs)('fails at once with cause and remedy for $name', async ({ inputs, says }) => {
    const { exitCode, error, elapsed, log } = await harness.wait(inputs);
    expect(exitCode).toBe(1);
    expect(error).toMatch(says);
    expect(elapsed).toBe(0);
    expect(log.join('\n')).not.toMatch(/\n {4}at /);
  });

  it('sends no request if an input is invalid', async () => {
    await harness.wait({ ...shop, image: REPOSITORY });
    await harness.wait({ ...shop, revision: 'main' });
    expect(harness.kubernetes.requests).toStrictEqual([]);
  });

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
