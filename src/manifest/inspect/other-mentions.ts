import type { ImageReference } from '../../image/reference.ts';
import { mentionsOf } from '../fields/mentions.ts';
import { throwIfCancelled } from '../files/cancellation.ts';
import { Prefilter } from '../files/prefilter.ts';
import { type SearchScope, searchFiles } from '../files/search.ts';
import { fileSelector } from '../files/select-files.ts';
import { splitDocuments } from '../syntax/documents.ts';
import { lineCounter } from '../syntax/place.ts';

/** A place that names an image and isn't known as an image field. */
export interface OtherMention {
  readonly image: ImageReference;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** What the place is in. */
  readonly within: 'ConfigMap' | 'Secret' | 'template' | '.github' | 'other text';
}

/** Reads the selected files and `.github` as text. A comment doesn't count. */
export async function otherMentions(
  { root, selects }: SearchScope,
  images: readonly ImageReference[],
  signal: AbortSignal,
  maxFiles: number,
): Promise<readonly OtherMention[]> {
  const prefilter = new Prefilter(images.map(({ repository }) => repository.slice(repository.lastIndexOf('/') + 1)));
  const inGithub = fileSelector(['**/.github']);
  const scope = { root, selects: (path: string) => selects(path) || inGithub(path) };
  const mentions: OtherMention[] = [];
  let read = 0;
  for (const { file, text } of searchFiles(scope, prefilter, { searched: 0, skipped: [] })) {
    await throwIfCancelled(signal);
    if (++read > maxFiles) break;
    const lineAt = lineCounter(text);
    for (const part of splitDocuments(text))
      for (const image of images)
        for (const offset of mentionsOf(part.text, image)) {
          const line = lineOf(part.text, offset);
          if (line.trimStart().startsWith('#')) continue;
          mentions.push({ image, file, line: lineAt(part.offset + offset), within: withinWhat(file, part.text) });
        }
  }
  return mentions;
}

function lineOf(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return text.slice(text.lastIndexOf('\n', offset) + 1, end < 0 ? undefined : end);
}

function withinWhat(file: string, document: string): OtherMention['within'] {
  if (/(?:^|\/)\.github\//.test(file)) return '.github';
  const kind = /^(?:"?kind"?:[ \t]*["']?)(?<kind>ConfigMap|Secret)\b/m.exec(document)?.groups?.['kind'];
  if (kind === 'ConfigMap' || kind === 'Secret') return kind;
  return document.includes('{{') ? 'template' : 'other text';
}
