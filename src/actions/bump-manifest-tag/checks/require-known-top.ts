import { dirname, relative, sep } from 'node:path';
import { ActionError } from '../../../core/error.ts';
import type { EditedFile } from '../../../manifest/bump/bump-result.ts';
import { gitTop } from '../../../manifest/files/root.ts';
import type { FolderSearch } from '../plan.ts';

/**
 * Checks that the names of changed files will be those in the repository: with other names, open-gitops-PR would edit other files.
 * @throws ActionError `top-unknown`.
 */
export function requireKnownTop({ folder, scope }: FolderSearch): void {
  if (scope.root.topIsKnown) return;
  throw new ActionError({
    code: 'top-unknown',
    message: `There is no \`.git\` at or above ${folder}, so it is unknown how its repository names the files.`,
    remedy:
      'Set `top` to the folder of the whole checkout, such as `top: gitops` (`top: .` if it is the workspace), or check out with Git installed.',
  });
}

/**
 * Checks that the changed files belong to the searched repository, and not to another checkout or a submodule inside it.
 * @throws ActionError `top-unknown`.
 */
export function requireOneRepository(files: readonly EditedFile[], { scope, top }: FolderSearch): void {
  const { root } = scope;
  if (top !== undefined) return;
  const folders = new Set(files.map(({ path }) => dirname(path)));
  for (const folder of folders) {
    const other = gitTop(folder, root.top);
    if (other === undefined || other === root.top) continue;
    const name = relative(root.top, other).split(sep).join('/');
    const file = files.find(({ path }) => dirname(path) === folder)?.file;
    throw new ActionError({
      code: 'top-unknown',
      message: `${file} belongs to the Git repository in ${name}, a checkout or submodule of its own.`,
      remedy: `Search one repository at a time, such as \`root: ${name}\`; or set \`top\` to the folder that files are to be named from.`,
    });
  }
}
