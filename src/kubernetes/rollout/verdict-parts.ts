import { defined } from '../../core/defined.ts';
import type { HealthVerdict } from '../health/rule/kind-rule.ts';

/** The pod counts of a verdict. */
export function podCounts({ ready, total }: HealthVerdict): { readonly ready?: number; readonly total?: number } {
  return { ...defined({ ready, total }) };
}

/** What is missing, with what the object's own status says about it: a dependency, an attempt that fails or is under way. */
export function withVerdict(missing: string, verdict: HealthVerdict): string {
  return verdict.status === 'current' ? missing : `${missing}: ${verdict.message}`;
}
