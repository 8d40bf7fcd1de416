import { at, booleanAt, stringAt } from '../../json/json.ts';
import { conditionsOf, groupOf, type KubernetesObject } from '../objects/object.ts';
import type { ResourceName } from './managed-resources.ts';

const FLUX = 'toolkit.fluxcd.io';

/** The objects from which Flux takes what an object applies, the nearest first: a chart, a repository, a bucket. */
export function deliverySources(object: KubernetesObject): readonly ResourceName[] {
  switch (`${object.kind}.${groupOf(object)}`) {
    case `Kustomization.kustomize.${FLUX}`:
      return sourceOf(object, at(object, 'spec', 'sourceRef'));
    case `HelmRelease.helm.${FLUX}`:
      return [
        ...chartOf(object),
        ...sourceOf(object, at(object, 'spec', 'chartRef')),
        ...sourceOf(object, at(object, 'spec', 'chart', 'spec', 'sourceRef')),
      ];
    default:
      return [];
  }
}

function sourceOf({ metadata }: KubernetesObject, reference: unknown): readonly ResourceName[] {
  const [kind, name] = [stringAt(reference, 'kind'), stringAt(reference, 'name')];
  if (kind === undefined || name === undefined) return [];
  return [{ group: `source.${FLUX}`, kind, namespace: stringAt(reference, 'namespace') ?? metadata.namespace, name }];
}

/** The HelmChart that helm-controller makes of `spec.chart`: `flux-system/default-shop`. */
function chartOf(object: KubernetesObject): readonly ResourceName[] {
  const [namespace, name] = (stringAt(object, 'status', 'helmChart') ?? '').split('/');
  return namespace && name ? [{ group: `source.${FLUX}`, kind: 'HelmChart', namespace, name }] : [];
}

/** Why nothing new comes from a source; undefined if nothing says so. */
export function sourceProblem(name: ResourceName, source: KubernetesObject | undefined): string | undefined {
  const title = `${name.kind.toLowerCase()}/${name.name} in ${name.namespace}`;
  if (source === undefined) return `${title} does not exist`;
  if (booleanAt(source, 'spec', 'suspend')) return `${title} is suspended (spec.suspend)`;
  const bad = conditionsOf(source).find(
    ({ type, status }) => (['Stalled', 'FetchFailed'].includes(type) && status === 'True') || isNotReady(type, status),
  );
  return bad && `${title}: ${bad.reason}: ${bad.message}`;
}

function isNotReady(type: string, status: string): boolean {
  return type === 'Ready' && status === 'False';
}
