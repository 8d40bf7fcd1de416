import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { invalidInput } from '../../../core/inputs.ts';
import { type InputPath, resolveInputPath } from '../../../files/input-path.ts';
import { leadsOutByLink } from '../../../files/links.ts';

/** The folder to build. @throws ActionError `input-invalid` if it isn't a folder, or leads out of the workspace */
export async function findContext(input: InputPath, cwd: string): Promise<string> {
  const path = resolveInputPath('context', input, cwd);
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return path;
  if (found)
    throw invalidInput('context', `is "${input}", which is a file.`, ['Give its folder here, and the file in `file`.']);
  throw invalidInput('context', `is "${input}", but there is no such folder.`, [
    'Does an earlier step run actions/checkout? Paths are relative to the workspace.',
  ]);
}

/** The Dockerfile as the user gives it. */
interface DockerfileSource {
  /** `undefined`: the Dockerfile or Containerfile of the context. */
  readonly file: InputPath | undefined;
  readonly context: string;
}

/** The path of the Dockerfile. @param context absolute path of the context. @throws ActionError `input-invalid` if there is none */
export async function findDockerfile(
  { file, context: input }: DockerfileSource,
  context: string,
  cwd: string,
): Promise<string> {
  const candidates =
    file === undefined
      ? [join(context, 'Dockerfile'), join(context, 'Containerfile')]
      : [resolveInputPath('file', file, cwd)];
  for (const path of candidates) {
    if (!(await stat(path).catch(() => undefined))?.isFile()) continue;
    if (!leadsOutByLink(path, cwd)) {
      requireIgnoreFiles(context, path, cwd);
      return path;
    }
    throw invalidInput('file', `is "${basename(path)}", which leads out of the workspace through a symbolic link.`, [
      'Replace the link by the Dockerfile itself: engines show its lines, and other files of the runner may be secret.',
    ]);
  }
  if (file !== undefined)
    throw invalidInput('file', `is "${file}", but there is no such file.`, [
      'Paths are relative to the workspace, not to `context`.',
    ]);
  throw invalidInput('file', `is not given, and there is no Dockerfile in the context "${input}".`, [
    'Give the path of the Dockerfile; or give `base` and `files` to build without one.',
  ]);
}

/** Engines read these files as well, and would wait for a pipe. @throws ActionError `input-invalid` */
function requireIgnoreFiles(context: string, dockerfile: string, cwd: string): void {
  for (const name of ['.dockerignore', '.containerignore'])
    for (const path of [join(context, name), dockerfile + name]) {
      const stats = statSync(path, { throwIfNoEntry: false });
      const isUsable = stats === undefined || (stats.isFile() && !leadsOutByLink(path, cwd));
      if (isUsable) continue;
      throw invalidInput('context', `contains ${basename(path)}, which is no file of the workspace.`, [
        'Replace it by a file, or remove it.',
      ]);
    }
}
