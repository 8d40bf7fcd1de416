import type { KubernetesObject } from '../objects/object.ts';

/**
 * The GitOps controller that manages an object and would revert any change not in Git: `Argo CD (application shop)`,
 * `Flux (kustomization shop)`; undefined if none is known.
 */
export function gitopsOwner({ metadata: { labels, annotations, managers } }: KubernetesObject): string | undefined {
  const application = annotations[`${ARGO_CD}/tracking-id`]?.split(':')[0] ?? labels[`${ARGO_CD}/instance`];
  if (application) return `Argo CD (application ${application})`;
  const kustomization = labels['kustomize.toolkit.fluxcd.io/name'];
  if (kustomization) return `Flux (kustomization ${kustomization})`;
  const release = labels['helm.toolkit.fluxcd.io/name'];
  if (release) return `Flux (helmrelease ${release})`;
  // Argo CD before version 3 tracks objects by the label app.kubernetes.io/instance. Others use it too, so the field managers decide.
  if (managers.some((manager) => /^argocd-(application-)?controller$/.test(manager)))
    return `Argo CD (application ${labels['app.kubernetes.io/instance'] ?? 'unknown'})`;
  const flux = managers.find((manager) => manager === 'kustomize-controller' || manager === 'helm-controller');
  return flux && `Flux (${flux})`;
}

const ARGO_CD = 'argocd.argoproj.io';
