import { stringAt } from '../../../src/json/json.ts';
import { labelsOf, type Obj } from './model.ts';
import { Refusal } from './status.ts';

export type Predicate = (object: Obj) => boolean;

/** `a=b,c!=d,e in (f,g),h notin (i),j,!k` */
export function labelSelector(text: string): Predicate {
  const terms = text
    .split(/,(?![^(]*\))/)
    .filter((term) => term.trim() !== '')
    .map((term) => labelTerm(term.trim()));
  return (object) => {
    const labels = labelsOf(object);
    return terms.every((term) => term(labels));
  };
}

function labelTerm(term: string): (labels: Record<string, string>) => boolean {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(term);
  if (set) {
    const [, key = '', how, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return (labels) => values.includes(labels[key] ?? '\0') === (how === 'in');
  }
  const [, key = '', operator, value = ''] = /^([^=!]+)(==|=|!=)(.*)$/.exec(term) ?? [];
  if (operator && isLabelValue(value.trim()))
    return (labels) => (labels[key.trim()] === value.trim()) === (operator !== '!=');
  if (/^![^=!\s]+$/.test(term)) return (labels) => !(term.slice(1) in labels);
  if (/^[^=!\s]+$/.test(term)) return (labels) => term in labels;
  throw new Refusal(
    400,
    'BadRequest',
    `unable to parse requirement: found '${term}', expected: '=', '!=', '==', 'in', notin'`,
  );
}

function isLabelValue(text: string): boolean {
  return text.length <= 63 && /^([A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?)?$/.test(text);
}

const COMMON = ['metadata.name', 'metadata.namespace'];
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  pods: ['status.phase', 'spec.nodeName', 'spec.restartPolicy', 'spec.serviceAccountName'],
  events: [
    'involvedObject.kind',
    'involvedObject.name',
    'involvedObject.namespace',
    'involvedObject.uid',
    'reason',
    'type',
  ],
  jobs: ['status.successful'],
};

/** Supports the fields that the real server supports. */
export function fieldSelector(text: string, plural: string): Predicate {
  const allowed = [...COMMON, ...(FIELDS[plural] ?? [])];
  const terms = text.split(',').flatMap((term) => {
    const [, field, operator, value] = /^([^=!]+)(==|=|!=)(.*)$/.exec(term.trim()) ?? [];
    if (term.trim() === '') return [];
    if (!field || value === undefined) throw new Refusal(400, 'BadRequest', `invalid field selector: ${term}`);
    if (!allowed.includes(field)) throw new Refusal(400, 'BadRequest', `field label not supported: ${field}`);
    return [{ path: field.split('.'), equal: operator !== '!=', value }];
  });
  return (object) => terms.every(({ path, equal, value }) => ((stringAt(object, ...path) ?? '') === value) === equal);
}
