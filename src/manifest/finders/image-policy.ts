import type { ImageReference } from '../../image/reference.ts';
import type { ImageField } from '../fields/field.ts';
import { defineFinder } from '../fields/finder.ts';
import { POLICY_MARK } from '../fields/image-policies.ts';
import { type MarkedValue, markedValues } from '../fields/policy-markers.ts';
import { nonEmptyText, parseRepository, referenceInParts, wholeReference } from '../fields/references.ts';

export const imagePolicyFinder = defineFinder({
  name: 'image-policy',
  describe:
    'values in any file with a comment of Flux `# {"$imagepolicy": "namespace:policy"}`, or with `:name`, `:tag`, `:digest` after the policy. The image of a tag alone comes from the name or image that is marked with the same policy in its document, otherwise from the ImageRepository of the policy or a marker in any searched file',
  keywords: [POLICY_MARK],
  *find(document, { policies }) {
    const all = markedValues(document);
    for (const [policy, values] of Map.groupBy(all, (each) => each.policy)) {
      const wholes = values
        .filter(({ part }) => part === undefined)
        .flatMap(({ value }) => wholeReference(value) ?? []);
      yield* wholes;
      yield* fieldsInParts(values, wholes, policies.get(policy));
    }
  },
});

/**
 * Fields whose name, tag and digest are marked separately. A tag or digest without a marked name next to it belongs to the image that is
 * marked with the same policy in this document, otherwise to the policy's own image.
 */
function* fieldsInParts(
  values: readonly MarkedValue[],
  wholes: readonly ImageField[],
  policyImage: ImageReference | undefined,
): Generator<ImageField> {
  const groups: MarkedValue[][] = [];
  for (const each of values.filter(({ part }) => part !== undefined)) {
    const group = groups.at(-1);
    if (group && !group.some(({ part }) => part === each.part) && inSameMapping(group[0], each)) group.push(each);
    else groups.push([each]);
  }
  const names = values.filter(({ part }) => part === 'name').map(({ value }) => parseRepository(nonEmptyText(value)));
  const image = names.find((name) => name !== undefined) ?? wholes[0]?.names[0] ?? policyImage;
  for (const group of groups) {
    const marked = (part: MarkedValue['part']) => group.find((each) => each.part === part)?.value;
    const [repository, tag, digest] = [marked('name'), marked('tag'), marked('digest')];
    const whole = tag ?? digest ?? repository;
    const name = repository ? parseRepository(nonEmptyText(repository)) : image;
    const field = whole && referenceInParts(whole, [name], { repository, tag, digest });
    if (field) yield field;
  }
}

/** Whether two values are in the same mapping: their paths differ only in the last step. */
function inSameMapping(a: MarkedValue | undefined, b: MarkedValue): boolean {
  const home = ({ value }: MarkedValue) => JSON.stringify(value.path.slice(0, -1));
  return a !== undefined && home(a) === home(b);
}
