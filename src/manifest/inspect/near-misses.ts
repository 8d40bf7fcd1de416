import { editDistance } from '../../core/suggest.ts';
import { imageRepository, normalRepository, parseReference } from '../../image/reference.ts';
import type { ImageBump } from '../bump/image-bump.ts';
import type { InspectedField } from './inspect-manifests.ts';

/** A field of another image. */
interface OtherField {
  readonly repository: string;
  readonly file: string;
  readonly line: number;
}

/** What the user may have meant by an image that no field names. */
export interface NearMiss {
  readonly field: OtherField;
  /** The end of a sentence that begins with the field's repository. */
  readonly how: string;
}

/** Fields of other images that come near a wanted one, the nearest first, each repository once. */
export function nearMisses({ from }: ImageBump, found: readonly InspectedField[]): NearMiss[] {
  const others = found.flatMap(({ repositories, file, line }): OtherField[] =>
    repositories.map((repository) => ({ repository, file, line })),
  );
  const seen = new Map(others.toReversed().map((field) => [field.repository, field]));
  const lastPart = (repository: string) => repository.slice(repository.lastIndexOf('/') + 1);
  const wanted = imageRepository(from);
  const ranked = [...seen.values()].flatMap((field): (NearMiss & { rank: number })[] => {
    const reference = parseReference(field.repository);
    if (reference && normalRepository(reference) === normalRepository(from)) return [];
    const repository = reference?.repository ?? field.repository;
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
