import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { invalidInput } from '../../../../core/inputs.ts';
import { listAt, parseJson, stringAt } from '../../../../json/json.ts';
import { KUSTOMIZATION, type Render, type RenderContext, withKustomize } from './kustomize.ts';

/** An object that a manifest describes. */
export interface ManifestObject {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

const MANIFEST = ['.yaml', '.yml', '.json'];

interface Surroundings extends RenderContext {
  readonly cwd: string;
}

/** One text with manifests, and what it is called. */
interface Source {
  readonly name: string;
  readonly text: string;
}

/**
 * The objects of files and folders (read to their depths); a folder with a kustomization is rendered.
 * @throws ActionError `input-invalid` where one can't be read, and what rendering throws.
 */
export async function readManifests(
  paths: readonly string[],
  around: Surroundings,
): Promise<readonly ManifestObject[]> {
  const { cwd } = around;
  const read = (render: Render) => Promise.all(paths.map((path) => sourcesOf(path, cwd, render)));
  const sources = (await withKustomize(around, read)).flat();
  const objects = (await Promise.all(sources.map(objectsIn))).flat();
  if (paths.length > 0 && objects.length === 0)
    throw invalidInput('manifests', `names ${paths.join(', ')}, where no Kubernetes object was found.`, [
      'It takes rendered manifests: files or folders with YAML or JSON.',
    ]);
  return objects;
}

async function sourcesOf(path: string, cwd: string, render: Render): Promise<readonly Source[]> {
  const absolute = resolve(cwd, path);
  const info = await stat(absolute).catch(() => undefined);
  if (!info) throw invalidInput('manifests', `names "${path}", which does not exist.`, [`Paths start at ${cwd}.`]);
  const all = info.isDirectory() ? await filesUnder(absolute) : [absolute];
  const kustomization = all.find((file) => KUSTOMIZATION.includes(basename(file)));
  if (kustomization !== undefined) {
    const folder = dirname(kustomization);
    if (folder === absolute) return [{ name: path, text: await render(absolute, path) }];
    const named = relative(cwd, folder);
    throw invalidInput(
      'manifests',
      `names "${path}", but ${named} is a kustomization: what its files say is not yet what is applied.`,
      [`Name the folder of each kustomization that is applied (${named}), or give rendered manifests.`],
    );
  }
  const files = info.isDirectory() ? all.filter((file) => MANIFEST.includes(extname(file))) : all;
  return Promise.all(files.map(async (file) => ({ name: relative(cwd, file), text: await readFile(file, 'utf8') })));
}

/** Those that stand higher first. */
async function filesUnder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const depth = (file: string) => file.split(sep).length;
  return files.sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
}

async function objectsIn({ name, text }: Source): Promise<readonly ManifestObject[]> {
  const json = parseJson(text);
  const read = (value: unknown) => readManifest(value, name);
  if (json !== undefined) return itemsOf(json).flatMap(read);
  const { parseDocument } = await import('yaml');
  // One document after the other: a parsed one is many times as large as its text, and there may be thousands.
  return documentsOf(text).flatMap((source) => {
    const document = parseDocument(source, { logLevel: 'error' });
    const [error] = document.errors;
    if (error)
      throw invalidInput('manifests', `holds ${name}, which is not YAML: ${error.message.split('\n')[0]}.`, [
        'Render templates first (helm template, kustomize build).',
      ]);
    return itemsOf(document.toJS()).flatMap(read);
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

function readManifest(value: unknown, file: string): ManifestObject[] {
  const apiVersion = stringAt(value, 'apiVersion');
  const kind = stringAt(value, 'kind');
  const name = stringAt(value, 'metadata', 'name');
  if (apiVersion === undefined || kind === undefined) return [];
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  if (group === 'kustomize.config.k8s.io') return [];
  if (name === undefined)
    throw invalidInput('manifests', `holds ${file}, with a ${kind} that has no name to wait for.`, [
      'Render templates first (helm template, kustomize build); leave out what the cluster names (generateName), and wait for it by `selector`.',
    ]);
  return [{ group, kind, namespace: stringAt(value, 'metadata', 'namespace'), name }];
}
