import { editDistance } from '../action/suggest.ts';
import { parseReference, repositoryName } from '../image/reference.ts';
import { type BumpRules, bumpFile, type OtherField } from './bump-file.ts';
import { Needles } from './files/needles.ts';
import { candidates, type Root } from './files/survey.ts';
import type { ImageBump } from './image-bump.ts';
import { loadParser } from './syntax/parse.ts';

/** What the user may have meant by an image that no field names. */
export interface NearMiss {
  readonly field: OtherField;
  /** The end of a sentence that begins with the field's repository. */
  readonly how: string;
}

/** Fields of other images that come near a wanted one, the nearest first, each repository once. */
export function nearMisses({ from }: ImageBump, others: readonly OtherField[]): NearMiss[] {
  const seen = new Map(others.toReversed().map((field) => [field.repository, field]));
  const lastPart = (repository: string) => repository.slice(repository.lastIndexOf('/') + 1);
  const wanted = repositoryName(from);
  const ranked = [...seen.values()].flatMap((field): (NearMiss & { rank: number })[] => {
    const repository = parseReference(field.repository)?.repository ?? field.repository;
    if (repository === from.repository) return [{ field, how: 'is the same name in another registry', rank: 0 }];
    if (lastPart(repository) === lastPart(from.repository))
      return [{ field, how: 'has the same last part in another path', rank: 1 }];
    const distance = Math.min(
      editDistance(wanted, field.repository),
      editDistance(lastPart(wanted), lastPart(repository)),
    );
    if (distance <= 2) return [{ field, how: 'is a similar name', rank: 1 + distance }];
    return [];
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ field, how }) => ({ field, how }));
}

/** Words of which every known kind of image field has one. */
const IMAGE_WORDS = ['image', 'Image', 'repository', 'containers'];

/** How many files are parsed to find out what the user may have meant. */
const FILES = 500;

/** Image fields of all kinds, whatever they name; of the first files only, for this is to explain a failure. */
export async function allFields(
  root: Root,
  wanted: (path: string) => boolean,
  rules: BumpRules,
  signal: AbortSignal,
): Promise<OtherField[]> {
  const needles = new Needles(IMAGE_WORDS);
  const parser = await loadParser();
  const fields: OtherField[] = [];
  let files = 0;
  for (const manifest of candidates(root, wanted, needles, { searched: 0, skipped: [] })) {
    signal.throwIfAborted();
    fields.push(...bumpFile(manifest, { ...rules, needles, bumps: [] }, parser).others);
    if (++files === FILES) break;
  }
  return fields;
}
