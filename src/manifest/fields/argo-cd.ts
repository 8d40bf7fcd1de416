import { embedded } from '../syntax/embedded.ts';
import { type Cursor, child, descend, items, rootOf, textAt, within } from '../syntax/tree.ts';
import {
  type Finder,
  type FinderContext,
  filled,
  type ImageField,
  referenceInParts,
  repositoryOf,
  wholeReference,
} from './field.ts';
import { imagesInValues } from './helm-values.ts';

/** Sources of an Argo CD Application, or of an ApplicationSet's template: Helm parameters and values, Kustomize images. */
export const argoCd: Finder = {
  name: 'argo-cd',
  *find(document, context) {
    const root = rootOf(document);
    const kind = textAt(root, 'kind');
    if (kind !== 'Application' && kind !== 'ApplicationSet') return;
    if (!textAt(root, 'apiVersion')?.startsWith('argoproj.io/')) return;
    for (const cursor of within(descend(root, 'spec'))) {
      for (const source of [descend(cursor, 'source'), ...items(descend(cursor, 'sources'))]) {
        if (source) yield* imagesOfSource(source, context);
      }
    }
  },
};

function* imagesOfSource(source: Cursor, { parser }: FinderContext): Generator<ImageField> {
  const helm = child(source, 'helm');
  yield* imagesInParameters(items(helm && child(helm, 'parameters')));
  yield* imagesInValues('argo-cd', helm && child(helm, 'valuesObject'));
  yield* imagesInValues('argo-cd', embedded(helm && child(helm, 'values'), parser));
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

/** Parameters such as `image.repository` and `image.tag`, put together by what stands before the last dot; or `image` alone. */
function* imagesInParameters(parameters: readonly Cursor[]): Generator<ImageField> {
  const values = new Map(parameters.map((parameter) => [textAt(parameter, 'name') ?? '', child(parameter, 'value')]));
  for (const [name, value] of values) {
    if (/(?:^|\.)image$/i.test(name)) {
      const field = wholeReference('argo-cd', value);
      if (field) yield field;
    }
    const prefix = /^(?<prefix>(?:.*\.)?)repository$/.exec(name)?.groups?.['prefix'];
    if (prefix === undefined || !value) continue;
    const [registry, tag, digest] = ['registry', 'tag', 'digest'].map((part) => values.get(`${prefix}${part}`));
    const repository = repositoryOf(filled(value), filled(registry));
    const field = referenceInParts('argo-cd', value, [repository], { registry, repository: value, tag, digest });
    if (field) yield field;
  }
}
