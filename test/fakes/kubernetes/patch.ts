import { isObject } from '../../../src/json/json.ts';
import { clone, isEqual, type Obj } from './model.ts';
import { Refusal } from './status.ts';

/** The server doesn't say which operation failed. */
const REJECTED = 'the server rejected our request due to an error in our request';

/** RFC 7386. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return clone(patch);
  const result: Obj = isObject(target) ? clone(target) : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

/** The merge keys of lists that Kubernetes merges. All other lists are replaced. */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  imagePullSecrets: 'name',
  ports: 'containerPort',
  conditions: 'type',
};

/** Kubernetes' strategic merge patch: like a merge patch, but merges the lists above. Supports `$patch: delete` and ignores `$setElementOrder`. */
export function strategicMergePatch(target: unknown, patch: unknown, field = ''): unknown {
  if (Array.isArray(patch)) return mergeList(Array.isArray(target) ? target : [], patch, MERGE_KEYS[field]);
  if (!isObject(patch)) return clone(patch);
  const result: Obj = isObject(target) ? clone(target) : {};
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue;
    if (value === null) delete result[key];
    else result[key] = strategicMergePatch(result[key], value, key);
  }
  return result;
}

function mergeList(target: readonly unknown[], patch: readonly unknown[], key: string | undefined): unknown[] {
  if (key === undefined) return clone([...patch]);
  const idOf = (item: unknown) => (isObject(item) ? item[key] : undefined);
  const result = clone([...target]);
  for (const item of patch) {
    const index = result.findIndex((existing) => idOf(existing) === idOf(item));
    if (isObject(item) && item['$patch'] === 'delete') {
      if (index >= 0) result.splice(index, 1);
    } else if (index >= 0) result[index] = strategicMergePatch(result[index], item);
    else result.push(clone(item));
  }
  return result;
}

/** RFC 6902. */
export function jsonPatch(target: unknown, operations: unknown): unknown {
  if (!Array.isArray(operations)) throw new Refusal(400, 'BadRequest', 'a JSON patch is a list of operations');
  let result = clone(target);
  for (const operation of operations) {
    const { op, path, from, value } = readOperation(operation);
    switch (op) {
      case 'test':
        if (!isEqual(read(result, path), value)) throw new Refusal(422, 'Invalid', REJECTED);
        break;
      case 'remove':
        result = write(result, path, 'remove', undefined);
        break;
      case 'copy':
        result = write(result, path, 'add', clone(read(result, from)));
        break;
      case 'move': {
        const moved = clone(read(result, from));
        result = write(write(result, from, 'remove', undefined), path, 'add', moved);
        break;
      }
      default:
        result = write(result, path, op === 'replace' ? 'replace' : 'add', clone(value));
    }
  }
  return result;
}

function readOperation(operation: unknown) {
  if (!isObject(operation)) throw new Refusal(400, 'BadRequest', 'an operation is an object');
  const { op, path, from, value } = operation;
  if (
    typeof op !== 'string' ||
    !['add', 'remove', 'replace', 'move', 'copy', 'test'].includes(op) ||
    typeof path !== 'string'
  )
    throw new Refusal(400, 'BadRequest', `unexpected operation: ${JSON.stringify(operation)}`);
  return { op, path: steps(path), from: typeof from === 'string' ? steps(from) : [], value };
}

function steps(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function read(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((here, step) => {
    if (Array.isArray(here)) return here[Number(step)];
    return isObject(here) ? here[step] : undefined;
  }, value);
}

function write(root: unknown, path: readonly string[], how: 'add' | 'replace' | 'remove', value: unknown): unknown {
  const [last = ''] = path.slice(-1);
  if (path.length === 0) return value;
  const parent = read(root, path.slice(0, -1));
  if (Array.isArray(parent)) {
    const index = last === '-' ? parent.length : Number(last);
    if (!(index >= 0 && index <= parent.length)) throw missing();
    parent.splice(index, how === 'add' ? 0 : 1, ...(how === 'remove' ? [] : [value]));
  } else if (isObject(parent)) {
    if (how !== 'add' && !(last in parent)) throw missing();
    if (how === 'remove') delete parent[last];
    else parent[last] = value;
  } else throw missing();
  return root;
}

function missing(): Refusal {
  return new Refusal(422, 'Invalid', REJECTED);
}
