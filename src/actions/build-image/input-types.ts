import { isAbsolute, normalize } from 'node:path/posix';
import { type InputType, type InputTypeWithEmpty, InvalidInput } from '../../core/input-types.ts';
import {
  type ImageReference,
  imageRepository,
  parseReference,
  type RepositoryReference,
  referenceProblem,
} from '../../image/reference.ts';

/** A repository without a tag and without a digest. */
export const imageName: InputType<RepositoryReference> = {
  expects: 'an image repository without a tag, such as ghcr.io/acme/shop',
  parse(text) {
    const reference = parseReference(text);
    if (!reference) throw new InvalidInput(referenceProblem(text) ?? '');
    if (reference.tag !== undefined)
      throw new InvalidInput(`Write "${imageRepository(reference)}" here, and the tag "${reference.tag}" in \`tags\`.`);
    if (reference.digest !== undefined)
      throw new InvalidInput(`Write "${imageRepository(reference)}": the build computes the digest.`);
    return { registry: reference.registry, repository: reference.repository };
  },
};

/** What the layers engine builds on: nothing, or another image. */
export type Base = 'scratch' | ImageReference;

export const baseImage: InputType<Base> = {
  expects: 'an image reference such as debian:13-slim or ghcr.io/acme/base@sha256:…, or scratch',
  parse(text) {
    if (text === 'scratch') return text;
    const reference = parseReference(text);
    if (reference) return reference;
    throw new InvalidInput(referenceProblem(text) ?? '');
  },
};

/** A line of `files`. */
export interface FileMapping {
  /** A file or folder of the context. */
  readonly source: string;
  /** An absolute path in the image. If it ends with `/`, a file goes into this folder. */
  readonly target: string;
  readonly mode: number | undefined;
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
}

export const fileMapping: InputType<FileMapping> = {
  expects: 'source => /target, such as `dist => /app` or `bin/shop => /usr/bin/shop mode=0755 owner=1000:1000`',
  parse(line) {
    const [left, right, more] = line.split('=>');
    if (left === undefined || right === undefined || more !== undefined)
      throw new InvalidInput(
        line.includes('->') ? 'The arrow is "=>".' : 'It needs one "=>" between source and target.',
      );
    const source = left.trim();
    const [target = '', ...options] = right.trim().split(/\s+/);
    if (source === '') throw new InvalidInput('The source before "=>" is missing.');
    if (!isAbsolute(target))
      throw new InvalidInput(`The target must be an absolute path in the image: did you mean "/${target}"?`);
    if (target.split('/').includes('..')) throw new InvalidInput('The target must not contain "..".');
    const given = new Map(options.map((option) => keyValueOf(option)));
    const unknown = [...given.keys()].find((key) => key !== 'mode' && key !== 'owner');
    if (unknown !== undefined)
      throw new InvalidInput(
        `"${unknown}" is neither mode=0755 nor owner=uid:gid. A target can't contain white space.`,
      );
    return { source, target: normalize(target), mode: modeOf(given.get('mode')), owner: ownerOf(given.get('owner')) };
  },
};

function modeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^0?[0-7]{3,4}$/.test(text))
    throw new InvalidInput(`The mode must be octal, such as 0644 or 0755, but is "${text}".`);
  return Number.parseInt(text, 8);
}

function ownerOf(text: string | undefined): { uid: number; gid: number } | undefined {
  if (text === undefined) return undefined;
  const [, uid, gid] = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(text) ?? [];
  if (uid === undefined)
    throw new InvalidInput(
      `The owner must be a numeric uid:gid, such as 1000:1000, but is "${text}". Names are known only in the base image.`,
    );
  return { uid: Number(uid), gid: Number(gid ?? uid) };
}

/** `key=value` lines: labels, annotations, environment variables, build arguments. */
export type KeyValue = readonly [key: string, value: string];

export const keyValue: InputType<KeyValue> = {
  expects: 'key=value',
  parse(line) {
    const [key, value] = keyValueOf(line);
    if (key === '') throw new InvalidInput('The key before "=" is missing.');
    return [key, value];
  },
};

function keyValueOf(text: string): [string, string] {
  const sign = text.indexOf('=');
  if (sign < 0) throw new InvalidInput(`"${text}" has no "=".`);
  return [text.slice(0, sign).trim(), text.slice(sign + 1)];
}

/** A command with its arguments: one per line, or a JSON list of strings. */
export const commandLine: InputTypeWithEmpty<string[]> = {
  expects: 'one argument per line, or a JSON list such as ["node", "server.js"]',
  empty: [],
  parse(text) {
    if (text.startsWith('[')) {
      const list = jsonList(text);
      if (list) return list;
      throw new InvalidInput('It begins with "[", but is not a JSON list of strings.');
    }
    const lines = text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
    const [only = ''] = lines;
    // A shell would split this line into arguments, but a container runtime doesn't.
    if (lines.length === 1 && /\s/.test(only))
      throw new InvalidInput(`Did you mean ${JSON.stringify(only.split(/\s+/))}?`);
    return lines;
  },
};

function jsonList(text: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}

/** `8080` → `8080/tcp`. */
export const port: InputType<string> = {
  expects: 'a port such as 8080 or 53/udp',
  parse(text) {
    const [, number, protocol = 'tcp'] = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/.exec(text) ?? [];
    if (number === undefined || Number(number) < 1 || Number(number) > 65_535) throw new InvalidInput('');
    return `${Number(number)}/${protocol}`;
  },
};

/** The host of a registry, as in image references. */
export const registryHost: InputType<string> = {
  expects: 'a registry such as registry.internal:5000',
  parse(text) {
    if (/^[a-zA-Z0-9[\]:.-]+$/.test(text) && parseReference(`${text}/x`)?.registry === text) return text;
    throw new InvalidInput(
      /^https?:\/\//.test(text) ? `Did you mean "${text.replace(/^https?:\/\//, '').split('/', 1)[0]}"?` : '',
    );
  },
};
