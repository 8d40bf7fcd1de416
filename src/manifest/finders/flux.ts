import type { ImageField } from '../fields/field.ts';
import { defineFinder } from '../fields/finder.ts';
import { imagesInValues } from '../fields/image-values.ts';
import { kustomizeImages } from '../fields/kustomization.ts';
import { nonEmptyText, parseRepository, partsIn, referenceInParts } from '../fields/references.ts';
import { type Cursor, child, descend, items, rootOf, textAt } from '../syntax/tree.ts';

export const fluxFinder = defineFinder({
  name: 'flux',
  describe:
    'Flux: `values` and post-renderers of a HelmRelease, `images` of a Kustomization, `url` and `ref` of an OCIRepository (left unchanged if `ref.semver` selects the version)',
  keywords: ['image', 'Image', 'repository', 'oci://'],
  *find(document) {
    const root = rootOf(document);
    const apiVersion = textAt(root, 'apiVersion') ?? '';
    if (apiVersion.startsWith('helm.toolkit.fluxcd.io/')) {
      yield* imagesInValues(descend(root, 'spec', 'values'));
      for (const renderer of items(descend(root, 'spec', 'postRenderers')))
        yield* kustomizeImages(descend(renderer, 'kustomize', 'images'));
    }
    if (apiVersion.startsWith('kustomize.toolkit.fluxcd.io/')) yield* kustomizeImages(descend(root, 'spec', 'images'));
    if (apiVersion.startsWith('source.toolkit.fluxcd.io/') && textAt(root, 'kind') === 'OCIRepository')
      yield* ociArtifact(descend(root, 'spec'));
  },
});

const PREFIX = 'oci://';
const REF_KEYS = (['tag', 'digest'] as const).map((part) => ({ key: part, part }));

/** `url: oci://repository` and `ref: {tag, digest}`. A digest takes precedence over a semver range, and that over a tag (Flux's API reference). */
function* ociArtifact(spec: Cursor | undefined): Generator<ImageField> {
  const url = spec && child(spec, 'url');
  const text = nonEmptyText(url);
  if (!spec || !text?.startsWith(PREFIX)) return;
  const ref = child(spec, 'ref');
  const parts = ref ? partsIn(ref, REF_KEYS) : {};
  const name = parseRepository(text.slice(PREFIX.length));
  const field = referenceInParts(spec, [name], { ...parts, repository: url, prefix: PREFIX, isTagOptional: true });
  if (!field) return;
  const followsRange = nonEmptyText(ref && child(ref, 'semver')) !== undefined && field.digest === undefined;
  yield followsRange ? { ...field, overruled: 'follows `ref.semver`, which takes precedence over a tag' } : field;
}
