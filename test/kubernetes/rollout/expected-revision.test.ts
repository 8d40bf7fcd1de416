import { describe, expect, it } from '@jest/globals';
import { at } from '../../../src/json/json.ts';
import { kindRules } from '../../../src/kubernetes/health/kind-rules.ts';
import {
  commitOf,
  ExpectedRevision,
  proveRevision,
  type RevisionProof,
} from '../../../src/kubernetes/rollout/expected-revision.ts';
import { invariant } from '../../jest-support.ts';
import { object } from '../objects.ts';

const [commit, older] = ['a'.repeat(40), 'c'.repeat(40)];
const digest = `sha256:${'a'.repeat(64)}`;

describe('the commit in the revision', () => {
  it.each([
    [commit, commit],
    ['aaaaaaa', 'aaaaaaa'],
    [`main@sha1:${commit}`, commit],
    [`refs/heads/main@sha1:${commit}`, commit],
    [`sha1:${commit}`, commit],
    [`main/${commit}`, commit],
    // The digest of an OCI artifact or a bucket may look like a commit, but isn't one.
    [digest, undefined],
    [`latest@${digest}`, undefined],
    [`6.5.4@${digest}`, undefined],
    ['1.2.3', undefined],
    ['6.5.4+aaaaaaaaaaaa', undefined],
    ['main', undefined],
    ['', undefined],
  ] as const)('"%s" is %s', (revision, expected) => expect(commitOf(revision)).toBe(expected));
});

describe('the proof of a commit in objects of Flux', () => {
  const expecting = () => new ExpectedRevision({ commit, compare: async () => 'unrelated', onCompared: () => {} });
  const prove = (kind: string, status: object, expected = expecting()): RevisionProof | 'none' => {
    const rule = kindRules.deploymentTools.find(
      (each) => each.kind === kind && each.group.endsWith('.toolkit.fluxcd.io'),
    );
    invariant(rule, kind);
    if (!rule.gitOpsRevisions) return 'none';
    const seen = object({ apiVersion: `${rule.group}/v1`, kind, metadata: { name: 'shop' }, status });
    return proveRevision(expected, rule.gitOpsRevisions(seen), false);
  };
  const origin = { 'org.opencontainers.image.revision': `main@sha1:${commit}` };

  it('GitRepository: its artifact', () => {
    const at = (sha: string) => prove('GitRepository', { artifact: { revision: `main@sha1:${sha}`, digest } });
    expect(at(commit)).toStrictEqual({ kind: 'applied' });
    const pending = { kind: 'pending', message: 'commit ccccccccc is applied, not yet aaaaaaaaa', attempted: false };
    expect(at(older)).toStrictEqual(pending);
  });

  it('OCIRepository: the commit in the metadata of its artifact, if there is one', () => {
    const revision = `latest@${digest}`;
    expect(prove('OCIRepository', { artifact: { revision, metadata: origin } })).toStrictEqual({ kind: 'applied' });
    expect(prove('OCIRepository', { artifact: { revision } })).toStrictEqual({
      kind: 'pending',
      message: `latest@sha256:aaaaaaaaaaaa… is applied, which names no commit; waiting for aaaaaaaaa`,
      attempted: false,
    });
  });

  it('Kustomization from Git: the last applied revision', () => {
    expect(prove('Kustomization', { lastAppliedRevision: `main@sha1:${commit}` })).toStrictEqual({ kind: 'applied' });
  });

  it('Kustomization from an OCI artifact: the origin of the last applied revision', () => {
    const lastAppliedRevision = `latest@${digest}`;
    const lastAppliedOriginRevision = `main@sha1:${commit}`;
    const applied = prove('Kustomization', { lastAppliedRevision, lastAppliedOriginRevision });
    expect(applied).toStrictEqual({ kind: 'applied' });
    const withoutOrigin = prove('Kustomization', { lastAppliedRevision });
    expect(JSON.stringify(withoutOrigin)).toMatch(/names no commit/);
  });

  it('Kustomization: distinguishes attempted from applied commits, even if only the history names the commit', async () => {
    const entry = (sha: string, lastReconciledStatus: string, tag = 'v1') => ({
      lastReconciledStatus,
      metadata: { revision: `${tag}@sha256:${sha}`, originRevision: `main@sha1:${sha}` },
    });
    const status = {
      lastAppliedRevision: `v0@sha256:${older}`,
      lastAppliedOriginRevision: `main@sha1:${older}`,
      lastAttemptedRevision: `v1@sha256:${commit}`,
    };
    const failed = prove('Kustomization', {
      ...status,
      history: [entry(commit, 'HealthCheckFailed'), entry(older, 'ReconciliationSucceeded', 'v0')],
    });
    expect(failed).toStrictEqual({
      kind: 'pending',
      message: 'commit ccccccccc is applied, not yet aaaaaaaaa',
      attempted: true,
    });
    const after = {
      ...status,
      lastAttemptedRevision: status.lastAppliedRevision,
      history: [entry(older, 'ReconciliationSucceeded', 'v0'), entry(commit, 'ReconciliationSucceeded')],
    };
    // Until the comparison is known, the replacement may contain the commit.
    const expected = expecting();
    expect(at(prove('Kustomization', after, expected), 'kind')).toBe('pending');
    await new Promise((resolve) => setImmediate(resolve));
    expect(prove('Kustomization', after, expected)).toStrictEqual({ kind: 'replaced', commit: older });
  });

  it.each([
    ['HelmRelease', { lastAttemptedRevision: '6.5.4', history: [{ chartVersion: '6.5.4', digest }] }],
    ['HelmChart', { artifact: { revision: '6.5.4' } }],
    ['HelmRepository', { artifact: { revision: digest } }],
    ['Bucket', { artifact: { revision: digest } }],
  ] as const)('%s: proves no commit, because its revision is a version or a digest', (kind, status) =>
    expect(prove(kind, status)).toBe('none'),
  );
});
