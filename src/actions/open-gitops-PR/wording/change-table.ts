import { code, codeBlock, details, link, table } from '../../../core/markdown.ts';
import { fieldRows } from '../../../manifest/changes/field-rows.ts';
import type { FileChange } from '../../../manifest/changes/file-change.ts';
import { type DesiredFile, editKind } from '../change/desired-state.ts';
import { changedLines } from '../change/lines.ts';
import { versionOf } from './version.ts';

/** The URL of a file, at a line if one is given. */
export type FileUrl = (path: string, line?: number) => string;

interface Changes {
  /** The changes of bump-manifest-tag, if they are the source. */
  readonly changes: readonly FileChange[] | undefined;
  readonly edits: readonly DesiredFile[];
}

/** One row for each image field, or for each file if no image fields are known. */
export function changeTable({ changes = [], edits }: Changes, fileUrl: FileUrl): string {
  const images = fieldRows(changes).map(({ image, from, to, file, line }) => [
    code(image),
    code(versionOf(from)),
    code(versionOf(to)),
    link(code(`${file}:${line}`), fileUrl(file, line)),
  ]);
  if (images.length > 0) return table(['image', 'from', 'to', 'file'], images);
  const files = edits.map((edit) => [
    edit.after === undefined ? code(edit.path) : link(code(edit.path), fileUrl(edit.path)),
    describeEdit(edit),
  ]);
  return table(['file', 'change'], files);
}

function describeEdit(edit: DesiredFile): string {
  const { before, after } = edit;
  if (before === undefined || after === undefined) return editKind(edit);
  const images = imageChanges(before.content.toString('utf8'), after.content.toString('utf8'));
  return images.map(({ from, to }) => `${code(from)} → ${code(to)}`).join('<br>') || editKind(edit);
}

const IMAGE_FIELD = /^[-+] \s*(?:- )?(image|newTag|newName|tag|imageTag|digest):\s*["']?([^\s"'#]+)/;

/** Changed image fields, found line by line. That is good enough for a table, and reveals nothing else of the file. */
function imageChanges(before: string, after: string): { readonly from: string; readonly to: string }[] {
  const fields = changedLines(before, after, Number.POSITIVE_INFINITY).flatMap((line) => {
    const [, key, value] = IMAGE_FIELD.exec(line) ?? [];
    return key === undefined || value === undefined ? [] : [{ removed: line.startsWith('-'), key, value }];
  });
  return fields.flatMap(({ removed, key, value }, i) => {
    const added = removed ? fields.slice(i + 1).find((field) => !field.removed && field.key === key) : undefined;
    return added === undefined ? [] : [{ from: value, to: added.value }];
  });
}

/** Beyond these numbers, a reader opens the files. */
const MOST_DIFFS = 10;
const MOST_DIFF_LINES = 30;

/**
 * A folded diff of each file, unless the table shows every change already. For pull requests only: people who can read a job summary
 * may not be allowed to read the GitOps repository.
 */
export function fileDiffs({ changes, edits }: Changes): string[] {
  return changes === undefined ? edits.slice(0, MOST_DIFFS).flatMap(fileDiff) : [];
}

function fileDiff({ path, before, after }: DesiredFile): string[] {
  const [old, now] = [before?.content ?? Buffer.alloc(0), after?.content ?? Buffer.alloc(0)];
  if (old.includes(0) || now.includes(0)) return [];
  const lines = changedLines(old.toString('utf8'), now.toString('utf8'), MOST_DIFF_LINES);
  return lines.length === 0 ? [] : [details(path, codeBlock(lines.join('\n'), 'diff'))];
}
