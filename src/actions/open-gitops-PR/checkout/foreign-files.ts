import { lstatSync } from 'node:fs';
import { ActionError } from '../../../core/error.ts';
import type { ForeignName } from '../../../files/foreign-names.ts';
import { readRegularFile } from '../../../files/regular-file.ts';
import { blobOid, type ListedFile } from '../../../github/repository/files.ts';
import type { ForeignEntry, Index } from './git-index.ts';

interface ForeignFiles {
  readonly root: string;
  readonly index: Index;
  /** All paths of the commit, as GitHub spells them. */
  readonly committed: ReadonlyMap<string, ListedFile>;
  /** What lies in the checkout and isn't ignored. */
  readonly onDisk: readonly ForeignName[];
  readonly isWanted: (path: string) => boolean;
}

/**
 * Requires that no file changed whose name is not UTF-8: GitHub's API takes only UTF-8, so such a change would be lost. New files in a
 * folder with such a name aren't found if the folder also has committed ones.
 * @returns the paths of the commit that stand for such files, which are to be left alone
 * @throws ActionError `file-name-not-utf8`
 */
export function requireForeignUnchanged(files: ForeignFiles): ReadonlySet<string> {
  const { root, index, committed, onDisk, isWanted } = files;
  const tracked = index.foreign;
  const isTracked = ({ escaped }: ForeignName) =>
    tracked.some(({ name }) => name.escaped === escaped || name.escaped.startsWith(`${escaped}/`));
  const changed = [
    ...onDisk.filter((name) => !isTracked(name)),
    ...tracked.filter((entry) => isStaged(entry, files) || !isUntouched(root, entry)).map(({ name }) => name),
  ].find(({ decoded }) => isWanted(decoded));
  if (changed) throw nameNotSupported(changed.escaped);
  const decoded = new Set(tracked.map(({ name }) => name.decoded));
  return new Set([...committed.keys()].filter((path) => decoded.has(path) && !index.files.has(path)));
}

/** If several names look alike, it is unknown which of them GitHub's entry is. */
function isStaged({ oid, name }: ForeignEntry, { committed, index }: ForeignFiles): boolean {
  const alike = index.foreign.filter((entry) => entry.name.decoded === name.decoded);
  return alike.length === 1 && committed.get(name.decoded)?.oid !== oid;
}

function isUntouched(root: string, { bytes, excluded, size, modifiedAt, oid }: ForeignEntry): boolean {
  const path = Buffer.concat([Buffer.from(`${root}/`), bytes]);
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (stats === undefined) return excluded;
  if (!stats.isFile()) return true;
  if (BigInt(size) === stats.size % 2n ** 32n && modifiedAt === stats.mtimeNs) return true;
  return blobOid(readRegularFile(path, { links: 'refuse' })) === oid;
}

function nameNotSupported(escaped: string): ActionError {
  return new ActionError({
    code: 'file-name-not-utf8',
    message: `${escaped} was changed in the checkout, and its name is not UTF-8, which GitHub's API can't take.`,
    remedy:
      'Rename the file, or push it with git and leave its folder out of `add-paths` (a line that starts with "!").',
  });
}
