import { invalidInput } from '../../../core/inputs.ts';
import type { FieldQuery } from '../../../manifest/finders/field-query.ts';
import { unmatchedFields } from '../../../manifest/inspect/unmatched-fields.ts';
import type { FolderSearch } from '../plan.ts';
import { listed } from './listed.ts';

/**
 * Checks that each line of `fields` leads to an image: otherwise a typo would silently leave it out.
 * @throws ActionError `input-invalid`.
 */
export async function requireFieldsMatch(
  { named }: FieldQuery,
  searches: readonly FolderSearch[],
  signal: AbortSignal,
): Promise<void> {
  const [first] = await unmatchedFields(
    searches.map(({ scope }) => scope),
    named,
    signal,
  );
  if (!first) return;
  const { field, nearMisses } = first;
  throw invalidInput(
    'fields',
    listed(
      `contains "${field.line}", which leads to no image in the searched files${nearMisses.length > 0 ? ':' : '.'}`,
      nearMisses,
    ),
    ['Correct or remove the line; it takes the kind of the document (or *), a colon and the path.'],
  );
}
