import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, relative, resolve } from 'node:path';
import { invalidInput } from '../../action/inputs.ts';
import { listAt, stringAt } from '../../json/json.ts';

/** An object that a manifest describes. */
export interface ManifestObject {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

const MANIFEST = ['.yaml', '.yml', '.json'];

/** The objects of files and folders (read to their depths). @throws ActionError `input-invalid` where one can't be read. */
export async function readManifests(paths: readonly string[], cwd: string): Promise<readonly ManifestObject[]> {
  const files = (await Promise.all(paths.map((path) => filesUnder(path, cwd)))).flat();
  const objects = (await Promise.all(files.map((file) => objectsIn(file, cwd)))).flat();
  if (paths.length > 0 && objects.length === 0)
    throw invalidInput('manifests', `names ${paths.join(', ')}, where no Kubernetes object was found.`, [
      'It takes rendered manifests: files or folders with YAML or JSON.',
    ]);
  return objects;
}

async function filesUnder(path: string, cwd: string): Promise<readonly string[]> {
  const absolute = resolve(cwd, path);
  const info = await stat(absolute).catch(() => undefined);
  if (!info) throw invalidInput('manifests', `names "${path}", which does not exist.`, [`Paths start at ${cwd}.`]);
  if (!info.isDirectory()) return [absolute];
  const entries = await readdir(absolute, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && MANIFEST.includes(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function objectsIn(file: string, cwd: string): Promise<readonly ManifestObject[]> {
  const { parseAllDocuments } = await import('yaml');
  const documents = parseAllDocuments(await readFile(file, 'utf8'));
  return [...documents].flatMap((document) => {
    const [error] = document.errors;
    if (error)
      throw invalidInput(
        'manifests',
        `holds ${relative(cwd, file)}, which is not YAML: ${error.message.split('\n')[0]}.`,
        ['Render templates first (helm template, kustomize build).'],
      );
    const value: unknown = document.toJS();
    const items = stringAt(value, 'kind')?.endsWith('List') ? listAt(value, 'items') : [value];
    return items.flatMap(readManifest);
  });
}

function readManifest(value: unknown): ManifestObject[] {
  const apiVersion = stringAt(value, 'apiVersion');
  const kind = stringAt(value, 'kind');
  const name = stringAt(value, 'metadata', 'name');
  if (apiVersion === undefined || kind === undefined || name === undefined) return [];
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return [{ group, kind, namespace: stringAt(value, 'metadata', 'namespace'), name }];
}
