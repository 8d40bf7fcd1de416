import { isAbsolute, normalize } from 'node:path/posix';
import { type InputType, InvalidInput } from '../../../core/input-types.ts';
import { parseKeyValue } from './key-value.ts';

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
    const given = new Map(options.map((option) => parseKeyValue(option)));
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
