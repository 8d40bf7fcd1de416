import { randomUUID } from 'node:crypto';
import { chmodSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ActionError, messageOf } from '../../core/error.ts';

export interface FileWrite {
  /** Absolute path. */
  readonly path: string;
  /** The text that was read; the file must still contain it. */
  readonly before: string;
  readonly after: string;
}

/**
 * Replaces the contents of files. All new contents are first written to temporary files next to the old ones; then each replaces its file
 * atomically, with the old mode. An interruption leaves no file half written.
 * @throws ActionError `file-changed` if a file no longer contains what was read, `file-not-writable`.
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
      message: `A manifest can't be written: ${messageOf(thrown)}.`,
      remedy: 'Give the user that runs the job permission to write to the checkout.',
      cause: thrown,
    });
  } finally {
    for (const { temporary } of staged) rmSync(temporary, { force: true });
  }
}

function changedMeanwhile(path: string): ActionError {
  return new ActionError({
    code: 'file-changed',
    message: `Something else changed ${path} while it was being edited.`,
    remedy: 'Let only one step at a time write to the checkout, then run this step again.',
  });
}
