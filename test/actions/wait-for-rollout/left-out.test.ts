import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { objectPattern } from '../../../src/actions/wait-for-rollout/input-types/object-pattern.ts';
import { served } from '../../fakes/kubernetes/types.ts';
import { deployment, digestOf, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { statuses } from './action-result.ts';
import { ClusterHarness } from './harness.ts';

/** What is not waited for on purpose: the inputs `ignore` and `trust-health`. */

const ingress = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'shop', namespace: 'default' },
  spec: {},
};
const suspended = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'seed', namespace: 'default' },
  spec: { schedule: '@daily' },
};
const entry = (group: string, kind: string, name: string, health?: string) => ({
  group,
  kind,
  name,
  namespace: 'default',
  status: 'Synced',
  ...(health ? { health: { status: health } } : {}),
});

let harness: ClusterHarness;
beforeEach(async () => {
  harness = await ClusterHarness.open();
  harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
  harness.apply(deployment(), ingress, suspended);
  await harness.pass(10_000);
});
afterEach(() => harness.close());

/** An Application as Argo CD leaves it: synced, with the health of each object. */
function application(health: string, ...resources: object[]) {
  const isTree = resources.length > 0 && resources.every((each) => !('health' in each));
  harness.apply({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'shop', namespace: 'argocd' },
    spec: { destination: { server: 'https://kubernetes.default.svc' } },
    status: {
      sync: { status: 'Synced', revision: 'b'.repeat(40) },
      health: { status: health },
      resources: [entry('apps', 'Deployment', 'shop', isTree ? undefined : 'Healthy'), ...resources],
    },
  });
}
const inputs = { resources: 'argocd/application/shop', timeout: '2m' };

describe('ignore', () => {
  beforeEach(() => application('Progressing', entry('networking.k8s.io', 'Ingress', 'shop', 'Progressing')));

  it('leaves an Ingress without an address out, in the health of its Application as well', async () => {
    const waiting = await harness.wait(inputs);
    expect(waiting.outputs['result']).toBe('timeout');
    const { exitCode, error, log, ...end } = await harness.wait({ ...inputs, ignore: 'ingress/*' });
    expectWithNote(exitCode, error).toBe(0);
    expect(statuses({ exitCode, error, log, ...end })).toStrictEqual([
      'Application/shop current',
      'Deployment/shop current',
    ]);
    expect(log.join('\n')).toMatch(/▸ ingress\/shop in default is ignored/);
  });

  it('does so too if Argo CD keeps the health of each object to itself (appTree, the default of version 3)', async () => {
    application('Progressing', entry('networking.k8s.io', 'Ingress', 'shop'));
    const { exitCode, error } = await harness.wait({ ...inputs, ignore: 'ingress/*' });
    expectWithNote(exitCode, error).toBe(0);
    application('Degraded', entry('networking.k8s.io', 'Ingress', 'shop'));
    const { outputs } = await harness.wait({ ...inputs, ignore: 'ingress/*' });
    expect(outputs['reason']).toBe('degraded');
  });

  it.each(['ing/shop', 'ingresses/sho?', 'default/Ingress/shop', '*/*/shop'])('takes %s', async (ignore) => {
    const { exitCode, error } = await harness.wait({ ...inputs, ignore });
    expectWithNote(exitCode, error).toBe(0);
  });

  it('does not excuse another object', async () => {
    const { outputs } = await harness.wait({ ...inputs, ignore: 'staging/ingress/*\ningress/cart' });
    expect(outputs['result']).toBe('timeout');
  });

  it('does not hide what Argo CD reports of the others', async () => {
    application(
      'Degraded',
      entry('networking.k8s.io', 'Ingress', 'shop', 'Progressing'),
      entry('example.com', 'Widget', 'shop', 'Degraded'),
    );
    const { outputs } = await harness.wait({ ...inputs, ignore: 'ingress/*' });
    expect([outputs['result'], outputs['reason']]).toStrictEqual(['failed', 'degraded']);
  });

  it('leaves objects of a selector out; what resources names counts all the same', async () => {
    const named = await harness.wait({ resources: 'ingress/shop', ignore: 'ingress/*', timeout: '1m' });
    expect(named.outputs['result']).toBe('timeout');
  });

  it('says what a line must look like', () => {
    expect(() => objectPattern.parse('shop')).toThrow(/did you mean "\*\/shop"/);
    expect(() => objectPattern.parse('a/b/c/d')).toThrow();
    expect(() => objectPattern.parse('ingress/{a,b}')).toThrow(/wildcards are \* and \?/);
  });
});

describe('trust-health: argocd', () => {
  beforeEach(() => {
    harness.kubernetes.types.push(
      served('cert-manager.io', 'v1', 'Certificate', 'certificates', { hasGeneration: true }),
    );
    // For our own rule it isn't ready. The team's own health check in Argo CD knows better.
    harness.apply({
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: 'shop', namespace: 'default' },
      status: { conditions: [{ type: 'Ready', status: 'False', reason: 'DoesNotExist' }] },
    });
    application('Healthy', entry('cert-manager.io', 'Certificate', 'shop', 'Healthy'));
  });

  it('takes what Argo CD calls Healthy as current, if it runs no pods', async () => {
    const waiting = await harness.wait(inputs);
    expect(waiting.outputs['result']).toBe('timeout');
    const end = await harness.wait({ ...inputs, 'trust-health': 'argocd' });
    expectWithNote(end.exitCode, end.error).toBe(0);
    expect(statuses(end)).toStrictEqual(['Application/shop current', 'Deployment/shop current']);
    expect(end.log.join('\n')).toMatch(
      /certificate\/shop in default counts through application\/shop: Argo CD calls it Healthy/,
    );
  });

  it('takes the word of the Application, if Argo CD keeps the health of each object to itself', async () => {
    application('Healthy', entry('cert-manager.io', 'Certificate', 'shop'));
    const end = await harness.wait({ ...inputs, 'trust-health': 'argocd' });
    expectWithNote(end.exitCode, end.error).toBe(0);
  });

  it('still judges what Argo CD does not call Healthy', async () => {
    const withHealth = entry('apps', 'StatefulSet', 'gone', 'Healthy');
    application('Healthy', entry('cert-manager.io', 'Certificate', 'shop'), withHealth);
    const end = await harness.wait({ ...inputs, 'trust-health': 'argocd' });
    expect(end.outputs['result']).toBe('timeout');
  });
});
