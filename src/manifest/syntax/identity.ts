import { type ManifestDocument, rootOf, textAt } from './tree.ts';

/** The Kubernetes object that a document describes: `staging/Deployment/shop`, `Kustomization`; `undefined` without a `kind`. */
export function resourceIdentity(document: ManifestDocument): string | undefined {
  const root = rootOf(document);
  const kind = textAt(root, 'kind');
  if (kind === undefined) return undefined;
  const namespace = textAt(root, 'metadata', 'namespace');
  return [namespace, kind, textAt(root, 'metadata', 'name')].filter((part) => part !== undefined).join('/');
}
