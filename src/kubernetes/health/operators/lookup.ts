import type { HealthRule } from '../rule/kind-rule.ts';
import { ruleFromCriteria, type StatusCriteria } from '../rule/status-criteria.ts';
import { operatorCriteria } from './families.ts';

const all = Object.values(operatorCriteria).flat();
const known = new Map<string, HealthRule | undefined>();

/** The rule of a kind that is described by data. Criteria that name the kind take precedence over those for a whole group. */
export function operatorRule(group: string, kind: string): HealthRule | undefined {
  const name = `${kind}.${group}`;
  if (!known.has(name)) {
    const criteria = criteriaFor(group, kind);
    known.set(name, criteria && { group, kind, ...ruleFromCriteria(criteria) });
  }
  return known.get(name);
}

function criteriaFor(group: string, kind: string): StatusCriteria | undefined {
  const ofGroup = all.filter(({ groups }) => groups.some((pattern) => matches(pattern, group)));
  return ofGroup.find(({ kinds }) => kinds?.includes(kind)) ?? ofGroup.find(({ kinds }) => kinds === undefined);
}

function matches(pattern: string, group: string): boolean {
  return pattern.startsWith('*.') ? group.endsWith(pattern.slice(1)) : group === pattern;
}
