import { imagesByName } from '../fields/dotted-names.ts';
import type { ImageField } from '../fields/field.ts';
import { defineFinder, embeddedYaml, type FinderContext } from '../fields/finder.ts';
import { imagesInValues } from '../fields/image-values.ts';
import { nonEmptyText, parseRepository, wholeReference } from '../fields/references.ts';
import { type Cursor, child, descend, items, rootOf, selfAndDescendants, textAt } from '../syntax/tree.ts';

export const argoCdFinder = defineFinder({
  name: 'argo-cd',
  describe:
    'Argo CD Applications and the templates of ApplicationSets: Helm `parameters`, `valuesObject`, `values` (YAML in a block scalar) and Kustomize `images`; the elements of list generators',
  keywords: ['image', 'Image', 'repository'],
  *find(document, context) {
    const root = rootOf(document);
    const kind = textAt(root, 'kind');
    if (kind !== 'Application' && kind !== 'ApplicationSet') return;
    if (!textAt(root, 'apiVersion')?.startsWith('argoproj.io/')) return;
    for (const cursor of selfAndDescendants(descend(root, 'spec'))) {
      for (const source of [descend(cursor, 'source'), ...items(descend(cursor, 'sources'))]) {
        if (source) yield* imagesOfSource(source, context);
      }
      // List generators fill the template with their elements.
      if (kind === 'ApplicationSet') yield* imagesInValues(descend(cursor, 'list', 'elements'));
    }
  },
});

function* imagesOfSource(source: Cursor, context: FinderContext): Generator<ImageField> {
  const helm = child(source, 'helm');
  const parameters = items(helm && child(helm, 'parameters'));
  yield* imagesByName(
    new Map(parameters.map((parameter) => [textAt(parameter, 'name') ?? '', child(parameter, 'value')])),
  );
  yield* imagesInValues(helm && child(helm, 'valuesObject'));
  yield* imagesInValues(embeddedYaml(helm && child(helm, 'values'), context));
  for (const image of items(descend(source, 'kustomize', 'images'))) {
    const field = kustomizeImage(image);
    if (field) yield field;
  }
}

/** `[name=]newName[:tag][@digest]`, as `argocd app set --kustomize-image` takes it. */
function kustomizeImage(image: Cursor): ImageField | undefined {
  const text = nonEmptyText(image) ?? '';
  const prefix = text.slice(0, text.indexOf('=') + 1);
  const field = wholeReference(image, prefix);
  const name = parseRepository(prefix === '' ? undefined : prefix.slice(0, -1));
  return field && name ? { ...field, names: [...field.names, name] } : field;
}
