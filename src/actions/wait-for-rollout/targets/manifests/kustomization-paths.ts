import { realpathSync, type Stats, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { ActionError } from '../../../../core/error.ts';
import { invalidInput } from '../../../../core/inputs.ts';
import { describeFsError } from '../../../../files/fs-error.ts';
import { isInside } from '../../../../files/inside.ts';
import { readTextFile } from '../../../../files/regular-file.ts';
import { readYaml } from '../../../../json/yaml.ts';

/** The file names of a kustomization. */
export const KUSTOMIZATION_FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** The fields of a kustomization that hold paths, at any depth (kubectl.docs.kubernetes.io/references/kustomize). */
const PATH_FIELDS = new Set(
  [
    'additionalValuesFiles',
    'bases',
    'chartHome',
    'components',
    'configurations',
    'crds',
    'env',
    'envs',
    'files',
    'generators',
    'patchesStrategicMerge',
    'path',
    'resources',
    'transformers',
    'validators',
    'valuesFile',
  ].map(folded),
);

/** A base that Git clones from this machine. Kustomize removes the prefix "git::". */
const LOCAL_REPOSITORY = /^\s*(?:git::)?file:/i;

/**
 * Requires that a kustomization of the workspace, and all that it includes, names no file or folder outside the workspace. Kustomize
 * itself restricts files to the folder of their kustomization, but a base may lie anywhere.
 * @throws ActionError `input-invalid`
 */
export async function requireKustomizationInside(folder: string, workspace: string): Promise<void> {
  const [start, root] = [realpathSync(folder), realpathSync(workspace)];
  // The user named a folder elsewhere on purpose.
  if (!isInside(start, root)) return;
  const waiting = [start];
  const seen = new Set(waiting);
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const current = next;
    for (const file of KUSTOMIZATION_FILES.map((name) => join(current, name))) {
      if (statOf(file) === undefined) continue;
      const shown = relative(root, file);
      requireInside(file, shown, root);
      for (const path of await pathsIn(file, shown)) {
        if (LOCAL_REPOSITORY.test(path)) throw refuse(shown, `which clones a repository of this machine (${path})`);
        const included = join(current, path);
        const stats = statOf(included);
        // A remote base, or a file that Kustomize will miss.
        if (stats === undefined) continue;
        const real = requireInside(included, shown, root);
        if (!stats.isDirectory() && !stats.isFile()) throw refuse(shown, `which names ${path}, but that is no file`);
        if (stats.isDirectory() && !seen.has(real)) waiting.push(real);
        seen.add(real);
      }
    }
  }
}

/** @returns the real path */
function requireInside(path: string, kustomization: string, root: string): string {
  const real = realpathSync(path);
  if (isInside(real, root)) return real;
  throw refuse(kustomization, `which leads out of the workspace (to ${real})`);
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** The texts in the fields that hold paths. Kustomize isn't called if they are unknown: it may read what this parser can't. */
async function pathsIn(file: string, shown: string): Promise<readonly string[]> {
  let text: string;
  try {
    text = readTextFile(file);
  } catch (thrown) {
    throw refuse(shown, `which can't be read: ${describeFsError(thrown)}`, thrown);
  }
  const document = await readYaml(text);
  if (document.kind === 'unreadable') throw refuse(shown, `which ${document.reason} at line ${document.line}`);
  // An entry of `files` can be `key=path`.
  return textsInPathFields(document.value).flatMap((text) => [text, text.slice(text.indexOf('=') + 1)]);
}

function textsInPathFields(value: unknown): readonly string[] {
  const texts: string[] = [];
  // Aliases make one object stand in many places. Each is visited once outside of the fields, and once inside.
  const visited = { inside: new Set<unknown>(), outside: new Set<unknown>() };
  const visit = (node: unknown, place: 'inside' | 'outside') => {
    if (typeof node === 'string' && place === 'inside') texts.push(node);
    if (typeof node !== 'object' || node === null || visited[place].has(node)) return;
    visited[place].add(node);
    for (const [key, child] of Object.entries(node)) visit(child, PATH_FIELDS.has(folded(key)) ? 'inside' : place);
  };
  visit(value, 'outside');
  return texts;
}

/** Kustomize takes its fields in any case, and `ſ` for `s`, as JSON in Go does. */
function folded(field: string): string {
  return field.toUpperCase().toLowerCase();
}

function refuse(kustomization: string, problem: string, cause?: unknown): ActionError {
  return invalidInput(
    'manifests',
    `names the kustomization ${kustomization}, ${problem}.`,
    ['Mend it, or render it in an earlier step and name the result.'],
    cause,
  );
}
