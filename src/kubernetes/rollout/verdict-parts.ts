import { defined } from '../../core/defined.ts';
import type { HealthVerdict } from '../health/rule/kind-rule.ts';

/** The pod counts of a verdict. */
export function podCounts({ ready, total }: HealthVerdict): { readonly ready?: number; readonly total?: number } {
  return { ...defined({ ready, total }) };
}

/** What is missing, with the dependency that the object waits for, if any. */
export function withDependency(missing: string, verdict: HealthVerdict): string {
  return verdict.status !== 'failed' && verdict.waitsForDependency ? `${missing}: ${verdict.message}` : missing;
}
