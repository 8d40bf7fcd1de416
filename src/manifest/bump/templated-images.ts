import type { ImageBump } from './image-bump.ts';

/** Places where a template expression (`{{ .Values.tag }}`, `${TAG}`) follows a repository: only the template engine knows the tag. */
export function templatedImages(
  text: string,
  bumps: readonly ImageBump[],
): { readonly bump: ImageBump; readonly offset: number; readonly reason: string }[] {
  return bumps.flatMap((bump) => {
    const { from } = bump;
    const name = from.repository.replace(/[^a-z0-9]/gi, '\\$&');
    const pattern = new RegExp(`(?<=^|["'\\s/:=])${name}[^\\s"',]{0,64}?(?:\\{\\{|\\$[{(])`, 'g');
    return [...text.matchAll(pattern)].map(({ index }) => ({
      bump,
      offset: index,
      reason: `names ${from.repository} with a template expression`,
    }));
  });
}
