import { type Cursor, type ManifestDocument, rootOf, within } from '../syntax/tree.ts';
import { type Finder, filled, type ImageField, referenceInParts, repositoryOf, wholeReference } from './field.ts';

/**
 * Values that Flux's image automation is told to change, wherever they stand, by a comment behind them:
 * `# {"$imagepolicy": "namespace:policy"}` for a whole reference, with `:name`, `:tag` or `:digest` for a part of one.
 */
export const imagePolicy: Finder = {
  name: 'image-policy',
  *find(document) {
    const marked = markedValues(document);
    for (const values of Map.groupBy(marked, ({ policy }) => policy).values()) {
      const wholes = values
        .filter(({ part }) => part === undefined)
        .flatMap(({ value }) => wholeReference('image-policy', value) ?? []);
      yield* wholes;
      yield* partsOf(values, wholes);
    }
  },
};

interface Marked {
  readonly policy: string;
  readonly part: 'name' | 'tag' | 'digest' | undefined;
  readonly value: Cursor;
}

/** A tag or digest is that of the name before it; of the image of the same policy where no name is marked. */
function* partsOf(values: readonly Marked[], wholes: readonly ImageField[]): Generator<ImageField> {
  const groups: Marked[][] = [];
  for (const each of values.filter(({ part }) => part !== undefined)) {
    const group = groups.at(-1);
    if (group && !group.some(({ part }) => part === each.part) && isNear(group[0], each)) group.push(each);
    else groups.push([each]);
  }
  const names = values.filter(({ part }) => part === 'name').map(({ value }) => repositoryOf(filled(value)));
  const known = names.find((name) => name !== undefined) ?? wholes[0]?.names[0];
  for (const group of groups) {
    const part = (name: Marked['part']) => group.find((each) => each.part === name)?.value;
    const [repository, tag, digest] = [part('name'), part('tag'), part('digest')];
    const whole = tag ?? digest ?? repository;
    const name = repository ? repositoryOf(filled(repository)) : known;
    const field = whole && referenceInParts('image-policy', whole, [name], { repository, tag, digest });
    if (field) yield field;
  }
}

/** Values of one mapping: their paths differ in the last step alone. */
function isNear(a: Marked | undefined, b: Marked): boolean {
  const home = ({ value }: Marked) => JSON.stringify(value.path.slice(0, -1));
  return a !== undefined && home(a) === home(b);
}

const MARKER = /#\s*\{\s*"\$imagepolicy"\s*:\s*"(?<policy>[^":\s]+:[^":\s]+)(?::(?<part>name|tag|digest))?"\s*\}/g;

function markedValues(document: ManifestDocument): Marked[] {
  const { text } = document;
  if (!text.includes('$imagepolicy')) return [];
  const values = [...within(rootOf(document))].filter(({ node }) => node.kind === 'scalar');
  return [...text.matchAll(MARKER)].flatMap(({ index, groups }) => {
    const lineStart = text.lastIndexOf('\n', index) + 1;
    // The value that ends last before the comment, on its line.
    const [value] = values
      .filter(({ node: { span } }) => span[1] > lineStart && span[1] <= index && span[1] > span[0])
      .sort((a, b) => b.node.span[1] - a.node.span[1]);
    const { policy = '', part } = groups ?? {};
    return value
      ? [{ policy, value, part: part === 'name' || part === 'tag' || part === 'digest' ? part : undefined }]
      : [];
  });
}
