import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { kubeconfigFor } from '../../fakes/kubernetes/kubeconfig.ts';
import { expectWithNote } from '../../jest-support.ts';
import { Stage, textOf } from './stage.ts';
import { deployment, digestOf, REPOSITORY } from './workloads.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open({ token: 'tok-of-the-test' });
  stage.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
  stage.apply(deployment());
  await stage.pass(5000);
});
afterEach(() => stage.close());

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
    name: 'a time that can not be enough',
    inputs: { ...shop, timeout: '5s', 'stable-for': '10s' },
    says: /^Input `stable-for` is not shorter than `timeout`.*\n→ Raise `timeout`/,
  },
  {
    name: 'a target without its kind',
    inputs: { resources: 'shop' },
    says: /Input `resources`.*\n→ .*did you mean "deployment\/shop"\?/,
  },
  {
    name: 'a kind that is misspelled',
    inputs: { resources: 'deploymnet/shop' },
    says: /^The cluster \(context double\) has no kind "deploymnet"\.\n→ Did you mean "deployment"\?$/,
  },
  {
    name: 'a kind that no CRD defines',
    inputs: { resources: 'certificate/shop' },
    says: /has no kind "certificate"\.\n→ .*\(CRD\) is not installed there/,
  },
  {
    name: 'an image by tag',
    inputs: { ...shop, image: `${REPOSITORY}:v1` },
    says: /^Input `image` names no digest: "127\.0\.0\.1:9\/acme\/shop:v1"\.\n→ A tag can be moved, a digest can not/,
  },
  {
    name: 'a digest that is cut',
    inputs: { ...shop, image: `${REPOSITORY}@sha256:abc` },
    says: /^Input `image` takes .*sha256:abc.*\n→ ./,
  },
  {
    name: 'a revision that is a branch',
    inputs: { ...shop, revision: 'main' },
    says: /^Input `revision` takes a commit, but got "main"\.\n→ It is 7 to 64 hexadecimal digits/,
  },
  {
    name: 'a repository without a revision',
    inputs: { ...shop, repository: 'acme/gitops' },
    says: /^Input `repository` is given without `revision`\.\n→ ./,
  },
  {
    name: 'a selector with a colon',
    inputs: { selector: 'app: shop' },
    says: /^Input `selector`.*\n→ Labels are compared by "=": did you mean "app=shop"\?/,
  },
  {
    name: 'a selector that selects nothing',
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
    name: 'a context that is not there',
    inputs: { ...shop, contexts: 'doubel' },
    says: /^The kubeconfig has no context "doubel"; it has "double"\.\n→ Did you mean "double"\?$/,
  },
  {
    name: 'manifests that are not there',
    inputs: { manifests: 'rendered' },
    says: /^Input `manifests` names "rendered", which does not exist\.\n→ ./,
  },
  {
    name: 'a kubeconfig that is not there',
    inputs: { ...shop, kubeconfig: 'no/such/file' },
    says: /^The kubeconfig given as a path can't be read: .*no\/such\/file, there is no such file or folder\.\n→ ./,
  },
  {
    name: 'a kubeconfig that is something else',
    inputs: { ...shop, kubeconfig: 'a: 1\nb: 2' },
    says: /^The kubeconfig \(given as text\) can't be used: it has no contexts, clusters or users\.\n→ /,
  },
];

