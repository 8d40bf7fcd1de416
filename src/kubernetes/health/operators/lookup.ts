import type { KindRule } from '../rule/kind-rule.ts';
import { ruleFromTable, type StatusTable } from '../rule/status-table.ts';
import { families } from './families.ts';

const tables = Object.values(families).flat();
const known = new Map<string, KindRule | undefined>();

/** The rule that a line of data makes for a kind; a line that names the kind goes before one for its whole group. */
export function tableRule(group: string, kind: string): KindRule | undefined {
  const name = `${kind}.${group}`;
  if (!known.has(name)) {
    const table = tableOf(group, kind);
    known.set(name, table && { group, kind, ...ruleFromTable(table) });
  }
  return known.get(name);
}

function tableOf(group: string, kind: string): StatusTable | undefined {
  const ofGroup = tables.filter(({ groups }) => groups.some((pattern) => fits(pattern, group)));
  return ofGroup.find(({ kinds }) => kinds?.includes(kind)) ?? ofGroup.find(({ kinds }) => kinds === undefined);
}

function fits(pattern: string, group: string): boolean {
  return pattern.startsWith('*.') ? group.endsWith(pattern.slice(1)) : group === pattern;
}
