import { expect, it } from '@jest/globals';
import { historyKind, previousRevision } from '../../../src/kubernetes/undo/history.ts';
import { object } from '../objects.ts';

/** The histories that operators keep, in the form in which they write them. */

const template = (image: string) => ({
  metadata: { labels: { app: 'shop' } },
  spec: { containers: [{ name: 'app', image }] },
});
const owned = (kind: string, name: string, annotations: object = {}) => ({
  name,
  namespace: 'staging',
  annotations,
  ownerReferences: [{ kind, name: 'shop', uid: 'u', controller: true }],
});
const workload = (apiVersion: string, kind: string) =>
  object({ apiVersion, kind, metadata: { name: 'shop', namespace: 'staging', uid: 'u' } });

it('the previous revision of a CloneSet is a ControllerRevision', () => {
  const revision = (number: number) =>
    object({
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: owned('CloneSet', `shop-${number}`),
      revision: number,
      data: { spec: { template: { $patch: 'replace', ...template(`shop:${number}`) } } },
    });
  const set = workload('apps.kruise.io/v1alpha1', 'CloneSet');
  expect(historyKind('CloneSet')?.kind).toBe('ControllerRevision');
  expect(previousRevision(set, [revision(1), revision(3), revision(2)])).toMatchObject({
    number: 2,
    template: template('shop:2'),
  });
});

it('the previous revision of a DeploymentConfig is a ReplicationController, without what OpenShift adds to it', () => {
  const controller = (number: number) => {
    const version = { 'openshift.io/deployment-config.latest-version': `${number}` };
    return object({
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: owned('DeploymentConfig', `shop-${number}`, version),
      spec: {
        template: {
          metadata: {
            labels: { app: 'shop', deployment: `shop-${number}`, deploymentconfig: 'shop' },
            annotations: { ...version, 'openshift.io/deployment.name': `shop-${number}` },
          },
          spec: template(`shop:${number}`).spec,
        },
      },
    });
  };
  const config = workload('apps.openshift.io/v1', 'DeploymentConfig');
  expect(historyKind('DeploymentConfig')?.kind).toBe('ReplicationController');
  expect(previousRevision(config, [controller(9), controller(10)])).toStrictEqual({
    number: 9,
    template: template('shop:9'),
    changeCause: undefined,
  });
});