describe('wait-for-rollout, wrong inputs', () => {
  for (const { name, inputs, says } of wrongs) {
    it(`answers ${name} with a sentence and a remedy, at once`, async () => {
      const { exitCode, error, elapsed, log } = await stage.wait(inputs);
      expect(exitCode).toBe(1);
      expect(error).toMatch(says);
      expect(elapsed).toBe(0);
      expect(log.join('\n')).not.toMatch(/\n {4}at /);
    });
  }

  it('touches nothing where an input is wrong', async () => {
    await stage.wait({ ...shop, image: REPOSITORY });
    await stage.wait({ ...shop, revision: 'main' });
    expect(stage.double.requests).toStrictEqual([]);
  });

  it('says what to do where there is no kubeconfig at all', async () => {
    const { error } = await stage.wait({ ...shop, kubeconfig: '' }, { HOME: stage.folder });
    expect(error).toMatch(/^There is no kubeconfig: .*\n→ Give the content or the path of a kubeconfig\./);
  });

  it('takes the kubeconfig as a path, from KUBECONFIG, and from the home folder', async () => {
    const path = join(stage.folder, 'config.yaml');
    writeFileSync(path, stage.double.kubeconfig);
    expect((await stage.wait({ ...shop, kubeconfig: 'config.yaml' })).exitCode).toBe(0);
    expect((await stage.wait({ ...shop, kubeconfig: '' }, { KUBECONFIG: path })).exitCode).toBe(0);
  });

  it('never shows a credential, not even of a kubeconfig that can not be read', async () => {
    const good = await stage.wait(shop);
    expect(good.exitCode).toBe(0);
    const broken = await stage.wait({ ...shop, kubeconfig: `${stage.double.kubeconfig}\n  {{ token: tok-of-the-test` });
    expect(broken.error).toMatch(/is not YAML/);
    for (const { log } of [good, broken]) {
      expect(log).toContain('::add-mask::tok-of-the-test');
      const shown = log.filter((line) => !line.startsWith('::add-mask::'));
      expect(shown.join('\n')).not.toMatch(/tok-of-the-test/);
      expect(log.join('\n')).not.toMatch(/::add-mask::(kind|apiVersion|clusters|contexts)/);
    }
  });

  it('tells a token that has expired', async () => {
    const { kubeconfig } = stage.double;
    stage.double.token = 'another';
    const { error } = await stage.wait({ ...shop, kubeconfig });
    expect(error).toMatch(
      /^The API server 127\.0\.0\.1:\d+ does not accept the credentials \(Unauthorized\)\.\n→ The token or client certificate has expired/,
    );
  });

  it('prints the Role that is missing', async () => {
    stage.double.deny({ resource: 'deployments' });
    stage.double.deny({ verb: 'watch', resource: 'pods' });
    const { error, log } = await stage.wait(shop);
    expect(error).toMatch(
      /^The account lacks rights in context double: watch pods in default, list deployments\.apps in default, watch deployments\.apps in default\.\n→ Grant the Role in the log/,
    );
    expect(log.join('\n')).toMatch(/kind: Role\nmetadata:\n {2}namespace: default\n {2}name: wait-for-rollout\nrules:/);
    expect(log.join('\n')).toMatch(
      /\{ apiGroups: \["apps"\], resources: \[deployments, replicasets\], verbs: \[list, watch\] \}/,
    );
  });

  it('polls what it may list but not watch, and says so', async () => {
    stage.double.deny({ verb: 'watch' });
    stage.images[`${REPOSITORY}:v2`] = { kind: 'serves', digest: digestOf('2'), readyAfterMs: 1000 };
    stage.apply(deployment({ image: `${REPOSITORY}:v2` }));
    const { exitCode, log, elapsed } = await stage.wait(shop);
    expect(exitCode).toBe(0);
    expectWithNote(elapsed, `${elapsed}`).toBeLessThanOrEqual(10_000);
    expect(log.join('\n')).toMatch(
      /::warning title=wait-for-rollout::The account lacks rights .*watch deployments\.apps in default/,
    );
  });

  it('waits in several clusters, and names the one where it fails', async () => {
    const other = await Stage.open();
    try {
      other.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
      other.apply(deployment());
      await other.pass(5000);
      const merged = join(stage.folder, 'both.yaml');
      const second = join(stage.folder, 'second.yaml');
      writeFileSync(merged, stage.double.kubeconfig);
      writeFileSync(second, kubeconfigFor({ server: other.double.url, name: 'second' }));
      const env = { KUBECONFIG: `${merged}:${second}` };
      const both = { ...shop, kubeconfig: '', contexts: 'double\nsecond' };
      const good = await stage.wait(both, env);
      expectWithNote(good.exitCode, good.error).toBe(0);
      expect(good.outputs['message']).toBe('2 of 2 current');
      const image = `${REPOSITORY}@${digestOf('1')}`;
      expect((await stage.wait({ ...both, image }, env)).exitCode).toBe(0);
      other.images['mirror.example/acme/shop:v0'] = { kind: 'serves', digest: digestOf('9') };
      other.apply(deployment({ image: 'mirror.example/acme/shop:v0' }));
      await other.pass(5000);
      const elsewhere = await stage.wait({ ...both, image, timeout: '20s' }, env);
      expect(elsewhere.outputs['result']).toBe('timeout');
      expect(elsewhere.error).toMatch(
        /deployment\/shop \(context second\) uses no expected image, as it does elsewhere; it uses mirror\.example\/acme\/shop/,
      );
      other.apply(deployment({ image: 'nowhere:1' }));
      await other.pass(5000);
      const failed = await stage.wait(both, env);
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
