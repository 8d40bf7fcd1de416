import { realpathSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type InputType, InvalidInput } from '../core/input-types.ts';
import { invalidInput } from '../core/inputs.ts';
import { isInside } from './inside.ts';
import { leadsOutByLink } from './links.ts';

/** A path as an input gives it. `resolveInputPath` makes a path of it that may be opened. */
export type InputPath = string & { readonly __brand: 'InputPath' };

/** An input that is a path. Every input that names a file or folder has this type, because it brings the guard with it. */
export const inputPath: InputType<InputPath> = {
  expects: 'a path',
  parse(text) {
    if (isInputPath(text)) return text;
    throw new InvalidInput('A path has no line breaks and no NUL characters.');
  },
};

function isInputPath(text: string): text is InputPath {
  return !/[\0\r\n]/.test(text);
}

/**
 * The absolute path of a file or folder that an input names, relative to the workspace. The user may name anything, also outside of the
 * workspace, such as a file that an earlier step wrote to RUNNER_TEMP. A commit may not: a symbolic link of the workspace that leads out
 * of it is refused, wherever to. Links that stay inside are resolved.
 * @param name of the input
 * @throws ActionError `input-invalid`
 */
export function resolveInputPath(name: string, path: InputPath, workspace: string): string {
  const absolute = resolve(workspace, path.replaceAll('\\', '/'));
  if (leadsOutByLink(absolute, workspace))
    throw invalidInput(name, `is "${path}", which leads out of the workspace through a symbolic link.`, [
      'Replace the link by the file or folder itself: other files of the runner may be secret.',
    ]);
  return withoutLinks(absolute, workspace);
}

/** Resolves links, but keeps the workspace spelled as it is. */
function withoutLinks(path: string, workspace: string): string {
  try {
    const [real, root] = [realpathSync(path), realpathSync(workspace)];
    return isInside(real, root) ? join(workspace, relative(root, real)) : path;
  } catch {
    // It doesn't exist. Whoever opens it says so.
    return path;
  }
}
