import { at, isObject, stringAt } from '../../../json/json.ts';
import { conditionOf, groupOf, type KubernetesObject } from '../../objects/object.ts';
import type { HealthVerdict } from './kind-rule.ts';

/** The rule for any other kind: the conventions of kstatus (Stalled, Reconciling, Ready), Crossplane's Synced, and the usual substitutes for Ready. */
export function byConditions(object: KubernetesObject): HealthVerdict {
  const stalled = conditionOf(object, 'Stalled');
  if (stalled?.status === 'True')
    return { status: 'failed', cause: 'stalled', message: `${stalled.reason}: ${stalled.message}` };
  const reconciling = conditionOf(object, 'Reconciling');
  if (reconciling?.status === 'True') return { status: 'progressing', message: reconciling.message || 'reconciling' };
  const synced = conditionOf(object, 'Synced');
  if (synced?.status === 'False' && synced.reason === 'ReconcilePaused')
    return { status: 'suspended', message: synced.message || 'its reconciliation is paused' };
  if (synced?.status === 'False') return { status: 'progressing', message: synced.message || 'not synced' };
  const ready = ['Ready', 'Available', 'Succeeded'].flatMap((type) => conditionOf(object, type) ?? [])[0];
  if (ready === undefined) return withoutCondition(object);
  if (ready.observedGeneration !== undefined && ready.observedGeneration < (object.metadata.generation ?? 0))
    return { status: 'progressing', message: 'the controller has not seen the change yet' };
  if (ready.status === 'True') {
    const hasGeneration = (ready.observedGeneration ?? at(object, 'status', 'observedGeneration')) !== undefined;
    const isAssumed = !hasGeneration && (object.metadata.generation ?? 0) > 1;
    return { status: 'current', message: 'ready', ...(isAssumed ? { assumed: 'generation' } : {}) };
  }
  return {
    status: 'progressing',
    message: [ready.reason, ready.message].filter(Boolean).join(': ') || `not ${ready.type}`,
  };
}

function withoutCondition(object: KubernetesObject): HealthVerdict {
  if (isBuiltIn(groupOf(object))) return { status: 'current', message: 'exists' };
  for (const field of ['phase', 'state']) {
    const word = stringAt(object, 'status', field);
    if (word && UNFINISHED.test(word)) return { status: 'progressing', message: `${field} is ${word}` };
  }
  return { status: 'current', message: 'exists', ...(isBlank(object['status']) ? { assumed: 'status' } : {}) };
}

/** Names that controllers use for a phase that isn't the last one. */
const UNFINISHED =
  /^(pending|waiting|starting|creating|provisioning|initiali[sz]ing|installing|deploying|configuring|bootstrapping|progressing|in[-_ ]?progress|reconciling|scaling|updating|upgrading|restoring|failed|failure|error|unhealthy|not[-_ ]?ready)$/i;

/** Whether a status is empty, as that of a custom resource before its controller sees it. */
export function isBlank(status: unknown): boolean {
  if (status === undefined || status === null) return true;
  if (Array.isArray(status)) return status.length === 0;
  return isObject(status) && Object.values(status).every(isBlank);
}

/** Whether the API server itself serves the group. (Other groups of k8s.io, such as that of Gateway API, hold custom resources.) */
function isBuiltIn(group: string): boolean {
  return !group.includes('.') || BUILT_IN.test(group);
}

const BUILT_IN =
  /^((internal|flowcontrol)\.apiserver|rbac\.authorization|(admissionregistration|apiextensions|apiregistration|authentication|authorization|certificates|coordination|discovery|events|networking|node|resource|scheduling|storage|storagemigration))\.k8s\.io$/;
