import { defined } from '../../core/defined.ts';
import { type InputType, InvalidInput } from '../../core/input-types.ts';
import { isObject, numberAt, parseJson, stringAt } from '../../json/json.ts';
import { formatPath, parsePath } from '../syntax/path.ts';

/** A value that a bump changed, with enough to make the same change in a newer version of the file. */
export interface FileChange {
  /** Relative to the Git top level, with `/`. */
  readonly file: string;
  /** The index of the document in the file, from 0. */
  readonly document: number;
  /** The Kubernetes object that the document describes, such as `staging/Deployment/shop`: finds the document again after it moved. */
  readonly resource?: string;
  /** The value's path in the document (syntax: path.ts). */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly old: string;
  readonly new: string;
  /** The whole image reference of the field before the change, and after it. */
  readonly from: string;
  readonly to: string;
  /** The repository of `to`. */
  readonly image: string;
  /** The kind of image field: `kubernetes`, `kustomize`, … */
  readonly kind: string;
  /** The key is new: it was added after this one. */
  readonly beside?: string;
  /** The value belongs to an entry that the bump added at the end of a list; each of its values is a change. */
  readonly entry?: true;
  /** YAML aliases share the value; it was changed for all of them on purpose. */
  readonly shared?: true;
  /** The value was an alias and is written out now. */
  readonly detached?: true;
}

/** An input that takes the changes of a bump. */
export const manifestChanges: InputType<readonly FileChange[]> = {
  expects: 'a JSON list of changes, as bump-manifest-tag gives them',
  parse: parseChanges,
};

/**
 * Reads a JSON list of changes.
 * @throws InvalidInput with the entry and the key that is wrong.
 */
export function parseChanges(text: string): FileChange[] {
  const list = parseJson(text);
  if (!Array.isArray(list)) throw new InvalidInput('It must be a JSON list, as bump-manifest-tag writes it.');
  return list.map((entry, index) => parseChange(entry, index));
}

function parseChange(entry: unknown, index: number): FileChange {
  const name = `Entry ${index + 1} of the list`;
  if (!isObject(entry)) throw new InvalidInput(`${name} is not a JSON object.`);
  const text = (key: string) => {
    const value = stringAt(entry, key);
    if (value === undefined) throw new InvalidInput(`${name} has no text \`${key}\`.`);
    return value;
  };
  const count = (key: string, least: number) => {
    const value = numberAt(entry, key);
    if (value === undefined || !Number.isSafeInteger(value) || value < least)
      throw new InvalidInput(`${name} has no whole number \`${key}\` of at least ${least}.`);
    return value;
  };
  const file = text('file');
  const outside = file
    .split('/')
    .some((part) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git');
  if (outside || file.includes('\\'))
    throw new InvalidInput(`${name} names "${file}", which is not a file path inside a repository.`);
  const resource = stringAt(entry, 'resource');
  const beside = stringAt(entry, 'beside');
  return {
    file,
    document: count('document', 0),
    ...defined({ resource }),
    path: formatPath(parsePath(text('path'))),
    line: count('line', 1),
    old: text('old'),
    new: text('new'),
    from: text('from'),
    to: text('to'),
    image: text('image'),
    kind: text('kind'),
    ...defined({ beside }),
    ...(entry['entry'] === true ? { entry: true } : {}),
    ...(entry['shared'] === true ? { shared: true } : {}),
    ...(entry['detached'] === true ? { detached: true } : {}),
  };
}
