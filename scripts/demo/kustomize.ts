import { posix } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { formatReference, imageRepository, parseReference } from '../../src/image/reference.ts';
import { isObject, type JsonObject, listAt, numberAt, objectAt, stringAt } from '../../src/json/json.ts';

/** Reads a file of the repository at one commit; `undefined` if it doesn't exist. */
export type ReadFile = (path: string) => string | undefined;

const SUPPORTED = ['apiVersion', 'kind', 'namespace', 'resources', 'replicas', 'images'];

/**
 * Renders what the examples use of Kustomize: resources, namespace, replicas and images.
 * Any other key is an error, so the demo never shows something that Kustomize wouldn't render.
 */
export function renderKustomization(folder: string, read: ReadFile): JsonObject[] {
  const [kustomization] = documents(folder, 'kustomization.yaml', read);
  const unknown = Object.keys(kustomization ?? {}).find((key) => !SUPPORTED.includes(key));
  if (!kustomization || unknown !== undefined)
    throw new Error(`the demo can't render ${folder}: ${unknown ?? 'no kustomization'}`);

  const objects = listAt(kustomization, 'resources').flatMap((resource) => {
    const path = posix.join(folder, String(resource));
    return read(path) === undefined
      ? renderKustomization(path, read)
      : documents(posix.dirname(path), posix.basename(path), read);
  });
  const namespace = stringAt(kustomization, 'namespace');
  return objects
    .map((object) => (namespace === undefined ? object : withIn(object, ['metadata', 'namespace'], namespace)))
    .map((object) => listAt(kustomization, 'replicas').reduce<JsonObject>(withReplicas, object))
    .map((object) => withImages(object, listAt(kustomization, 'images')));
}

function documents(folder: string, file: string, read: ReadFile): JsonObject[] {
  const path = posix.join(folder, file);
  const text = read(path);
  if (text === undefined) throw new Error(`${path} is missing`);
  return parseAllDocuments(text).map((document): JsonObject => {
    const value: unknown = document.toJS();
    if (!isObject(value)) throw new Error(`${path} contains a document that isn't an object`);
    return JSON.parse(JSON.stringify(value));
  });
}

function withReplicas(object: JsonObject, rule: unknown): JsonObject {
  const applies =
    stringAt(rule, 'name') === stringAt(object, 'metadata', 'name') &&
    objectAt(object, 'spec', 'template') !== undefined;
  return applies ? withIn(object, ['spec', 'replicas'], numberAt(rule, 'count') ?? 1) : object;
}

function withImages(object: JsonObject, rules: readonly unknown[]): JsonObject {
  const containers = listAt(object, 'spec', 'template', 'spec', 'containers');
  if (containers.length === 0) return object;
  const changed = containers.map((container) => ({
    ...(isObject(container) ? container : {}),
    image: imageBy(rules, stringAt(container, 'image') ?? ''),
  }));
  return withIn(object, ['spec', 'template', 'spec', 'containers'], JSON.parse(JSON.stringify(changed)));
}

function imageBy(rules: readonly unknown[], image: string): string {
  const reference = parseReference(image);
  const rule = rules.find((one) => reference && stringAt(one, 'name') === imageRepository(reference));
  if (!rule) return image;
  const name = stringAt(rule, 'newName') ?? stringAt(rule, 'name') ?? image;
  const tag = stringAt(rule, 'newTag');
  const digest = stringAt(rule, 'digest');
  const renamed = parseReference(`${name}${tag ? `:${tag}` : ''}${digest ? `@${digest}` : ''}`);
  return renamed ? formatReference(renamed) : image;
}

function withIn(object: JsonObject, [key = '', ...rest]: readonly string[], value: JsonObject[string]): JsonObject {
  if (rest.length === 0) return { ...object, [key]: value };
  const inner = object[key];
  const holder = isObject(inner) ? JSON.parse(JSON.stringify(inner)) : {};
  return { ...object, [key]: withIn(holder, rest, value) };
}
