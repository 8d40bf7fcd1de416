import { ActionError } from '../../core/error.ts';
import { describeFsError } from '../../files/fs-error.ts';
import { readTextFile } from '../../files/regular-file.ts';
import { stringAt } from '../../json/json.ts';

/** The PEM text in `<key>-data` (Base64), or in the file named by `<key>`. The data wins, as in kubectl. */
export async function readPem(
  entry: Readonly<Record<string, unknown>>,
  key: string,
  owner: string,
): Promise<string | undefined> {
  const data = stringAt(entry, `${key}-data`);
  if (data) return Buffer.from(data, 'base64').toString('utf8');
  const path = stringAt(entry, key);
  if (!path) return undefined;
  try {
    return readTextFile(path);
  } catch (thrown) {
    throw new ActionError({
      code: 'kubeconfig-unreadable',
      message: `The ${key} of ${owner} can't be read: ${path}, ${describeFsError(thrown)}.`,
      remedy: `Write the file in an earlier step, or embed it as \`${key}-data\` (\`kubectl config view --raw --flatten\`).`,
      cause: thrown,
    });
  }
}
