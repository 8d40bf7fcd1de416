import { type ImageReference, normalRepository } from '../../image/reference.ts';

/**
 * Where a text names a repository, in any spelling that clients resolve to it, whatever surrounds it. A name of one word on Docker Hub
 * (`nginx`) counts only with its registry or a version: elsewhere it is a word like others.
 * @returns offsets in UTF-16 units.
 */
export function mentionsOf(text: string, reference: ImageReference): number[] {
  const [host = '', ...path] = normalRepository(reference).split('/');
  const isHub = host === 'docker.io';
  const [, word] = isHub && path[0] === 'library' ? path : [];
  const name = escaped(path.join('/'));
  const hub = String.raw`(?:(?:index\.|registry-1\.)?docker\.io/)`;
  const patterns = !isHub
    ? [`${escaped(host)}/${name}`]
    : word === undefined
      ? [`${hub}?${name}`]
      : [`${hub}(?:library/)?${escaped(word)}`, `(?:library/)?${escaped(word)}(?=[:@])`];
  const end = String.raw`(?![\w/-]|\.\w)`;
  return patterns.flatMap((pattern) =>
    [...text.matchAll(new RegExp(String.raw`(?<![\w./:-])${pattern}${end}`, 'g'))].map(({ index }) => index),
  );
}

function escaped(text: string): string {
  return text.replace(/[^a-z0-9]/gi, '\\$&');
}
