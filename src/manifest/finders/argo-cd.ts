import { imagesByName } from '../fields/dotted-names.ts';
import {
  type Finder,
  type FinderContext,
  filled,
  type ImageField,
  repositoryOf,
  textIn,
  wholeReference,
} from '../fields/field.ts';
import { type Cursor, child, descend, items, rootOf, selfAndDescendants, textAt } from '../syntax/tree.ts';
import { imagesInValues } from './helm-values.ts';

/**
 * Sources of an Argo CD Application, or of an ApplicationSet's templates: Helm parameters and values, Kustomize images; and the elements
 * of an ApplicationSet's list generators, which fill its template.
 */
export const argoCdFinder: Finder = {
  name: 'argo-cd',
  *find(document, context) {
    const root = rootOf(document);
    const kind = textAt(root, 'kind');
    if (kind !== 'Application' && kind !== 'ApplicationSet') return;
    if (!textAt(root, 'apiVersion')?.startsWith('argoproj.io/')) return;
    for (const cursor of selfAndDescendants(descend(root, 'spec'))) {
      for (const source of [descend(cursor, 'source'), ...items(descend(cursor, 'sources'))]) {
        if (source) yield* imagesOfSource(source, context);
      }
      if (kind === 'ApplicationSet') yield* imagesInValues('argo-cd', descend(cursor, 'list', 'elements'));
    }
  },
};

function* imagesOfSource(source: Cursor, context: FinderContext): Generator<ImageField> {
  const helm = child(source, 'helm');
  const parameters = items(helm && child(helm, 'parameters'));
  yield* imagesByName(
    'argo-cd',
    new Map(parameters.map((parameter) => [textAt(parameter, 'name') ?? '', child(parameter, 'value')])),
  );
  yield* imagesInValues('argo-cd', helm && child(helm, 'valuesObject'));
  yield* imagesInValues('argo-cd', textIn(helm && child(helm, 'values'), context));
  for (const image of items(descend(source, 'kustomize', 'images'))) {
    const field = kustomizeImage(image);
    if (field) yield field;
  }
}

/** `[name=]newName[:tag][@digest]`, as `argocd app set --kustomize-image` takes it. */
function kustomizeImage(image: Cursor): ImageField | undefined {
  const text = filled(image) ?? '';
  const lead = text.slice(0, text.indexOf('=') + 1);
  const field = wholeReference('argo-cd', image, lead);
  const name = repositoryOf(lead === '' ? undefined : lead.slice(0, -1));
  return field && name ? { ...field, names: [...field.names, name] } : field;
}
