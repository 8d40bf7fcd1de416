import { at, isObject, listAt, stringAt } from '../../../json/json.ts';
import { type Condition, conditionsOf } from '../../objects/object.ts';
import { isOfThePast } from './status-words.ts';

/** A condition, and the part of the status that it is about: `ancestors/example-gateway`. Empty: the object itself. */
export interface ReportedCondition extends Condition {
  readonly part: string;
  /** How bad a False is, if the kind grades it (Cluster API, Knative, Azure): `Error`, `Warning`, `Info`. */
  readonly severity: string;
}

/** Every condition in a status: those of the object itself, as a list or as a map, and those of its parts (`ancestors[].conditions`). */
export function reportedConditions(object: unknown): readonly ReportedCondition[] {
  const status = at(object, 'status');
  return [...read(at(status, 'conditions'), ''), ...ofParts(status, [], 0)];
}

/** How deep conditions are looked for. Gateway API keeps them at depth 2. */
const MAX_DEPTH = 3;

function ofParts(value: unknown, path: readonly string[], depth: number): readonly ReportedCondition[] {
  if (depth > MAX_DEPTH) return [];
  if (Array.isArray(value))
    return value.flatMap((entry: unknown, index) => ofParts(entry, [...path, nameOf(entry) ?? `${index}`], depth));
  if (!isObject(value)) return [];
  const own = depth === 0 ? [] : read(value['conditions'], path.join('/'));
  const others = Object.entries(value).filter(([key]) => key !== 'conditions' && !isOfThePast(key));
  return [...own, ...others.flatMap(([key, each]) => ofParts(each, [...path, key], depth + 1))];
}

/** The name of an entry: its own, or that of what it refers to (`parentRef`, `ancestorRef`). */
function nameOf(entry: unknown): string | undefined {
  if (!isObject(entry)) return undefined;
  const references = Object.entries(entry).filter(([key]) => key.endsWith('Ref'));
  const names = [entry['name'], ...references.map(([, reference]) => at(reference, 'name'))];
  return names.find((name) => typeof name === 'string');
}

function read(conditions: unknown, part: string): readonly ReportedCondition[] {
  const list = isObject(conditions) ? Object.entries(conditions).map(fromEntry) : listAt(conditions).map(fromListed);
  return conditionsOf({ status: { conditions: list } })
    .map((condition, index) => ({ ...condition, part, severity: stringAt(list[index], 'severity') ?? '' }))
    .filter(({ type }) => type !== '');
}

/** An entry of a map: `Ready: "True"`, `ready: true`, `Ready: {status: "True"}`. */
function fromEntry([type, value]: readonly [string, unknown]): unknown {
  if (isObject(value)) return { type, ...value, status: statusText(value['status']) };
  return { type, status: statusText(value) };
}

function fromListed(value: unknown): unknown {
  return isObject(value) ? { ...value, status: statusText(value['status']) } : value;
}

function statusText(value: unknown): string {
  const text = String(value ?? 'Unknown').toLowerCase();
  return text === 'true' ? 'True' : text === 'false' ? 'False' : 'Unknown';
}
