import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deployment, digestOf, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { ClusterHarness } from './harness.ts';

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
    name: 'a grace of a cause that fails nothing',
    inputs: { ...shop, grace: 'init-running=1m' },
    says: /^Input `grace`.*\n→ .*never fails a rollout, so it has no grace\. Set `timeout`/,
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
});
