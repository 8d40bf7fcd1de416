import { table } from '../../src/core/markdown.ts';
import { finders } from '../../src/manifest/finders/finders.ts';

/** The kinds of image fields and where each is found, for the README of bump-manifest-tag. */
export function imageFieldsTable(): string {
  return table(
    ['kind', 'places'],
    finders.map(({ name, describe }) => [`\`${name}\``, describe]),
  );
}
