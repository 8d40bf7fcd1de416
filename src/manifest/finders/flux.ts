import { type Finder, filled, type ImageField, partsIn, referenceInParts, repositoryOf } from '../fields/field.ts';
import { type Cursor, child, descend, items, rootOf, textAt } from '../syntax/tree.ts';
import { imagesInValues } from './helm-values.ts';
import { kustomizeImages } from './kustomize.ts';

/** Flux: values and post-renderers of a HelmRelease, the `images` of a Kustomization, the artifact of an OCIRepository. */
export const fluxFinder: Finder = {
  name: 'flux',
  *find(document) {
    const root = rootOf(document);
    const api = textAt(root, 'apiVersion') ?? '';
    if (api.startsWith('helm.toolkit.fluxcd.io/')) {
      yield* imagesInValues('flux', descend(root, 'spec', 'values'));
      for (const renderer of items(descend(root, 'spec', 'postRenderers')))
        yield* kustomizeImages('flux', descend(renderer, 'kustomize', 'images'));
    }
    if (api.startsWith('kustomize.toolkit.fluxcd.io/')) yield* kustomizeImages('flux', descend(root, 'spec', 'images'));
    if (api.startsWith('source.toolkit.fluxcd.io/') && textAt(root, 'kind') === 'OCIRepository')
      yield* artifact(descend(root, 'spec'));
  },
};

const LEAD = 'oci://';
const REF_KEYS = (['tag', 'digest'] as const).map((part) => ({ key: part, part }));

/** `url: oci://repository` and `ref: {tag, digest}`; a digest goes before a semver range, and that before a tag (Flux's API reference). */
function* artifact(spec: Cursor | undefined): Generator<ImageField> {
  const url = spec && child(spec, 'url');
  const text = filled(url);
  if (!spec || !text?.startsWith(LEAD)) return;
  const ref = child(spec, 'ref');
  const parts = ref ? partsIn(ref, REF_KEYS) : {};
  const name = repositoryOf(text.slice(LEAD.length));
  const field = referenceInParts('flux', spec, [name], { ...parts, repository: url, lead: LEAD });
  if (!field) return;
  const follows = filled(ref && child(ref, 'semver')) !== undefined && field.digest === undefined;
  yield follows ? { ...field, overruled: 'follows `ref.semver`, which goes before a tag' } : field;
}
