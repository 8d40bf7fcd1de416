import { trimEndOf } from '../../core/trim-end.ts';
import { at, isObject, listAt, stringAt } from '../../json/json.ts';
import { groupOf, type KubernetesObject } from '../objects/object.ts';

/** Finds the source of a Kustomization; undefined if it can't be read (yet). */
export type FindSource = (object: KubernetesObject) => KubernetesObject | undefined;

/**
 * Whether an object can come to apply the commit that the one that manages it has applied: not if it takes its commits from another
 * repository, such as an Application of a chart or a GitRepository of a third party. If that can't be seen, it can.
 */
export function followsCommitsOf(parent: KubernetesObject, child: KubernetesObject, findSource: FindSource): boolean {
  const [own, others] = [child, parent].map((each) => repositoriesOf(each, findSource));
  if (!own || !others) return true;
  // Branches have the same form only in objects of the same kind.
  const isSameKind = parent.kind === child.kind;
  return own.some(({ url, branch }) =>
    others.some((other) => other.url === url && (!isSameKind || other.branch === branch)),
  );
}

interface Repository {
  readonly url: string;
  readonly branch: string;
}

function repositoriesOf(object: KubernetesObject, findSource: FindSource): readonly Repository[] | undefined {
  switch (groupOf(object)) {
    case 'argoproj.io':
      return [at(object, 'spec', 'source'), ...listAt(object, 'spec', 'sources')]
        .filter((source) => isObject(source) && !stringAt(source, 'chart'))
        .map((source) => ({
          url: normalUrl(stringAt(source, 'repoURL')),
          branch: stringAt(source, 'targetRevision') || 'HEAD',
        }));
    case 'source.toolkit.fluxcd.io':
      return [
        { url: normalUrl(stringAt(object, 'spec', 'url')), branch: JSON.stringify(at(object, 'spec', 'ref') ?? {}) },
      ];
    default: {
      const source = findSource(object);
      return source && repositoriesOf(source, () => undefined);
    }
  }
}

/** Without what may differ between two ways to write the address of a repository. */
function normalUrl(url = ''): string {
  const path = url
    .toLowerCase()
    .replace(/^ssh:\/\/|^https?:\/\//, '')
    .replace(/^[^@/]+@/, '')
    .replace(/^([^/:]+):(?!\d+\/)/, '$1/');
  return trimEndOf(path, '/').replace(/\.git$/, '');
}
