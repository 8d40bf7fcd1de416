import type { Alias, Document, Node, Pair } from 'yaml';
import { findCredentials } from '../../core/find-credentials.ts';
import { composeBrokenYaml } from '../../json/compose-yaml.ts';
import type { YamlLibrary } from '../../json/yaml-problem.ts';
import { decodedKubeconfig, isBase64, isContent, isPathLike } from './given-kubeconfig.ts';
import { addressSecrets, argumentSecrets, isSecretField, settingSecrets, variableSecrets } from './secret-fields.ts';

/** `token: value` in YAML and JSON, in block or flow style. The value ends with its quote, the line or the entry. */
const FIELD =
  /["']?\b(?<name>[\w-]+)["']?\s*:\s*(?:"(?<double>[^"\n]*)"|'(?<single>[^'\n]*)'|(?<bare>[^\s,}"'][^\n,}]*))/g;

/**
 * The secrets in what was given as a kubeconfig: its content, even if it is invalid, or its path. A value that is neither is a secret as
 * a whole, for example a token.
 */
export async function secretsInKubeconfig(given: string): Promise<readonly string[]> {
  const text = given.trim();
  const encoded = encodedText(text);
  if (isContent(text) && encoded === undefined) return secretsInContent(text);
  if (isPathLike(text)) return [];
  const decoded = encoded === undefined ? [] : await secretsInContent(encoded);
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
  const { documents, targets } = composeBrokenYaml(yaml, text);
  for (const document of documents)
    for (const secret of secretsInDocument(yaml, document, { text, targets })) found.add(secret);
  // Without a document the text is nested too deeply: what has a name was found without the parser.
  const isMapping = documents.length === 0 || documents.some(({ contents }) => yaml.isMap(contents));
  // A private key, or a token in several lines.
  if (!isMapping) found.add(text);
  return [...found].filter((secret) => secret !== '');
}

interface Source {
  readonly text: string;
  readonly targets: ReadonlyMap<Alias, Node>;
}

function secretsInDocument(yaml: YamlLibrary, document: Document.Parsed, source: Source): readonly string[] {
  const resolve = (node: unknown): unknown => (yaml.isAlias(node) ? source.targets.get(node) : node);
  const scalar = (node: unknown): string | undefined => {
    const value = resolve(node);
    return yaml.isScalar(value) && value.value !== null ? String(value.value) : undefined;
  };
  const items = (node: unknown): readonly unknown[] => {
    const list = resolve(node);
    return yaml.isSeq(list) ? list.items : [];
  };
  const field = (node: unknown, key: string): unknown => {
    const map = resolve(node);
    return yaml.isMap(map) ? map.get(key, true) : undefined;
  };
  /** Of an entry of `env`. kubectl takes only `{ name, value }`, but a wrong kubeconfig must not be shown either. */
  const variablesOf = (node: unknown): readonly (readonly [name: string, value: string])[] => {
    const [entry, text] = [resolve(node), scalar(node)];
    if (text !== undefined) return [[text.split('=', 1)[0] ?? '', text.slice(text.indexOf('=') + 1)]];
    if (!yaml.isMap(entry)) return [];
    if (entry.has('value')) return [[scalar(field(entry, 'name')) ?? '', scalar(field(entry, 'value')) ?? '']];
    return entry.items.map(({ key, value }) => [scalar(key) ?? '', scalar(value) ?? '']);
  };
  /** A number is also shown as it is written: `1e21`, `0x1f`. */
  const written = (node: unknown): string => {
    const value = resolve(node);
    return (yaml.isScalar(value) && value.source) || '';
  };
  /** A value that is written over several lines becomes one line, but a text may quote the lines. */
  const writtenLines = (node: unknown): readonly string[] => {
    const [start, end] = (yaml.isNode(node) && node.range) || [0, 0];
    const lines = source.text.slice(start, end).split('\n');
    return lines.length > 1 ? lines.map((line) => line.trim()) : [];
  };
  const secretsOf = ({ key, value }: Pair): readonly string[] => {
    const name = scalar(key) ?? '';
    const text = scalar(value) ?? '';
    const own = isSecretField(name) ? [text, written(value), ...writtenLines(resolve(value))] : [];
    if (name === 'client-key-data') return [...own, Buffer.from(text, 'base64').toString('utf8')];
    if (name === 'server' || name === 'proxy-url') return [...own, ...addressSecrets(text)];
    if (name === 'args') return [...own, ...argumentSecrets(items(value).flatMap((item) => scalar(item) ?? []))];
    if (name === 'command') return [...own, ...argumentSecrets([text])];
    if (name === 'env')
      return [...items(value), resolve(value)].flatMap((item) =>
        variablesOf(item).flatMap(([variable, content]) => variableSecrets(variable, content)),
      );
    const settings = name === 'auth-provider' ? resolve(field(value, 'config')) : undefined;
    if (!yaml.isMap(settings)) return own;
    return settings.items.flatMap((setting) => settingSecrets(scalar(setting.key) ?? '', scalar(setting.value) ?? ''));
  };
  const found: (readonly string[])[] = [];
  yaml.visit(document, {
    Pair(_, pair) {
      found.push(secretsOf(pair));
    },
  });
  return found.flat();
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

/** What a text in Base64 says, even if that is no kubeconfig; undefined if it isn't in Base64. */
function encodedText(text: string): string | undefined {
  const decoded = decodedKubeconfig(text);
  if (decoded !== text) return decoded;
  return isBase64(text) ? Buffer.from(text, 'base64').toString('utf8') : undefined;
}
