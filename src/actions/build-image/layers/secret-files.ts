import { basename } from 'node:path';
import { ActionError } from '../../../core/error.ts';
import type { FileMapping } from '../input-types/file-mapping.ts';

/** Files that contain credentials by convention, as paths in the context. */
const CREDENTIAL_FILES = [
  /(^|\/)\.env(\.(?!example$|sample$|template$|dist$)[^/]+)?$/,
  /(^|\/)\.(netrc|npmrc|pypirc|git-credentials|pgpass|htpasswd|dockercfg|vault-token)$/,
  /(^|\/)\.(ssh|aws|gnupg|kube|azure)\//,
  /(^|\/)\.docker\/config\.json$/,
  /(^|\/)\.config\/(gcloud|gh)\//,
  /(^|\/)(id_rsa|id_dsa|id_ecdsa|id_ed25519)$/,
  /(^|\/)kubeconfig$/,
];

/**
 * Stops a build that would put credentials into the image as part of a folder. A file that is named by itself is intended.
 * @param found target path → path in the context
 */
export function requireNoCredentials(found: ReadonlyMap<string, string>, mapping: FileMapping): void {
  const files = [...found.values()].filter((file) => CREDENTIAL_FILES.some((pattern) => pattern.test(file)));
  const isIntended = files.length === 1 && basename(mapping.source) === basename(files[0] ?? '');
  if (files.length === 0 || isIntended) return;
  const shown = files.slice(0, 5).join(', ') + (files.length > 5 ? ', …' : '');
  const what = files.length === 1 ? 'a file that usually contains' : `${files.length} files that usually contain`;
  throw new ActionError({
    code: 'secret-in-layer',
    message: `Input \`files\` would put ${what} credentials into the image, with "${mapping.source}": ${shown}.`,
    remedy:
      'Remove it from that folder, or name narrower sources. If it belongs in the image, name the file in a line of its own.',
  });
}
