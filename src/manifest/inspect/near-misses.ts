import { editDistance } from '../../core/closest-match.ts';
import { type ImageReference, imageRepository, normalRepository, parseReference } from '../../image/reference.ts';
import type { InspectedField } from './inspect-manifests.ts';

/** A field of another image. */
interface OtherField {
  readonly repository: string;
  readonly file: string;
  readonly line: number;
}

/** A field that the user may have meant. */
export interface NearMiss {
  readonly field: OtherField;
  /** The end of a sentence that begins with the field's repository. */
  readonly similarity: string;
}

/** Fields whose images resemble one that no field names, the most similar first, each repository once. */
export function nearMisses(wanted: ImageReference, found: readonly InspectedField[]): NearMiss[] {
  const others = found.flatMap(({ repositories, file, line }): OtherField[] =>
    repositories.map((repository) => ({ repository, file, line })),
  );
  const firstFields = new Map(others.toReversed().map((field) => [field.repository, field]));
  const ranked = [...firstFields.values()].flatMap((field) => {
    const similar = similarityOf(field.repository, wanted);
    return similar ? [{ field, ...similar }] : [];
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ field, similarity }) => ({ field, similarity }));
}

/** How a repository resembles the wanted one; the lower the rank, the more it does. */
function similarityOf(other: string, wanted: ImageReference): { similarity: string; rank: number } | undefined {
  const reference = parseReference(other);
  if (reference && normalRepository(reference) === normalRepository(wanted)) return undefined;
  const repository = reference?.repository ?? other;
  if (repository === wanted.repository) return { similarity: 'is the same name in another registry', rank: 0 };
  if (lastPart(repository) === lastPart(wanted.repository))
    return { similarity: 'has the same last part in another path', rank: 1 };
  const distance = Math.min(
    editDistance(imageRepository(wanted), other),
    editDistance(lastPart(wanted.repository), lastPart(repository)),
  );
  return distance <= 2 ? { similarity: 'is a similar name', rank: 1 + distance } : undefined;
}

function lastPart(repository: string): string {
  return repository.slice(repository.lastIndexOf('/') + 1);
}
