import { type KubernetesObject, readObject } from './object.ts';
import type { ResourceType } from './resource-type.ts';

/** Helm keeps a Secret for each revision of a release. Its labels contain the state, so only the metadata is requested. */
export const helmReleases: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'Helm',
  plural: 'secrets',
  namespaced: true,
  shortNames: [],
  metadataOnly: true,
};

/** Label selector of the Secrets of all releases. */
export const RELEASE_SELECTOR = 'owner=helm';

/** The Secret of a release's newest revision, renamed to the release. */
export function newestRelease(secrets: readonly KubernetesObject[], release: string): KubernetesObject | undefined {
  const version = ({ metadata }: KubernetesObject) => Number(metadata.labels['version'] ?? 0);
  const [newest] = secrets
    .filter(({ metadata }) => metadata.labels['name'] === release)
    .sort((one, other) => version(other) - version(one));
  return newest && { ...newest, metadata: { ...newest.metadata, name: release } };
}

/** Stands in for a release whose Secrets can't be read. The objects that it installed can still be checked. */
export function unreadableRelease(namespace: string, name: string): KubernetesObject | undefined {
  return readObject({ metadata: { namespace, name } }, { apiVersion: 'v1', kind: helmReleases.kind });
}

/** Whether Helm installed an object as part of a release. Hooks don't count: Helm creates and deletes them as it runs. */
export function belongsToRelease({ metadata }: KubernetesObject, release: string): boolean {
  const { labels, annotations } = metadata;
  return (
    labels['app.kubernetes.io/managed-by'] === 'Helm' &&
    annotations['meta.helm.sh/release-name'] === release &&
    !isHook({ metadata })
  );
}

export function isHook({ metadata }: Pick<KubernetesObject, 'metadata'>): boolean {
  return 'helm.sh/hook' in metadata.annotations;
}
