import type { ImageReference } from '../../image/reference.ts';
import {
  type Finder,
  filled,
  type ImageField,
  referenceInParts,
  repositoryOf,
  wholeReference,
} from '../fields/field.ts';
import { type Marked, markedValues } from '../fields/policy-markers.ts';

/**
 * Values that Flux's image automation is told to change, wherever they stand, by a comment behind them:
 * `# {"$imagepolicy": "namespace:policy"}` for a whole reference, with `:name`, `:tag` or `:digest` for a part of one.
 */
export const imagePolicyFinder: Finder = {
  name: 'image-policy',
  *find(document, { policies }) {
    const marked = markedValues(document);
    for (const [policy, values] of Map.groupBy(marked, (each) => each.policy)) {
      const wholes = values
        .filter(({ part }) => part === undefined)
        .flatMap(({ value }) => wholeReference('image-policy', value) ?? []);
      yield* wholes;
      yield* partsOf(values, wholes, policies.get(policy));
    }
  },
};

/** A tag or digest is that of the name before it; of the image of the same policy where no name is marked, wherever that is told. */
function* partsOf(
  values: readonly Marked[],
  wholes: readonly ImageField[],
  elsewhere: ImageReference | undefined,
): Generator<ImageField> {
  const groups: Marked[][] = [];
  for (const each of values.filter(({ part }) => part !== undefined)) {
    const group = groups.at(-1);
    if (group && !group.some(({ part }) => part === each.part) && isNear(group[0], each)) group.push(each);
    else groups.push([each]);
  }
  const names = values.filter(({ part }) => part === 'name').map(({ value }) => repositoryOf(filled(value)));
  const known = names.find((name) => name !== undefined) ?? wholes[0]?.names[0] ?? elsewhere;
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
