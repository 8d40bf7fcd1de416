import { type KubernetesObject, readObject } from './object.ts';
import type { ResourceType } from './resource-type.ts';

/** Helm keeps a Secret per revision of a release; its labels tell the state, so nothing else of it is asked for. */
export const helmReleases: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'Helm',
  plural: 'secrets',
  namespaced: true,
  shortNames: [],
  metadataOnly: true,
};

/** The Secrets of all releases of a namespace. */
export const RELEASE_SELECTOR = 'owner=helm';

/** A release as the newest revision among the Secrets of its namespace tells it, under its own name. */
export function newestRelease(secrets: readonly KubernetesObject[], release: string): KubernetesObject | undefined {
  const version = ({ metadata }: KubernetesObject) => Number(metadata.labels['version'] ?? 0);
  const [newest] = secrets
    .filter(({ metadata }) => metadata.labels['name'] === release)
    .sort((one, other) => version(other) - version(one));
  return newest && { ...newest, metadata: { ...newest.metadata, name: release } };
}

/** A release whose state nobody can tell: what it has installed is there all the same. */
export function unreadableRelease(namespace: string, name: string): KubernetesObject | undefined {
  return readObject({ metadata: { namespace, name } }, { apiVersion: 'v1', kind: helmReleases.kind });
}

/** Whether Helm installed an object as a part of a release; what it runs as a hook comes and goes by itself. */
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
