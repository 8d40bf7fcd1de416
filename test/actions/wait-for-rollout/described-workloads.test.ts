import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { served } from '../../fakes/kubernetes/types.ts';
import { digestOf, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { ClusterHarness } from './harness.ts';

/** Kinds of operators that run pods: image proof and failure causes work for them as for a Deployment. */

const NEW = digestOf('2');
const image = `${REPOSITORY}@${NEW}`;
const meta = (name: string, more: object = {}) => ({ name, namespace: 'default', ...more });

let harness: ClusterHarness;
beforeEach(async () => {
  harness = await ClusterHarness.open();
  harness.images[`${REPOSITORY}:v2`] = { kind: 'serves', digest: NEW };
  // Without a subresource, a test can write the status together with the object.
  const traits = { hasGeneration: true };
  harness.kubernetes.types.push(
    served('apps.openshift.io', 'v1', 'DeploymentConfig', 'deploymentconfigs', { short: ['dc'], ...traits }),
    served('postgresql.cnpg.io', 'v1', 'Cluster', 'clusters', traits),
  );
});
afterEach(() => harness.close());

const template = (tag: string) => ({ spec: { containers: [{ name: 'app', image: `${REPOSITORY}:${tag}` }] } });

/** What OpenShift's controller has made of a DeploymentConfig: its pod, and its status. */
function deploymentConfig(tag: string, status: object = {}) {
  harness.apply({
    apiVersion: 'apps.openshift.io/v1',
    kind: 'DeploymentConfig',
    metadata: meta('shop'),
    spec: { replicas: 1, template: template(tag) },
    status: {
      observedGeneration: 1,
      latestVersion: 1,
      replicas: 1,
      updatedReplicas: 1,
      availableReplicas: 1,
      readyReplicas: 1,
      conditions: [
        { type: 'Available', status: 'True' },
        { type: 'Progressing', status: 'True', reason: 'NewReplicationControllerAvailable' },
      ],
      ...status,
    },
  });
}

function podOf(name: string, tag: string, labels: object, version = '1') {
  harness.apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta(name, { labels, annotations: { 'openshift.io/deployment-config.latest-version': version } }),
    spec: template(tag).spec,
  });
}

describe('wait-for-rollout, kinds that are described by data', () => {
  it('proves the image of a DeploymentConfig by its pods', async () => {
    deploymentConfig('v2');
    podOf('shop-1-a', 'v2', { deploymentconfig: 'shop' });
    const { exitCode, error, changes } = await harness.wait({ resources: 'dc/shop', image });
    expectWithNote(exitCode, error).toBe(0);
    expect(changes.at(-1)).toMatch(/its pod runs sha256:2{12}…/);
  });

  it('waits for the old pods of a DeploymentConfig', async () => {
    deploymentConfig('v2');
    podOf('shop-1-a', 'v2', { deploymentconfig: 'shop' });
    podOf('shop-0-a', 'v2', { deploymentconfig: 'shop' }, '0');
    harness.after(20_000, () => harness.kubernetes.delete({ kind: 'Pod', name: 'shop-0-a' }));
    const { exitCode, elapsed, changes } = await harness.wait({ resources: 'dc/shop' });
    expect(exitCode).toBe(0);
    expect(changes.join('\n')).toMatch(/1 old pod left/);
    expectWithNote(elapsed >= 20_000, `${elapsed}`).toBeTruthy();
  });

  it('fails a DeploymentConfig by the cause that its pod shows', async () => {
    deploymentConfig('nope', { availableReplicas: 0, readyReplicas: 0 });
    podOf('shop-1-a', 'nope', { deploymentconfig: 'shop' });
    const { exitCode, outputs } = await harness.wait({ resources: 'dc/shop' });
    expect(exitCode).toBe(1);
    expect(outputs['reason']).toBe('image-not-found');
  });

  it('proves the image of a cluster that has no pod template', async () => {
    harness.apply({
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'Cluster',
      metadata: meta('db'),
      spec: { instances: 1, imageName: `${REPOSITORY}:v2` },
      status: {
        phase: 'Cluster in healthy state',
        readyInstances: 1,
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    });
    podOf('db-1', 'v2', { 'cnpg.io/cluster': 'db', 'cnpg.io/podRole': 'instance' });
    const { exitCode, error, changes } = await harness.wait({ resources: 'cluster/db', image });
    expectWithNote(exitCode, error).toBe(0);
    expect(changes.at(-1)).toMatch(/its pod runs sha256:2{12}…/);
  });
});
