import { basename } from 'node:path';
import { ActionError } from '../../../core/error.ts';
import type { FileMapping } from '../input-types.ts';

/** Files that hold credentials by convention, as paths in the context. */
const SECRET = [
  /(^|\/)\.env(\.(?!example$|sample$|template$|dist$)[^/]+)?$/,
  /(^|\/)\.(netrc|npmrc|pypirc|git-credentials|pgpass|htpasswd|dockercfg|vault-token)$/,
  /(^|\/)\.(ssh|aws|gnupg|kube|azure)\//,
  /(^|\/)\.docker\/config\.json$/,
  /(^|\/)\.config\/(gcloud|gh)\//,
  /(^|\/)(id_rsa|id_dsa|id_ecdsa|id_ed25519)$/,
  /(^|\/)kubeconfig$/,
];

/**
 * Stops a build that would carry credentials into an image by the way, with a folder. Who means it names the file itself.
 * @param found target path → path in the context
 */
export function refuseSecrets(found: ReadonlyMap<string, string>, mapping: FileMapping): void {
  const files = [...found.values()].filter((file) => SECRET.some((pattern) => pattern.test(file)));
  const named = files.length === 1 && basename(mapping.source) === basename(files[0] ?? '');
  if (files.length === 0 || named) return;
  const shown = files.slice(0, 5).join(', ') + (files.length > 5 ? ', …' : '');
  const what = files.length === 1 ? 'a file that usually holds' : `${files.length} files that usually hold`;
  throw new ActionError({
    code: 'secret-in-layer',
    message: `Input \`files\` would put ${what} credentials into the image, with "${mapping.source}": ${shown}.`,
    remedy:
      'Remove it from that folder, name narrower sources, or, where it belongs into the image, name the file in a line of its own.',
  });
}
