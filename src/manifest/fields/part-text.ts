import { isDigest, sha256Digest } from '../../image/digest.ts';
import { TAG } from '../../image/reference.ts';

/**
 * What marks an expression that another program fills in: `{{ .tag }}`, `${tag}`, `$(tag)`, `$tag`, `#{tag}`, `%tag%`, `<tag>`, `[[ tag ]]`,
 * `((tag))`, `@tag@`, `__TAG__`.
 */
const TEMPLATE =
  /\{\{|[$#]\{|\$\(|\$[A-Za-z_]|%[A-Za-z_.-]{1,64}%|<[^<>]{1,64}>|\[\[|\(\(|@[A-Za-z_.]{1,64}@|__[A-Z][A-Z0-9_]{0,64}__/;

/** Whether a text holds an expression of a template engine or a shell. */
export function holdsTemplate(text: string): boolean {
  return TEMPLATE.test(text);
}

/** What the value of a tag holds. Charts put a digest there too, in several forms. */
export type TagValue =
  | { readonly kind: 'empty' }
  | { readonly kind: 'tag'; readonly tag: string }
  /** `1.4.2@sha256:…` */
  | { readonly kind: 'tag-and-digest'; readonly tag: string; readonly digest: string }
  /** `@sha256:…`, `sha256:…`, or the bare sum after a repository that ends with `@sha256`. */
  | { readonly kind: 'digest'; readonly prefix: string; readonly digest: string }
  /** No literal version: a template, or a rule such as `>=1.4`. */
  | { readonly kind: 'expression'; readonly text: string };

/** @param afterAlgorithm whether the repository ends with `@sha256`. */
export function readTagValue(text: string | undefined, afterAlgorithm: boolean): TagValue {
  if (text === undefined) return { kind: 'empty' };
  if (holdsTemplate(text)) return { kind: 'expression', text };
  const digest = readDigestValue(text);
  if (digest && (digest.prefix !== '' || afterAlgorithm)) return { kind: 'digest', ...digest };
  if (TAG.test(text)) return { kind: 'tag', tag: text };
  const at = text.indexOf('@');
  const [tag, rest] = [text.slice(0, at), text.slice(at + 1)];
  return TAG.test(tag) && isDigest(rest) ? { kind: 'tag-and-digest', tag, digest: rest } : { kind: 'expression', text };
}

/** The digest in a value of its own: `sha256:…`, `@sha256:…` or the bare sum. */
export function readDigestValue(text: string): { readonly prefix: string; readonly digest: string } | undefined {
  const { prefix, sum } = /^(?<prefix>@?(?:sha256:)?)(?<sum>[0-9a-f]{64})$/.exec(text)?.groups ?? {};
  return prefix === undefined || sum === undefined || prefix === '@'
    ? undefined
    : { prefix, digest: sha256Digest(sum) };
}

/**
 * How a digest is written under a key, by the present value. An empty `sha` takes the bare sum, as the charts of Prometheus and
 * Grafana read it; an empty `sha256` or `hash` may take either.
 * @returns what precedes the sum; `undefined` if that can't be known.
 */
export function digestPrefix(text: string | undefined, key: string | undefined): string | undefined {
  if (text !== undefined) return readDigestValue(text)?.prefix;
  if (/(?:hash|sha256)$/i.test(key ?? '')) return undefined;
  return /sha$/i.test(key ?? '') ? '' : 'sha256:';
}

/** A digest in the form of a prefix: with or without the algorithm. */
export function digestWith(prefix: string, digest: string): string {
  return prefix + digest.slice(digest.indexOf(':') + 1);
}
