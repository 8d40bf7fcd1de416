import { expect } from '@jest/globals';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { bump, bumped } from '../harness.ts';
import { manifests, tags } from './generated.ts';

/** How generated manifests are tried. A failing run reports its seed and the smallest failing manifest. */
export interface Cases {
  readonly seed: number;
  readonly numRuns: number;
}

/** The result is the text with the new value; nothing else differs. Returns how many of the generated texts were valid YAML. */
export function onlyTheValueChanges(cases: Cases): number {
  let edited = 0;
  fc.assert(
    fc.property(manifests, tags, tags, (manifest, oldTag, newTag) => {
      const write = (tag: string) => manifest(`ghcr.io/acme/shop:${tag}`, tag);
      const source = write(oldTag);
      if (parseAllDocuments(source, { uniqueKeys: false }).some(({ errors }) => errors.length > 0)) return;
      edited++;
      expect(bumped(source, { image: `ghcr.io/acme/shop:${newTag}`, file: 'kustomization.yaml' })).toBe(write(newTag));
    }),
    cases,
  );
  return edited;
}

/** Bumping back restores the file. */
export function undoingRestores(cases: Cases): void {
  fc.assert(
    fc.property(manifests, tags, tags, (manifest, oldTag, newTag) => {
      const source = manifest(`ghcr.io/acme/shop:${oldTag}`, oldTag);
      const there = bump(source, { image: `ghcr.io/acme/shop:${newTag}` });
      fc.pre(there.skipped.length === 0);
      const back = bumped(there.edited?.text ?? source, { image: `ghcr.io/acme/shop:${oldTag}` });
      expect(back).toBe(source);
    }),
    cases,
  );
}

/** A second bump changes nothing. */
export function againIsTheSame(cases: Cases): void {
  fc.assert(
    fc.property(manifests, tags, tags, (manifest, oldTag, newTag) => {
      const image = `ghcr.io/acme/shop:${newTag}`;
      const once = bumped(manifest(`ghcr.io/acme/shop:${oldTag}`, oldTag), { image });
      expect(bump(once, { image }).edited?.splices.length ?? 0).toBe(0);
    }),
    cases,
  );
}
