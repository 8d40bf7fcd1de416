import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, relative, resolve } from 'node:path';
import { type Env, invalidInput } from '../../../action/inputs.ts';
import { listAt, parseJson, stringAt } from '../../../json/json.ts';
import { KUSTOMIZATION, renderKustomization } from './kustomize.ts';

/** An object that a manifest describes. */
export interface ManifestObject {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

const MANIFEST = ['.yaml', '.yml', '.json'];

interface Surroundings {
  readonly cwd: string;
  readonly env: Env;
  readonly signal: AbortSignal;
}

/** One text with manifests, and what it is called. */
interface Source {
  readonly name: string;
  readonly text: string;
}

/**
 * The objects of files and folders (read to their depths); a folder with a kustomization is rendered.
 * @throws ActionError `input-invalid` where one can't be read, `kustomize-missing`, `kustomize-failed`.
 */
export async function readManifests(
  paths: readonly string[],
  around: Surroundings,
): Promise<readonly ManifestObject[]> {
  const sources = (await Promise.all(paths.map((path) => sourcesOf(path, around)))).flat();
  const objects = (await Promise.all(sources.map(objectsIn))).flat();
  if (paths.length > 0 && objects.length === 0)
    throw invalidInput('manifests', `names ${paths.join(', ')}, where no Kubernetes object was found.`, [
      'It takes rendered manifests: files or folders with YAML or JSON.',
    ]);
  return objects;
}

async function sourcesOf(path: string, around: Surroundings): Promise<readonly Source[]> {
  const absolute = resolve(around.cwd, path);
  const info = await stat(absolute).catch(() => undefined);
  if (!info)
    throw invalidInput('manifests', `names "${path}", which does not exist.`, [`Paths start at ${around.cwd}.`]);
  if (info.isDirectory()) {
    const top = await readdir(absolute);
    if (top.some((name) => KUSTOMIZATION.includes(name)))
      return [{ name: path, text: await renderKustomization(absolute, path, around) }];
  }
  const files = info.isDirectory() ? await filesUnder(absolute) : [absolute];
  return Promise.all(
    files.map(async (file) => ({ name: relative(around.cwd, file), text: await readFile(file, 'utf8') })),
  );
}

async function filesUnder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && MANIFEST.includes(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function objectsIn({ name, text }: Source): Promise<readonly ManifestObject[]> {
  const json = parseJson(text);
  if (json !== undefined) return itemsOf(json).flatMap(readManifest);
  const { parseDocument } = await import('yaml');
  // One document after the other: a parsed one is many times as large as its text, and there may be thousands.
  return documentsOf(text).flatMap((source) => {
    const document = parseDocument(source);
    const [error] = document.errors;
    if (error)
      throw invalidInput('manifests', `holds ${name}, which is not YAML: ${error.message.split('\n')[0]}.`, [
        'Render templates first (helm template, kustomize build).',
      ]);
    return itemsOf(document.toJS()).flatMap(readManifest);
  });
}

/**
 * The documents of a stream, each with as many blank lines before it that errors tell the line of the whole. Directives (`%YAML 1.2`) stand
 * before the line at which their document begins, and say nothing that is needed.
 */
function documentsOf(text: string): readonly string[] {
  let line = 0;
  return text
    .replace(/^%.*/gm, '')
    .split(/^---(?=\s|$)/m)
    .map((document) => {
      const placed = '\n'.repeat(line) + document;
      line += document.split('\n').length - 1;
      return placed;
    });
}

function itemsOf(value: unknown): readonly unknown[] {
  return stringAt(value, 'kind')?.endsWith('List') ? listAt(value, 'items') : [value];
}

function readManifest(value: unknown): ManifestObject[] {
  const apiVersion = stringAt(value, 'apiVersion');
  const kind = stringAt(value, 'kind');
  const name = stringAt(value, 'metadata', 'name');
  if (apiVersion === undefined || kind === undefined || name === undefined) return [];
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return [{ group, kind, namespace: stringAt(value, 'metadata', 'namespace'), name }];
}
