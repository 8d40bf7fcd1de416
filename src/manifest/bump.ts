import { setImmediate } from 'node:timers/promises';
import { type BumpRules, bumpFile, type MatchedField, type Refusal } from './bump-file.ts';
import { candidates, type Root, type Survey } from './files/survey.ts';
import type { Remark } from './remark.ts';
import { loadParser, type Parser } from './syntax/parse.ts';
import type { Splice } from './syntax/splice.ts';

export interface EditedFile {
  /** Absolute path. */
  readonly path: string;
  /** Relative to the Git top level, with `/`. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
  readonly splices: readonly Splice[];
}

export interface Bumped {
  /** Files that were read. */
  readonly searched: number;
  readonly matched: readonly MatchedField[];
  readonly files: readonly EditedFile[];
  /** Fields of wanted images that stay as they are, on purpose. */
  readonly left: readonly Remark[];
  /** What could not be searched or filled. */
  readonly skipped: readonly Remark[];
  /** Reasons to write nothing at all. */
  readonly refused: readonly Refusal[];
}

/** Finds the fields of the wanted images in all selected files and makes the edits in memory; nothing is written. */
export async function bumpManifests(
  root: Root,
  wanted: (path: string) => boolean,
  rules: BumpRules,
  signal: AbortSignal,
): Promise<Bumped> {
  const survey: Survey = { searched: 0, skipped: [] };
  const matched: MatchedField[] = [];
  const left: Remark[] = [];
  const refused: Refusal[] = [];
  const files: EditedFile[] = [];
  let parser: Parser | undefined;
  for (const { path, file, text } of candidates(root, wanted, rules.needles, survey)) {
    // Lets a cancellation through between two files.
    await setImmediate();
    signal.throwIfAborted();
    // Loaded only when there is something to parse: most files of most runs never get here.
    parser ??= await loadParser();
    const result = bumpFile({ file, text }, rules, parser);
    matched.push(...result.matched);
    left.push(...result.left);
    refused.push(...result.refused);
    survey.skipped.push(...result.skipped);
    const { edited } = result;
    if (edited && edited.splices.length > 0)
      files.push({ path, file, before: text, after: edited.text, splices: edited.splices });
  }
  return { searched: survey.searched, skipped: survey.skipped, matched, left, refused, files };
}
