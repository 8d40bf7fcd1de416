import type { StatusCauseId } from '../../../src/kubernetes/failures/causes.ts';
import { operatorCriteria } from '../../../src/kubernetes/health/operators/families.ts';
import type { StatusCriteria } from '../../../src/kubernetes/health/rule/status-criteria.ts';
import { type FieldPath, keysOf, type StatusTest } from '../../../src/kubernetes/health/rule/status-test.ts';

/** Status criteria as the cells of a row: kind, current, failed, paused or suspended. */
export function criteriaCells(criteria: StatusCriteria): readonly string[] {
  const hasStatusTests = criteria.current.some((test) => !('not' in test));
  const generation = criteria.generation ? [`${fieldName(criteria.generation)} of this generation`] : [];
  return [
    kindsText(criteria),
    [
      ...(hasStatusTests ? [] : [criteria.conventions ? 'it has a status' : 'it exists']),
      ...criteria.current.map(testText),
      ...generation,
      ...podsText(criteria),
      ...(criteria.conventions ? ['[no sign to the contrary](#any-other-kind)'] : []),
    ].join(', '),
    [
      ...withCause(criteria.failed, criteria.runsOnce === true ? 'run-failed' : 'stalled'),
      ...withCause(criteria.degraded, 'degraded'),
      ...withCause(criteria.reportsError, 'reports-error'),
    ].join('; '),
    [
      ...(criteria.paused ? [`paused: ${anyOf(criteria.paused)}`] : []),
      ...(criteria.suspended ? [`suspended: ${anyOf(criteria.suspended)}`] : []),
    ].join('; '),
  ];
}

export function kindsText({ groups, kinds }: Pick<StatusCriteria, 'groups' | 'kinds'>): string {
  const ofGroups = groups.every((group) => group === '')
    ? ''
    : ` of ${groups.map((group) => `\`${group}\``).join(', ')}`;
  if (kinds) return `${kinds.map((kind) => `\`${kind}\``).join(', ')}${ofGroups}`;
  const hasNamedKinds = Object.values(operatorCriteria)
    .flat()
    .some((other) => other.kinds && other.groups.some((group) => groups.includes(group)));
  return `${hasNamedKinds ? 'all others' : 'all'}${ofGroups}`;
}

function podsText({ pods }: StatusCriteria): readonly string[] {
  if (!pods) return [];
  if (pods.by === 'owner') return ['the pods that it owns'];
  const labels = Object.entries(pods.by).map(
    ([label, value]) => `\`${label}\` = ${'value' in value ? `\`${value.value}\`` : fieldName(value.field)}`,
  );
  return [`its pods (label ${labels.join(', ')})`];
}

function withCause(tests: readonly StatusTest[] | undefined, cause: StatusCauseId): readonly string[] {
  return tests ? [`${anyOf(tests)} (\`${cause}\`)`] : [];
}

function anyOf(tests: readonly StatusTest[]): string {
  return tests.map(testText).join(' or ');
}

function testText(test: StatusTest): string {
  if ('any' in test) return `(${anyOf(test.any)})`;
  if ('all' in test) return test.all.map(testText).join(' and ');
  if ('each' in test)
    return `each of ${fieldName(test.each)}${test.pass.length > 0 ? `: ${test.pass.map(testText).join(', ')}` : ' (at least one)'}`;
  if ('some' in test) return `one of ${fieldName(test.some)}: ${test.pass.map(testText).join(', ')}`;
  if ('alike' in test) return `the same ${fieldName(test.alike)} everywhere`;
  if ('condition' in test) {
    const reasons = [
      ...(test.reasons ? [`with reason ${values(test.reasons)}`] : []),
      ...(test.except ? [`with a reason other than ${values(test.except)}`] : []),
      ...(test.severity ? [`of severity ${values([test.severity])}`] : []),
    ].join(', ');
    return `\`${test.condition}\`${test.is === 'False' ? ' is False' : ''}${reasons ? ` ${reasons}` : ''}`;
  }
  if ('not' in test) return negated(test.not);
  if ('same' in test) return `${fieldName(test.field)} = ${fieldName(test.same)}`;
  if ('atLeast' in test) return `${fieldName(test.field)} ≥ ${fieldName(test.atLeast)}`;
  return test.in.length === 0 ? `${fieldName(test.field)} is set` : `${fieldName(test.field)} is ${values(test.in)}`;
}

function negated(test: StatusTest): string {
  if ('condition' in test) return `\`${test.condition}\` is not ${test.is}`;
  return 'in' in test && test.in.length === 0 ? `no ${fieldName(test.field)}` : `not ${testText(test)}`;
}

function fieldName(path: FieldPath): string {
  const [first, second, ...rest] = keysOf(path);
  return first === 'metadata' && second === 'annotations'
    ? `annotation \`${rest.join('.')}\``
    : `\`${keysOf(path).join('.')}\``;
}

function values(list: readonly (string | number | boolean)[]): string {
  return list.map((value) => `\`${value}\``).join(' / ');
}
