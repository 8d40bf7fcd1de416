import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Flux } from '../../fakes/kubernetes/controllers/flux.ts';
import type { Obj } from '../../fakes/kubernetes/model.ts';
import { served } from '../../fakes/kubernetes/types.ts';
import { deployment } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { ClusterHarness } from './harness.ts';

/** A time-out says why Flux does not come to the commit, although nothing crashes. */

const BEFORE = 'a'.repeat(40);
const COMMIT = 'b'.repeat(40);
const inputs = { resources: 'flux-system/kustomization/shop', revision: COMMIT, timeout: '2m' };

let harness: ClusterHarness;
let flux: Flux;
beforeEach(async () => {
  harness = await ClusterHarness.open({ token: 'a-token' });
  flux = new Flux(harness.kubernetes.store, harness.clock);
});
afterEach(() => harness.close());

/** A source as source-controller writes it. */
function source(kind: string, name: string, status: Obj, spec: Obj = {}): void {
  const object = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind,
    metadata: { name, namespace: 'flux-system' },
    spec: { interval: '1m', ...spec },
  };
  harness.apply(object);
  harness.kubernetes.setStatus(object, status);
}

const failing = (reason: string, message: string) => ({
  observedGeneration: 1,
  conditions: [
    { type: 'FetchFailed', status: 'True', reason, message, observedGeneration: 1 },
    { type: 'Ready', status: 'False', reason, message, observedGeneration: 1 },
  ],
});

describe('a Kustomization whose source', () => {
  beforeEach(() => flux.apply('shop', BEFORE, []));

  it('can not be fetched is waited for, with the message of the source', async () => {
    const message =
      "failed to checkout and determine revision: unable to clone 'https://git.example': authentication required";
    source('GitRepository', 'gitops', failing('GitOperationFailed', message));
    const { outputs, error } = await harness.wait(inputs);
    expect(outputs['result']).toBe('timeout');
    expect(error).toMatch(
      /commit aaaaaaaaa is applied, not yet bbbbbbbbb; gitrepository\/gitops in flux-system: GitOperationFailed: .*: authentication required/,
    );
  });

  it('can be fetched again succeeds', async () => {
    source('GitRepository', 'gitops', failing('GitOperationFailed', 'connection refused'));
    harness.after(90_000, () => {
      source('GitRepository', 'gitops', { conditions: [{ type: 'Ready', status: 'True', reason: 'Succeeded' }] });
      flux.apply('shop', COMMIT, []);
    });
    const { exitCode } = await harness.wait(inputs);
    expect(exitCode).toBe(0);
  });

  it('is suspended is waited for, and the message says so', async () => {
    source('GitRepository', 'gitops', {}, { suspend: true });
    const { error } = await harness.wait(inputs);
    expect(error).toMatch(/gitrepository\/gitops in flux-system is suspended/);
  });

  it('does not exist is named', async () => {
    const { error } = await harness.wait(inputs);
    expect(error).toMatch(/gitrepository\/gitops in flux-system does not exist/);
  });

  it('may not be read is waited for all the same', async () => {
    harness.kubernetes.deny({ resource: 'gitrepositories' });
    const { outputs, log } = await harness.wait(inputs);
    expect(outputs['result']).toBe('timeout');
    expect(log.join('\n')).toMatch(/may not list gitrepositories in flux-system/);
  });
});

it('a GitRepository of another project that a Kustomization brings need not have the commit', async () => {
  const url = 'https://git.example/acme/gitops';
  const other = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'podinfo', namespace: 'flux-system' },
    spec: { interval: '1m', url: 'https://git.example/stefan/podinfo' },
  };
  const fetched = (commit: string) => ({
    observedGeneration: 1,
    artifact: { revision: `main@sha1:${commit}` },
    conditions: [{ type: 'Ready', status: 'True', reason: 'Succeeded', message: '', observedGeneration: 1 }],
  });
  source('GitRepository', 'gitops', fetched(COMMIT), { url });
  flux.apply('shop', COMMIT, [other]);
  harness.kubernetes.setStatus(other, fetched('d'.repeat(40)));
  const { exitCode, error } = await harness.wait(inputs);
  expectWithNote(exitCode, error).toBe(0);
});

