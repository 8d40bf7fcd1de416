import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Obj } from '../../fakes/kubernetes/model.ts';
import { deployment, digestOf, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { statuses } from './action-result.ts';
import { ClusterHarness } from './harness.ts';

const NEW = digestOf('2');
const BROKEN = 'nowhere:1';
const image = `${REPOSITORY}@${NEW}`;
const v2 = (parts: Parameters<typeof deployment>[0] = {}) => deployment({ image: `${REPOSITORY}:v2`, ...parts });

let harness: ClusterHarness;
beforeEach(async () => {
  harness = await ClusterHarness.open({ token: 'a-token' });
  harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
  harness.images[`${REPOSITORY}:v2`] = { kind: 'serves', digest: NEW };
});
afterEach(() => harness.close());

describe('wait-for-rollout, a Helm release', () => {
  const chart = { 'app.kubernetes.io/managed-by': 'Helm' };
  const annotations = { 'meta.helm.sh/release-name': 'shop', 'meta.helm.sh/release-namespace': 'default' };
  const installed = (object: Obj): Obj => ({
    ...object,
    metadata: { ...(typeof object['metadata'] === 'object' ? object['metadata'] : {}), annotations },
  });
  const revision = (version: number, status: string, name = 'shop'): Obj => ({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'helm.sh/release.v1',
    metadata: {
      name: `sh.helm.release.v1.${name}.v${version}`,
      namespace: 'default',
      labels: { owner: 'helm', name, status, version: String(version) },
    },
    data: { release: 'c2VjcmV0LXZhbHVlcw==' },
  });
  const inputs = { resources: 'helm/shop', timeout: '2m' };

  it('waits for the newest revision and the workloads that it installed', async () => {
    harness.apply(revision(9, 'superseded'), revision(10, 'pending-upgrade'), revision(1, 'failed', 'other'));
    harness.apply(installed(v2({ labels: chart })), deployment({ name: 'stranger', image: BROKEN, labels: chart }));
    harness.after(4000, () => harness.apply(revision(10, 'deployed')));
    const end = await harness.wait({ ...inputs, image });
    expectWithNote(end.exitCode, end.error).toBe(0);
    expect(statuses(end)).toStrictEqual(['Helm/shop current', 'Deployment/shop current']);
    expectWithNote(
      end.changes.some((line) => line.includes('revision 10 is pending-upgrade')),
      end.changes.join('\n'),
    ).toBeTruthy();
    expect(end.elapsed).toBeGreaterThanOrEqual(4000);
    const asked = harness.kubernetes.requests.filter(({ path }) => path.endsWith('/secrets'));
    expect(asked.length).toBeGreaterThanOrEqual(2);
    for (const { headers } of asked) expect(String(headers.accept)).toMatch(/as=PartialObjectMetadata/);
  });

  it('fails if the release failed, or if one of its workloads fails', async () => {
    harness.apply(revision(2, 'failed'), installed(v2({ labels: chart })));
    const failed = await harness.wait(inputs);
    expect(failed.outputs['reason']).toBe('release-failed');
    expect(failed.error).toMatch(
      /helm\/shop .*can't become ready: Helm couldn't install or upgrade the release\nrevision 2 is failed/,
    );
    harness.apply(revision(3, 'deployed'), installed(v2({ labels: chart, image: BROKEN })));
    const broken = await harness.wait(inputs);
    expect(broken.error).toMatch(/^deployment\/shop .*its image does not exist/);
  });

  it('says since when a release is pending, and how to free it if Helm was killed', async () => {
    const pending = revision(5, 'pending-upgrade');
    const labels = { owner: 'helm', name: 'shop', status: 'pending-upgrade', version: '5', modifiedAt: '1772366400' };
    harness.apply({ ...pending, metadata: { name: 'sh.helm.release.v1.shop.v5', namespace: 'default', labels } });
    const { outputs, error } = await harness.wait(inputs);
    expect(outputs['result']).toBe('timeout');
    expect(error).toMatch(/revision 5 is pending-upgrade since 2026-03-01T12:00:00\.000Z: .*`helm rollback`/);
  });

  it('relies on the workloads of a release whose Secrets it may not read', async () => {
    harness.kubernetes.deny({ resource: 'secrets' });
    harness.apply(installed(v2({ labels: chart })));
    const end = await harness.wait({ ...inputs, image });
    expectWithNote(end.exitCode, end.error).toBe(0);
    expect(statuses(end)).toStrictEqual(['Helm/shop current', 'Deployment/shop current']);
  });

  it('suggests a similar name for a release that does not exist', async () => {
    harness.apply(revision(1, 'deployed'));
    const near = await harness.wait({ resources: 'helm/shpo' });
    expect(near.error).toMatch(
      /^There is no Helm release "shpo" in namespace default \(context double\)\.\n→ Did you mean "helm\/shop"\?$/,
    );
    const far = await harness.wait({ resources: 'helm/billing' });
    expect(far.error).toMatch(/\n→ List the releases with `helm list -n default`: shop\.$/);
  });
});
