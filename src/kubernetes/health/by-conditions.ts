import { conditionOf, type KubernetesObject } from '../object.ts';
import type { Verdict } from './rule.ts';

/** Any kind without a rule of its own: the conventions of kstatus (Stalled, Reconciling, Ready), then Crossplane's Synced. */
export function byConditions(object: KubernetesObject): Verdict {
  const stalled = conditionOf(object, 'Stalled');
  if (stalled?.status === 'True')
    return { status: 'failed', cause: 'stalled', message: `${stalled.reason}: ${stalled.message}` };
  const reconciling = conditionOf(object, 'Reconciling');
  if (reconciling?.status === 'True') return { status: 'progressing', message: reconciling.message || 'reconciling' };
  const synced = conditionOf(object, 'Synced');
  if (synced?.status === 'False') return { status: 'progressing', message: synced.message || 'not synced' };
  const ready = conditionOf(object, 'Ready');
  if (ready === undefined) return { status: 'current', message: 'exists' };
  if (ready.observedGeneration !== undefined && ready.observedGeneration < (object.metadata.generation ?? 0))
    return { status: 'progressing', message: 'the controller has not seen the change yet' };
  if (ready.status === 'True') return { status: 'current', message: 'ready' };
  return { status: 'progressing', message: [ready.reason, ready.message].filter(Boolean).join(': ') || 'not ready' };
}
