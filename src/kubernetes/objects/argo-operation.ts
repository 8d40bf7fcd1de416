import { at, booleanAt, listAt, numberAt, stringAt } from '../../json/json.ts';
import type { KubernetesObject } from './object.ts';

/** The last operation of an Application: what it brought to the cluster, and how that ended. */
export interface SyncOperation {
  readonly phase: string;
  readonly message: string;
  /** The commits that it applies; several if the Application has several sources. */
  readonly revisions: readonly string[];
  readonly isRunning: boolean;
  /** The last attempt failed, and the next one has not begun: the phase stays Running. */
  readonly isBetweenAttempts: boolean;
  readonly hasFailed: boolean;
  /** Every object was applied; only a hook that runs afterwards failed. */
  readonly hasFailedAfterApplying: boolean;
  readonly retries: number;
  /** Negative: without end. */
  readonly retryLimit: number;
  /** The resources and hooks that failed, with their messages; empty if it names none. */
  readonly failures: string;
}

export function operationOf(object: KubernetesObject): SyncOperation | undefined {
  const state = at(object, 'status', 'operationState');
  if (state === undefined) return undefined;
  const phase = stringAt(state, 'phase') ?? '';
  const retries = numberAt(state, 'retryCount') ?? 0;
  const result = at(state, 'syncResult');
  const failed = listAt(result, 'resources').filter(hasFailed);
  const resolved = revisionsIn(result);
  const isRunning = phase === 'Running' || phase === 'Terminating';
  return {
    phase,
    message: stringAt(state, 'message') ?? '',
    // The result has the commit; the request may only have the name of a branch.
    revisions: resolved.length > 0 ? resolved : revisionsIn(at(state, 'operation', 'sync')),
    isRunning,
    isBetweenAttempts:
      phase === 'Running' && retries > 0 && (at(state, 'finishedAt') !== undefined || failed.length > 0),
    hasFailed: phase === 'Failed' || phase === 'Error',
    hasFailedAfterApplying: failed.length > 0 && failed.every((each) => stringAt(each, 'syncPhase') === 'PostSync'),
    retries,
    retryLimit: numberAt(state, 'operation', 'retry', 'limit') ?? 0,
    failures: failed.slice(0, 3).map(describeFailure).join(', '),
  };
}

/** Whether an operation applied these commits. One that names none is taken for the present one. */
export function isAbout({ revisions }: SyncOperation, others: readonly string[]): boolean {
  return revisions.length === 0 || others.length === 0 || revisions.every((revision) => others.includes(revision));
}

/** `revision`, or the `revisions` of an application with several sources. An empty one belongs to a source without a revision. */
export function revisionsIn(value: unknown): readonly string[] {
  const all = [stringAt(value, 'revision'), ...listAt(value, 'revisions')];
  return all.filter((revision): revision is string => typeof revision === 'string' && revision !== '');
}

/** Whether Argo CD syncs the Application by itself. */
export function isAutomated(object: KubernetesObject): boolean {
  const automated = at(object, 'spec', 'syncPolicy', 'automated');
  return automated !== undefined && automated !== null && booleanAt(automated, 'enabled') !== false;
}

/** A resource that was not applied, or did not become healthy before the next wave; or a hook that failed. */
function hasFailed(result: unknown): boolean {
  return (
    stringAt(result, 'status') === 'SyncFailed' || ['Failed', 'Error'].includes(stringAt(result, 'hookPhase') ?? '')
  );
}

/** `service/web: spec.ports: Required value`, `job/notify (PostSync hook): Job has reached the specified backoff limit` */
function describeFailure(result: unknown): string {
  const hook = stringAt(result, 'hookType');
  const name = `${(stringAt(result, 'kind') ?? '').toLowerCase()}/${stringAt(result, 'name')}`;
  return `${name}${hook ? ` (${hook} hook)` : ''}: ${stringAt(result, 'message') ?? 'failed'}`;
}
