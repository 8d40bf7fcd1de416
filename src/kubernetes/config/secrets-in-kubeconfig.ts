import type { Document, Pair } from 'yaml';
import { findCredentials } from '../../core/find-credentials.ts';
import { isBase64, isContent, isPathLike } from './given-kubeconfig.ts';
import { addressSecrets, argumentSecrets, isSecretField, settingSecrets, variableSecrets } from './secret-fields.ts';

type Yaml = typeof import('yaml');

/** `token: value` in YAML and JSON, in block or flow style. The value ends with its quote, the line or the entry. */
const FIELD =
  /["']?\b(?<name>[\w-]+)["']?\s*:\s*(?:"(?<double>[^"\n]*)"|'(?<single>[^'\n]*)'|(?<bare>[^\s,}"'][^\n,}]*))/g;

/**
 * The secrets in what was given as a kubeconfig: its content, even if it is invalid, or its path. A value that is neither is a secret as
 * a whole, for example a token.
 */
export async function secretsInKubeconfig(given: string): Promise<readonly string[]> {
  const text = given.trim();
  if (isContent(text) && !isBase64(text)) return secretsInContent(text);
  if (isPathLike(text)) return [];
  const decoded = isBase64(text) ? await secretsInContent(Buffer.from(text, 'base64').toString('utf8')) : [];
  // A short word in lower case can be a path as well, or a name that must stay readable.
  return /[^a-z-]/.test(text) || text.length >= 16 ? [text, ...decoded] : decoded;
}

/**
 * The secrets of every user and cluster, in YAML or JSON, in each of several documents, and in one that doesn't parse. Addresses, names and
 * paths must stay readable: masking every line would hide words such as `Config`, and the server in every error message.
 */
export async function secretsInContent(text: string): Promise<readonly string[]> {
  const yaml = await import('yaml');
  const found = new Set([...findCredentials(text), ...secretsByName(text)]);
  let isMapping = false;
  try {
    for (const document of yaml.parseAllDocuments(text, { logLevel: 'silent', prettyErrors: false })) {
      isMapping ||= yaml.isMap(document.contents);
      for (const secret of secretsInDocument(yaml, document, text)) found.add(secret);
    }
  } catch {
    // Nested too deeply: what has a name was found without the parser.
    isMapping = true;
  }
  // A private key, or a token in several lines.
  if (!isMapping) found.add(text);
  return [...found].filter((secret) => secret !== '');
}

function secretsInDocument(yaml: Yaml, document: Document | { readonly contents: unknown }, source: string): string[] {
  const found: string[] = [];
  const resolve = (node: unknown): unknown =>
    yaml.isAlias(node) && yaml.isDocument(document) ? node.resolve(document) : node;
  const scalar = (node: unknown): string | undefined => {
    const value = resolve(node);
    return yaml.isScalar(value) && value.value !== null ? String(value.value) : undefined;
  };
  const items = (node: unknown): readonly unknown[] => {
    const list = resolve(node);
    return yaml.isSeq(list) ? list.items : [];
  };
  const entry = (node: unknown, key: string): string | undefined => {
    const map = resolve(node);
    return yaml.isMap(map) ? scalar(map.get(key, true)) : undefined;
  };
  /** A value that is written over several lines becomes one line, but a text may quote the lines. */
  const writtenLines = (node: unknown): readonly string[] => {
    const [start, end] = (yaml.isNode(node) && node.range) || [0, 0];
    const lines = source.slice(start, end).split('\n');
    return lines.length > 1 ? lines.map((line) => line.trim()) : [];
  };
  const pair = (_: unknown, { key, value }: Pair): void => {
    const name = scalar(key) ?? '';
    const text = scalar(value) ?? '';
    if (isSecretField(name)) found.push(text, ...writtenLines(resolve(value)));
    if (name === 'client-key-data') found.push(Buffer.from(text, 'base64').toString('utf8'));
    if (name === 'server' || name === 'proxy-url') found.push(...addressSecrets(text));
    if (name === 'args') found.push(...argumentSecrets(items(value).flatMap((item) => scalar(item) ?? [])));
    if (name === 'env')
      for (const item of items(value))
        found.push(...variableSecrets(entry(item, 'name') ?? '', entry(item, 'value') ?? ''));
    const provider = name === 'auth-provider' ? resolve(value) : undefined;
    const settings = yaml.isMap(provider) ? resolve(provider.get('config', true)) : undefined;
    if (yaml.isMap(settings))
      for (const setting of settings.items)
        found.push(...settingSecrets(scalar(setting.key) ?? '', scalar(setting.value) ?? ''));
  };
  if (yaml.isNode(document.contents)) yaml.visit(document.contents, { Pair: pair });
  return found;
}

/** The values of secret fields in a text that may not parse. */
function secretsByName(text: string): string[] {
  return [...text.matchAll(FIELD)].flatMap(({ groups = {} }) => {
    const { name = '', double, single, bare } = groups;
    const value = (double ?? single ?? bare ?? '').trim();
    if (isSecretField(name)) return [value];
    return name === 'server' || name === 'proxy-url' ? addressSecrets(value) : [];
  });
}
