import { describe, expect, it } from '@jest/globals';
import type { KubernetesObject } from '../../../src/kubernetes/objects/object.ts';
import { type CommitRelation, ExpectedRevision } from '../../../src/kubernetes/rollout/expected-revision.ts';
import { object } from '../objects.ts';
import { none, startAssessor } from './deployment.ts';

describe('the commit of a GitOps object', () => {
  const [commit, newer, older] = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(40)];
  const expecting = (relation: CommitRelation = 'unknown') =>
    startAssessor({ revision: new ExpectedRevision({ commit, compare: async () => relation, onCompared: () => {} }) });
  const application = (revision: string, more: object = {}): KubernetesObject =>
    object({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'shop' },
      status: { sync: { status: 'Synced', revision }, health: { status: 'Healthy' }, ...more },
    });
  const twice = async ({ assess }: ReturnType<typeof startAssessor>, seen: KubernetesObject) => {
    assess.assess(seen, undefined, none);
    await new Promise((resolve) => setImmediate(resolve));
    return assess.assess(seen, undefined, none);
  };

  it('is progressing until the expected one is applied', async () => {
    expect((await twice(expecting(), application(commit))).status).toBe('current');
    const { status, message } = await twice(expecting('older'), application(older));
    expect(status).toBe('progressing');
    expect(message).toMatch(/commit ccccccccc is applied, not yet aaaaaaaaa/);
  });

  it('is superseded by a newer one, and contained in it if that one is current', async () => {
    const { status, contained } = await twice(expecting('newer'), application(newer));
    expect([status, contained]).toStrictEqual(['superseded', true]);
    const broken = await twice(expecting('newer'), application(newer, { health: { status: 'Degraded' } }));
    expect([broken.status, broken.contained]).toStrictEqual(['superseded', undefined]);
  });

  it('is superseded if it was applied and then replaced', async () => {
    const harness = expecting();
    await twice(harness, application(commit));
    expect((await twice(harness, application(newer))).status).toBe('superseded');
    const history = { history: [{ revision: commit }, { revision: newer }] };
    expect((await twice(expecting(), application(newer, history))).status).toBe('superseded');
  });

  it('fails because of its own failure, but not because of that of another commit', async () => {
    const failed = (revision: string) =>
      application(older, {
        sync: { status: 'OutOfSync', revision: older },
        operationState: { phase: 'Failed', message: 'no', syncResult: { revision } },
      });
    const [before, own] = [expecting('older'), expecting('older')];
    await twice(before, failed(older));
    await before.pass(60_000);
    expect((await twice(before, failed(older))).status).toBe('progressing');
    await twice(own, failed(commit));
    await own.pass(60_000);
    expect((await twice(own, failed(commit))).cause).toBe('sync-failed');
  });

  it('is read from revisions in the formats of Flux', async () => {
    const kustomization = (lastAppliedRevision: string) =>
      object({
        apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
        kind: 'Kustomization',
        metadata: { name: 'shop' },
        status: { lastAppliedRevision, conditions: [{ type: 'Ready', status: 'True' }] },
      });
    expect((await twice(expecting(), kustomization(`main@sha1:${commit}`))).status).toBe('current');
    expect((await twice(expecting(), kustomization(`main/${commit}`))).status).toBe('current');
    expect((await twice(expecting('older'), kustomization(`main@sha1:${older}`))).status).toBe('progressing');
  });
});
