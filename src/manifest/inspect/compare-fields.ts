import { normalRepository, parseReference } from '../../image/reference.ts';
import type { InspectedField } from './inspect-manifests.ts';

/** The versions of an image in two folders. */
export interface ImageDifference {
  /** The repository as clients resolve it: `docker.io/library/nginx`. */
  readonly image: string;
  readonly verdict: 'same' | 'differs' | 'only-here' | 'only-there';
  /** The references in the first folder, and in the second. */
  readonly here: readonly string[];
  readonly there: readonly string[];
}

/**
 * Compares the images of two environments. If some fields of an image have a version, those without one don't count: a base leaves the
 * version to its overlay.
 */
export function compareFields(first: readonly InspectedField[], second: readonly InspectedField[]): ImageDifference[] {
  const [inFirst, inSecond] = [referencesOf(first), referencesOf(second)];
  const images = [...new Set([...inFirst.keys(), ...inSecond.keys()])].sort();
  return images.map((image) => {
    const sides = { here: inFirst.get(image) ?? [], there: inSecond.get(image) ?? [] };
    return { image, verdict: verdictOf(sides.here, sides.there), ...sides };
  });
}

function verdictOf(here: readonly string[], there: readonly string[]): ImageDifference['verdict'] {
  if (there.length === 0) return 'only-here';
  if (here.length === 0) return 'only-there';
  const versions = (references: readonly string[]) => [...new Set(references.map(versionOf))].sort().join('\n');
  return versions(here) === versions(there) ? 'same' : 'differs';
}

/** Tag and digest. The repository is left out: `nginx` and `docker.io/library/nginx` are the same. */
function versionOf(reference: string): string {
  const { tag = '', digest = '' } = parseReference(reference) ?? {};
  return `${tag}@${digest}`;
}

function referencesOf(fields: readonly InspectedField[]): Map<string, string[]> {
  const byImage = Map.groupBy(fields, ({ repositories: [repository = ''] }) => {
    const reference = parseReference(repository);
    return reference ? normalRepository(reference) : repository;
  });
  return new Map(
    [...byImage].map(([image, own]) => {
      const versioned = own.filter(({ tag, digest }) => tag !== undefined || digest !== undefined);
      const counted = versioned.length > 0 ? versioned : own;
      return [image, [...new Set(counted.map(({ reference }) => reference))].sort()];
    }),
  );
}
