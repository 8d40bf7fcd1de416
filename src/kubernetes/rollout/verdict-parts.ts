import { defined } from '../../core/defined.ts';
import type { Verdict } from '../health/rule/kind-rule.ts';

/** The pods of a workload, as far as its own status counts them. */
export function countsOf({ ready, total }: Verdict): { readonly ready?: number; readonly total?: number } {
  return { ...defined({ ready, total }) };
}

/** What is missing, and what it is held up by where the object tells that. */
export function missingAnd(missing: string, verdict: Verdict): string {
  return verdict.status !== 'failed' && verdict.heldUp ? `${missing}: ${verdict.message}` : missing;
}
