import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, sep } from 'node:path';
import { invalidInput } from '../../../../core/inputs.ts';
import type { Runtime } from '../../../../entry/context.ts';
import { describeFsError } from '../../../../files/fs-error.ts';
import { type InputPath, resolveInputPath } from '../../../../files/input-path.ts';
import { readTextFile } from '../../../../files/regular-file.ts';
import { listAt, parseJson, stringAt } from '../../../../json/json.ts';
import { readYaml } from '../../../../json/yaml.ts';
import { throwIfCancelled } from '../../../../manifest/files/cancellation.ts';
import { KUSTOMIZATION_FILES, requireKustomizationInside } from './kustomization-paths.ts';
import { type KustomizeSettings, type Render, withKustomize } from './kustomize.ts';

/** An object in a manifest. */
export interface ManifestObject {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

/** In bytes. A file can hold the rendered manifests of a whole cluster. */
const MAX_MANIFEST = 128 * 1024 ** 2;

const EXTENSIONS = ['.yaml', '.yml', '.json'];

interface ManifestText {
  /** For error messages. */
  readonly path: string;
  readonly text: string;
}

/**
 * The objects in files and folders (with their subfolders). A folder with a kustomization is rendered.
 * @throws ActionError `input-invalid` if a file can't be read, and what rendering throws.
 */
export async function readManifests(
  paths: readonly InputPath[],
  kustomize: KustomizeSettings,
  runtime: Runtime,
): Promise<readonly ManifestObject[]> {
  const { cwd } = runtime;
  const readAll = (render: Render) => Promise.all(paths.map((path) => readPath(path, cwd, render)));
  const texts = (await withKustomize(kustomize, runtime, readAll)).flat();
  const objects = (await Promise.all(texts.map((text) => objectsIn(text, runtime.signal)))).flat();
  if (paths.length > 0 && objects.length === 0)
    throw invalidInput('manifests', `is ${paths.join(', ')}, but no Kubernetes object was found there.`, [
      'Give rendered manifests: files or folders with YAML or JSON.',
    ]);
  return objects;
}

async function readPath(path: InputPath, cwd: string, render: Render): Promise<readonly ManifestText[]> {
  const absolute = resolveInputPath('manifests', path, cwd);
  const info = await stat(absolute).catch(() => undefined);
  if (!info)
    throw invalidInput('manifests', `names "${path}", which does not exist.`, [`Paths are relative to ${cwd}.`]);
  const files = info.isDirectory() ? await filesUnder(absolute) : [absolute];
  const kustomization = files.find((file) => KUSTOMIZATION_FILES.includes(basename(file)));
  if (kustomization !== undefined) {
    const folder = dirname(kustomization);
    if (folder === absolute) {
      await requireKustomizationInside(folder, cwd);
      return [{ path, text: await render(absolute, path) }];
    }
    const nested = relative(cwd, folder);
    throw invalidInput(
      'manifests',
      `names "${path}", but ${nested} is a kustomization: its files are not what is applied.`,
      [`Name the folder of each kustomization (${nested}), or give rendered manifests.`],
    );
  }
  const manifests = info.isDirectory() ? files.filter((file) => EXTENSIONS.includes(extname(file))) : files;
  return manifests.map((file) => ({ path: relative(cwd, file), text: readManifest(file, cwd) }));
}

function readManifest(file: string, cwd: string): string {
  try {
    return readTextFile(file, { limit: MAX_MANIFEST, within: cwd });
  } catch (thrown) {
    throw invalidInput(
      'manifests',
      `holds ${relative(cwd, file)}, which can't be read: ${describeFsError(thrown)}.`,
      ['Give rendered manifests: files or folders with YAML or JSON.'],
      thrown,
    );
  }
}

/** The files of a folder and its subfolders, those of upper folders first. */
async function filesUnder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const depth = (file: string) => file.split(sep).length;
  return files.sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
}

async function objectsIn({ path, text }: ManifestText, signal: AbortSignal): Promise<readonly ManifestObject[]> {
  const json = parseJson(text);
  const read = (value: unknown) => readObject(value, path);
  if (json !== undefined) return itemsOf(json).flatMap(read);
  const objects: ManifestObject[] = [];
  // One document after the other: a parsed one needs many times the memory of its text, and there may be thousands.
  for (const { source, line } of documentsOf(text)) {
    await throwIfCancelled(signal);
    const document = await readYaml(source);
    if (document.kind === 'unreadable') {
      const place = `at line ${line + document.line}, column ${document.column}`;
      throw invalidInput('manifests', `holds ${path}, which ${document.reason} ${place}.`, [
        'Render templates first (helm template, kustomize build), and write out aliases that stand for too much.',
      ]);
    }
    for (const object of itemsOf(document.value).flatMap(read)) objects.push(object);
  }
  return objects;
}

/**
 * The documents of a YAML stream, each with the number of lines before it. Directives (`%YAML 1.2`) are dropped: they would end up in the
 * document before theirs.
 */
function* documentsOf(text: string): Generator<{ readonly source: string; readonly line: number }> {
  let line = 0;
  for (const source of text.replace(/^%.*/gm, '').split(/^---(?=\s|$)/m)) {
    yield { source, line };
    line += source.split('\n').length - 1;
  }
}

function itemsOf(value: unknown): readonly unknown[] {
  return stringAt(value, 'kind')?.endsWith('List') ? listAt(value, 'items') : [value];
}

function readObject(value: unknown, path: string): ManifestObject[] {
  const apiVersion = stringAt(value, 'apiVersion');
  const kind = stringAt(value, 'kind');
  const name = stringAt(value, 'metadata', 'name');
  if (apiVersion === undefined || kind === undefined) return [];
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  if (group === 'kustomize.config.k8s.io') return [];
  if (name === undefined)
    throw invalidInput('manifests', `holds ${path}, with a ${kind} that has no name.`, [
      'Render templates first (helm template, kustomize build). For objects with `generateName`, use `selector`.',
    ]);
  return [{ group, kind, namespace: stringAt(value, 'metadata', 'namespace'), name }];
}
