import { defined } from '../../core/defined.ts';
import type { HealthVerdict } from '../health/rule/kind-rule.ts';

/** The pods of a workload, as far as its own status counts them. */
export function podCounts({ ready, total }: HealthVerdict): { readonly ready?: number; readonly total?: number } {
  return { ...defined({ ready, total }) };
}

/** What is missing, and what it is held up by where the object tells that. */
export function withBlocker(missing: string, verdict: HealthVerdict): string {
  return verdict.status !== 'failed' && verdict.waitsForDependency ? `${missing}: ${verdict.message}` : missing;
}
