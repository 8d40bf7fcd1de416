import { randomUUID } from 'node:crypto';
import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning } from './running.ts';

/** A file that is being written carries the id of its process, so a later run can tell whether a killed one left it. */
const STAGED = /^\.gitops-actions-(\d+)-[0-9a-f-]{36}\.tmp$/;

/** In milliseconds. No run writes for this long: an older file belongs to a process of another container or machine. */
const MAX_AGE = 60 * 60 * 1000;

/** A new name for the temporary file that will replace a file of the same folder. */
export function stagedName(): string {
  return `.gitops-actions-${process.pid}-${randomUUID()}.tmp`;
}

/** Whether a name is one of `stagedName`: such a file is no manifest, and is never committed. */
export function isStagedName(name: string): boolean {
  return STAGED.test(name);
}

/** Removes the temporary files that killed runs left in a folder. Call it before the first `stagedName` there. */
export function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = STAGED.exec(name)?.[1];
    if (pid === undefined) continue;
    const path = join(folder, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    const isOld = stats !== undefined && Date.now() - stats.mtimeMs > MAX_AGE;
    if (isOld || !isRunning(Number(pid))) rmSync(path, { force: true });
  }
}
