import { at, isObject } from '../../../json/json.ts';
import { groupOf, type KubernetesObject } from '../../objects/object.ts';
import type { HealthVerdict } from './kind-rule.ts';
import { type ReportedCondition, reportedConditions } from './reported-conditions.ts';
import { type ReportedField, reportedFields } from './reported-fields.ts';
import { isPositive, meaningOf, meaningOfType } from './status-words.ts';

/**
 * The rule for any other kind: the conventions of kstatus (Stalled, Reconciling, Ready), Crossplane's Synced, and whatever else says in its
 * conditions, words, flags and counts that it failed or isn't done. Only what says neither is current.
 */
export function byConditions(object: KubernetesObject): HealthVerdict {
  const conditions = reportedConditions(object);
  const own = conditions.filter(({ part }) => part === '');
  const ofType = (type: string) => own.find((condition) => condition.type === type);
  const stalled = ofType('Stalled');
  if (stalled?.status === 'True')
    return { status: 'failed', cause: 'stalled', message: `${stalled.reason}: ${stalled.message}` };
  const reconciling = ofType('Reconciling');
  if (reconciling?.status === 'True') return { status: 'progressing', message: reconciling.message || 'reconciling' };
  const synced = ofType('Synced');
  if (synced?.status === 'False' && synced.reason === 'ReconcilePaused')
    return { status: 'suspended', message: synced.message || 'its reconciliation is paused' };
  if (isBuiltIn(groupOf(object)) && own.length === 0) return { status: 'current', message: 'exists' };
  const main = ['Ready', 'Available', 'Succeeded'].flatMap((type) => ofType(type) ?? [])[0];
  if (main !== undefined && isStale(main, object))
    return { status: 'progressing', message: 'the controller has not seen the change yet' };
  // Ready sums up what the other conditions say in detail.
  const isReady = main?.type === 'Ready' && main.status === 'True';
  const reports = [
    ...conditions
      .filter(({ part }) => part === '' || !isReady)
      .flatMap((condition) => reportOf(condition, isReady, object) ?? []),
    ...reportedFields(object).filter(({ isPart }) => !isPart || !isReady),
  ];
  const [report] = reports.filter(({ meaning }) => meaning === 'failed').concat(reports);
  if (report) return verdictOf(report);
  return whenDone(object, main);
}

/** What a condition says against the object; undefined if nothing. */
function reportOf(condition: ReportedCondition, isReady: boolean, object: KubernetesObject): ReportedField | undefined {
  const { type, status, reason, message, part } = condition;
  const why = [reason, message].filter(Boolean).join(': ') || `${status === 'True' ? '' : 'not '}${type}`;
  const described = part === '' ? why : `${part}: ${why}`;
  const isOutdated = isStale(condition, object);
  const meaning = meaningOfType(type);
  if (isPositive(type)) {
    if (status === 'True') return part !== '' && isOutdated ? { meaning: 'unfinished', message: NOT_SEEN } : undefined;
    if ((isReady && !DECISIVE.has(type)) || (part === '' && isOutdated)) return undefined;
    const isFailure = status === 'False' && !isOutdated && (tellsFailure(condition) || isRefusal(condition));
    return { meaning: isFailure ? 'failed' : 'unfinished', message: described };
  }
  if (isOutdated || meaning === undefined) return undefined;
  if (status === 'True') return isDone(condition) ? undefined : { meaning, message: described };
  // Progressing is False because it gave up.
  return status === 'False' && meaning === 'unfinished' && tellsFailure(condition)
    ? { meaning: 'failed', message: described }
    : undefined;
}

/** Conditions that count beside Ready. The others are about parts that Ready already sums up. */
const DECISIVE: ReadonlySet<string> = new Set([
  'Ready',
  'Synced',
  'Accepted',
  'Programmed',
  'Valid',
  'Healthy',
  'Reconciled',
]);

const NOT_SEEN = 'the controller has not seen the change yet';

/** Gateway API: whoever decides whether a route or policy is accepted has decided. */
function isRefusal({ type, reason }: ReportedCondition): boolean {
  return (type === 'Accepted' || type === 'ResolvedRefs') && reason !== 'Pending';
}

function tellsFailure({ reason, message, severity }: ReportedCondition): boolean {
  return severity === 'Error' || meaningOf(reason) === 'failed' || /^(error|failed|fatal|invalid)\b/i.test(message);
}

/** A Deployment, and what copies its conditions, stays Progressing when it is done. */
function isDone({ reason }: ReportedCondition): boolean {
  return isPositive(reason);
}

function verdictOf({ meaning, message }: ReportedField): HealthVerdict {
  if (meaning === 'failed') return { status: 'failed', cause: 'reports-error', message };
  return { status: meaning === 'stopped' ? 'suspended' : 'progressing', message };
}

function whenDone(object: KubernetesObject, main: ReportedCondition | undefined): HealthVerdict {
  if (isBlank(object['status'])) {
    return isBuiltIn(groupOf(object))
      ? { status: 'current', message: 'exists' }
      : { status: 'current', message: 'exists', assumed: 'status' };
  }
  const observed = main?.observedGeneration ?? at(object, 'status', 'observedGeneration');
  const isAssumed = observed === undefined && (object.metadata.generation ?? 0) > 1;
  return {
    status: 'current',
    message: main === undefined ? 'exists' : 'ready',
    ...(isAssumed ? { assumed: 'generation' } : {}),
  };
}

function isStale({ observedGeneration }: ReportedCondition, { metadata }: KubernetesObject): boolean {
  return observedGeneration !== undefined && observedGeneration < (metadata.generation ?? 0);
}

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
