import { randomUUID } from 'node:crypto';
import { chmodSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ActionError } from '../../core/error.ts';

export interface FileWrite {
  /** Absolute path. */
  readonly path: string;
  /** What was read; the file must still be that. */
  readonly before: string;
  readonly after: string;
}

/**
 * Replaces the contents of files: all new contents are written beside the old ones first, then each takes its place in one step, with
 * the mode of the old. Whatever interrupts this, no file is ever half written.
 * @throws ActionError `file-changed` when a file is not what was read, `file-not-writable`.
 */
export function writeFiles(writes: readonly FileWrite[]): void {
  const staged: { readonly temporary: string; readonly path: string }[] = [];
  try {
    for (const { path, before, after } of writes) {
      if (readFileSync(path, 'utf8') !== before) throw changedMeanwhile(path);
      const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
      staged.push({ temporary, path });
      writeFileSync(temporary, after, { flag: 'wx' });
      chmodSync(temporary, statSync(path).mode);
    }
    for (const { temporary, path } of staged) renameSync(temporary, path);
  } catch (thrown) {
    if (thrown instanceof ActionError) throw thrown;
    throw new ActionError({
      code: 'file-not-writable',
      message: `A manifest can't be written: ${thrown instanceof Error ? thrown.message : String(thrown)}.`,
      remedy: 'Give the user that runs the job the right to write the checkout.',
      cause: thrown,
    });
  } finally {
    for (const { temporary } of staged) rmSync(temporary, { force: true });
  }
}

function changedMeanwhile(path: string): ActionError {
  return new ActionError({
    code: 'file-changed',
    message: `${path} was changed by something else while it was being edited.`,
    remedy: 'Let one step at a time write the checkout, and run this one again.',
  });
}
