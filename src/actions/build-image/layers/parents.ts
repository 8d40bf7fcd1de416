import { ActionError } from '../../../core/error.ts';
import type { TarEntry } from '../../../image/layer/tar.ts';
import type { FileMapping } from '../input-types/file-mapping.ts';

/**
 * Folders that every base image has (Filesystem Hierarchy Standard 3.0). An entry of ours would change their mode (/tmp, /root), or
 * replace a symbolic link of the base by a folder (/lib, /bin, /var/run).
 */
const STANDARD = new Set(
  [
    'bin boot dev etc home lib lib32 lib64 libx32 media mnt opt proc root run sbin srv sys tmp usr var',
    'etc/ssl etc/ssl/certs usr/bin usr/include usr/lib usr/lib64 usr/libexec usr/local usr/local/bin usr/local/etc usr/local/lib',
    'usr/local/sbin usr/local/share usr/sbin usr/share var/cache var/lib var/lock var/log var/mail var/opt var/run var/spool var/tmp',
  ].flatMap((line) => line.split(' ')),
);

const STICKY = new Set(['tmp', 'var/tmp']);

/**
 * Adds the parent folders of the entries of one line of `files`, with the owner of that line. Without these entries, the container
 * runtime creates the folders, and each runtime with another mode. The standard folders of a base stay as they are.
 */
export function addParents(
  entries: Map<string, TarEntry>,
  added: readonly TarEntry[],
  { owner }: FileMapping,
  { mtime, fromScratch }: { readonly mtime: number; readonly fromScratch: boolean },
): void {
  for (const { path, kind } of added) {
    const steps = path.split('/').slice(0, -1);
    steps.forEach((_, index) => {
      const parent = steps.slice(0, index + 1).join('/');
      const isStandard = STANDARD.has(parent);
      const existing = entries.get(parent);
      if (existing && existing.kind !== 'directory') throw conflict(parent);
      if (existing || (isStandard && !fromScratch)) return;
      const { uid, gid } = (isStandard ? undefined : owner) ?? { uid: 0, gid: 0 };
      entries.set(parent, {
        kind: 'directory',
        path: parent,
        mode: STICKY.has(parent) ? 0o1777 : 0o755,
        uid,
        gid,
        mtime,
      });
    });
    // The folder itself may be a standard one: `rootfs => /` contains /usr, /etc …
    if (kind === 'directory' && STANDARD.has(path) && !fromScratch) entries.delete(path);
  }
}

export function conflict(path: string): ActionError {
  return new ActionError({
    code: 'files-conflict',
    message: `Input \`files\` makes /${path} both a folder and something else.`,
    remedy: 'Give them different targets; to put a file into a folder, end the target with "/".',
  });
}
