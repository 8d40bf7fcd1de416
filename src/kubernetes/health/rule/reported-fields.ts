import { at, isObject, numberAt, stringAt } from '../../../json/json.ts';
import type { KubernetesObject } from '../../objects/object.ts';
import { isOfThePast, type Meaning, meaningOf } from './status-words.ts';

/** What a status says outside its conditions: in a word, a flag or a count. */
export interface ReportedField {
  readonly meaning: Meaning;
  /** It is said of a part of the object. */
  readonly isPart?: true;
  readonly message: string;
}

/** Fields that name the state of the whole object. */
const WORDS = [
  'phase',
  'state',
  'status',
  'currentState',
  'currentStatus',
  'overallStatus',
  'health',
  'healthStatus',
  'compliant',
];
const STATES = /(Phase|State|Status)$/;
/** Flags that a controller sets once it is done. */
const MAX_DEPTH = 3;
const FLAGS = ['ready', 'valid', 'healthy', 'available', 'accepted', 'synced', 'applied', 'succeeded', 'initialized'];
const ERRORS = [
  'error',
  'errorMessage',
  'errMsg',
  'errorDescription',
  'failureMessage',
  'lastError',
  'validationError',
];

/** The fields of a status that say it failed, was stopped or isn't done; what it failed of comes first. */
export function reportedFields(object: KubernetesObject): readonly ReportedField[] {
  const status = at(object, 'status');
  if (!isObject(status)) return [];
  const error = ERRORS.flatMap((key) => textOf(status[key]) ?? stringAt(status, key, 'message') ?? [])[0];
  const found = [
    ...fromWords(status),
    ...fromFlags(status, error),
    ...fromCounts(object),
    ...fromFractions(status),
    ...Object.entries(status).flatMap(([key, value]) => ofParts(value, [key])),
  ];
  if (error !== undefined && !FLAGS.some((key) => status[key] === true))
    found.push({ meaning: 'failed', message: error });
  return [...found].sort((one, other) => ORDER.indexOf(one.meaning) - ORDER.indexOf(other.meaning));
}

const ORDER: readonly Meaning[] = ['failed', 'stopped', 'unfinished'];

/** What the entries of a list, or nested objects, say of themselves: `environments[].phase`. */
function ofParts(value: unknown, path: readonly string[]): ReportedField[] {
  if (path.length > MAX_DEPTH || path.some(isOfThePast)) return [];
  if (Array.isArray(value)) return value.flatMap((entry: unknown, index) => ofParts(entry, [...path, `${index}`]));
  // A condition has a type, and is read elsewhere.
  if (!isObject(value) || (value['type'] !== undefined && value['status'] !== undefined)) return [];
  const own = fromWords(value)
    .filter(({ message }) => !/ is unknown\b/i.test(message))
    .map((found) => ({ ...found, message: `${path.join('.')}.${found.message}`, isPart: true as const }));
  return [...own, ...Object.entries(value).flatMap(([key, each]) => ofParts(each, [...path, key]))];
}

function fromWords(status: Record<string, unknown>): ReportedField[] {
  const why = textOf(status['message']) ?? textOf(status['reason']);
  return Object.keys(status)
    .filter((key) => WORDS.includes(key) || STATES.test(key))
    .flatMap((key) => {
      const word = textOf(status[key]);
      const meaning = word === undefined ? undefined : meaningOf(word);
      return meaning === undefined ? [] : [{ meaning, message: [`${key} is ${word}`, why].filter(Boolean).join(': ') }];
    });
}

function fromFlags(status: Record<string, unknown>, error: string | undefined): ReportedField[] {
  return FLAGS.filter((key) => status[key] === false).map((key) => ({
    meaning: error === undefined ? 'unfinished' : 'failed',
    message: error === undefined ? `${key} is false` : `${key} is false: ${error}`,
  }));
}

/** `1/3`, in any field of the status or of an object in it. */
function fromFractions(status: Record<string, unknown>): ReportedField[] {
  const nested = Object.values(status).filter(isObject);
  return [status, ...nested].flatMap(Object.entries).flatMap(([key, value]) => {
    const [, ready, total] = /^(\d+)\/(\d+)$/.exec(typeof value === 'string' ? value : '') ?? [];
    return Number(ready) < Number(total) ? [{ meaning: 'unfinished' as const, message: `${key} is ${value}` }] : [];
  });
}

function fromCounts(object: KubernetesObject): ReportedField[] {
  const desired = numberAt(object, 'spec', 'replicas');
  return ['updatedReplicas', 'readyReplicas', 'availableReplicas'].flatMap((key) => {
    const count = numberAt(object, 'status', key);
    if (desired === undefined || count === undefined || count >= desired) return [];
    return [{ meaning: 'unfinished' as const, message: `${key} is ${count} of ${desired}` }];
  });
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
