import { ActionError } from '../../../core/error.ts';
import type { TarEntry } from '../../../image/layer/tar.ts';
import type { FileMapping } from '../input-types.ts';

/**
 * Folders that every base image brings (Filesystem Hierarchy Standard 3.0). An entry of ours would change their mode
 * (/tmp, /root), or put a folder where the base has a symbolic link (/lib, /bin, /var/run).
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
 * Adds the folders above what a line of `files` brings, owned as that line says. Without them they would be made by whoever
 * unpacks the layer, with modes that differ between runtimes. On a base, its standard folders stay as the base has them.
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
      const standard = STANDARD.has(parent);
      const above = entries.get(parent);
      if (above && above.kind !== 'directory') throw conflict(parent);
      if (above || (standard && !fromScratch)) return;
      const { uid, gid } = (standard ? undefined : owner) ?? { uid: 0, gid: 0 };
      entries.set(parent, {
        kind: 'directory',
        path: parent,
        mode: STICKY.has(parent) ? 0o1777 : 0o755,
        uid,
        gid,
        mtime,
      });
    });
    // The target of a folder itself: `rootfs => /` brings the base's own folders again.
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