it('an OCI source that fails before anything was applied is named', async () => {
  harness.kubernetes.types.push(
    served('source.toolkit.fluxcd.io', 'v1', 'OCIRepository', 'ocirepositories', { status: true, hasGeneration: true }),
  );
  const message = 'failed to determine artifact digest: GET https://ghcr.io/token: DENIED: requested access is denied';
  source('OCIRepository', 'gitops', failing('OCIArtifactPullFailed', message));
  flux.fail('shop', COMMIT, 'ArtifactFailed', 'Source artifact not found, retrying in 30s');
  harness.apply({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'shop', namespace: 'flux-system' },
    spec: { sourceRef: { kind: 'OCIRepository', name: 'gitops' } },
  });
  flux.fail('shop', COMMIT, 'ArtifactFailed', 'Source artifact not found, retrying in 30s');
  const { outputs, error } = await harness.wait(inputs);
  expect(outputs['result']).toBe('timeout');
  expect(error).toMatch(
    /no commit is applied yet, waiting for bbbbbbbbb: ArtifactFailed: Source artifact not found.*; ocirepository\/gitops in flux-system: OCIArtifactPullFailed: .*DENIED/,
  );
});

it('an attempt of the commit before that fails is the reason why the commit is not applied', async () => {
  flux.apply('shop', '1'.repeat(40), []);
  flux.fail('shop', BEFORE, 'HealthCheckFailed', 'timeout waiting for: [Deployment/default/web status: InProgress]');
  const { outputs, error } = await harness.wait(inputs);
  expect(outputs['result']).toBe('timeout');
  expect(error).toMatch(/commit 111111111 is applied, not yet bbbbbbbbb: HealthCheckFailed: timeout waiting for/);
});

describe('a HelmRelease', () => {
  const release = {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: 'web', namespace: 'flux-system' },
    spec: { chart: { spec: { chart: 'web', sourceRef: { kind: 'GitRepository', name: 'charts' } } } },
  };
  const wait = () => harness.wait({ resources: 'flux-system/helmrelease/web', timeout: '2m' });
  const why = 'Helm upgrade failed for release default/web with chart web@1.0.1: context deadline exceeded';
  beforeEach(() => harness.apply(release, deployment()));

  it('that was rolled back has failed, with the reason of the rollback', async () => {
    flux.release('web', {
      Ready: ['False', 'RollbackSucceeded', 'Helm rollback to previous release default/web.v1 succeeded'],
      Remediated: ['True', 'RollbackSucceeded', 'Helm rollback to previous release default/web.v1 succeeded'],
      Released: ['False', 'UpgradeFailed', why],
    });
    const { outputs, error } = await wait();
    expect(outputs['reason']).toBe('reconcile-failed');
    expect(error).toMatch(
      /RollbackSucceeded: Helm rollback .*; UpgradeFailed: Helm upgrade failed .*: context deadline/,
    );
  });

  it('that has no retries left has failed, with the reason of the last attempt', async () => {
    flux.release('web', {
      Stalled: ['True', 'RetriesExceeded', 'Failed to upgrade after 1 attempt(s)'],
      Ready: ['False', 'UpgradeFailed', why],
      Released: ['False', 'UpgradeFailed', why],
    });
    const { outputs, error } = await wait();
    expect(outputs['reason']).toBe('stalled');
    expect(error).toMatch(/RetriesExceeded: Failed to upgrade .*; UpgradeFailed: Helm upgrade failed/);
  });

  it('whose chart can not be fetched is waited for, with the message of its repository', async () => {
    source('GitRepository', 'charts', failing('GitOperationFailed', 'reference not found'));
    flux.release('web', { Ready: ['False', 'SourceNotReady', "HelmChart 'flux-system/web' is not ready"] });
    const { outputs, error } = await wait();
    expect(outputs['result']).toBe('timeout');
    expect(error).toMatch(
      /SourceNotReady: HelmChart .*; gitrepository\/charts in flux-system: GitOperationFailed: reference not found/,
    );
  });
});
