import type { ImageBump } from './image-bump.ts';

/** What begins an expression of a template engine or a shell. */
const BEGIN = String.raw`\{\{|[$#]\{|\$\(|\$[A-Za-z_]|%[A-Za-z_]|<[A-Za-z_]|\[\[|\(\(`;
const END = String.raw`[})\]%>]`;

/**
 * Places where a template expression follows a repository (`acme/shop:{{ .Values.tag }}`, `acme/shop:${TAG}`) or gives its registry
 * (`${REGISTRY}/acme/shop:1.4.2`): only the template engine knows the reference.
 */
export function templatedImages(
  text: string,
  bumps: readonly ImageBump[],
): { readonly bump: ImageBump; readonly offset: number; readonly reason: string }[] {
  return bumps.flatMap((bump) => {
    const { from } = bump;
    const name = from.repository.replace(/[^a-z0-9]/gi, '\\$&');
    const pattern = new RegExp(`(?<=^|["'\\s/:=])${name}(?:[^\\s"',]{0,64}?(?:${BEGIN})|(?<=${END}/${name})[:@])`, 'g');
    return [...text.matchAll(pattern)].map(({ index }) => ({
      bump,
      offset: index,
      reason: `names ${from.repository} with a template expression`,
    }));
  });
}
