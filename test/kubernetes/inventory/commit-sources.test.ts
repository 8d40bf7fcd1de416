import { describe, expect, it } from '@jest/globals';
import { followsCommitsOf } from '../../../src/kubernetes/inventory/commit-sources.ts';
import type { KubernetesObject } from '../../../src/kubernetes/objects/object.ts';
import { object } from '../objects.ts';

const application = (...sources: readonly object[]) =>
  object({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'app' },
    spec: sources.length === 1 ? { source: sources[0] } : { sources },
  });
const git = (url: string, targetRevision?: string) => ({ repoURL: url, path: '.', targetRevision });
const chart = { repoURL: 'https://charts.example', chart: 'redis', targetRevision: '1.2.3' };

const repository = (name: string, url: string) =>
  object({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name, namespace: 'flux-system' },
    spec: { url, ref: { branch: 'main' } },
  });
const kustomization = (source: string) =>
  object({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: source, namespace: 'flux-system' },
    spec: { sourceRef: { kind: 'GitRepository', name: source } },
  });
const repositories: Readonly<Record<string, KubernetesObject>> = {
  gitops: repository('gitops', 'https://git.example/acme/gitops.git'),
  same: repository('same', 'ssh://git@git.example/acme/gitops'),
  other: repository('other', 'https://git.example/stefan/podinfo'),
};
const find = ({ metadata }: KubernetesObject) => repositories[metadata.name];

const root = application(git('https://git.example/acme/gitops.git'));

describe('what an Application manages can come to apply the commit', () => {
  it.each([
    ['from the same repository', application(git('git@git.example:acme/gitops')), true],
    ['from one of its sources', application(chart, git('https://git.example/acme/gitops')), true],
    ['not from another repository', application(git('https://git.example/acme/other')), false],
    ['not from another branch', application(git('https://git.example/acme/gitops', 'v1')), false],
    ['not from a chart', application(chart), false],
  ] as const)('%s', (_what, child, expected) => expect(followsCommitsOf(root, child, find)).toBe(expected));
});

describe('what a Kustomization manages can come to apply the commit', () => {
  const parent = kustomization('gitops');
  it.each([
    ['from the same GitRepository', kustomization('gitops'), true],
    ['from another GitRepository of the same repository', kustomization('same'), true],
    ['not from that of another repository', kustomization('other'), false],
    ['if its source can not be read', kustomization('unreadable'), true],
    ['if it is its own source', repository('gitops', 'https://git.example/acme/gitops.git'), true],
    ['not if it is the source of something else', repository('other', 'https://git.example/stefan/podinfo'), false],
    ['as an Application of the same repository', root, true],
    ['not as an Application of another one', application(git('https://git.example/acme/other')), false],
  ] as const)('%s', (_what, child, expected) => expect(followsCommitsOf(parent, child, find)).toBe(expected));
});
