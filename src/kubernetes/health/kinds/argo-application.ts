import { at, booleanAt, listAt, stringAt } from '../../../json/json.ts';
import { isAbout, isAutomated, operationOf, revisionsIn, type SyncOperation } from '../../objects/argo-operation.ts';
import { conditionOf, type KubernetesObject } from '../../objects/object.ts';
import type { ConcernedCommits, GitOpsRevisions, HealthVerdict, KindRule } from '../rule/kind-rule.ts';

/** Current once it is synced, healthy and idle, and compared with Git again since the last operation: until then the health is older than the sync. */
export const argoApplication: KindRule = {
  group: 'argoproj.io',
  kind: 'Application',
  describe: {
    current:
      'no operation requested or running, the last one did not fail for the commit in `sync.revision`, `sync.status` is `Synced`, compared again since the operation ended (`reconciledAt` ≥ `finishedAt`), `health.status` is `Healthy`',
    failed:
      '`ComparisonError`, `InvalidSpecError` or `SyncError`; the sync ended `Failed` or `Error` (a resource or a hook failed, whatever `sync.status` is), or is being retried (`sync-failed`); health is `Degraded` (`degraded`). With an expected commit, only if Argo CD has looked at that commit',
    stopped: 'suspended: health is `Suspended`, and not because of a Rollout alone, which may go on by itself',
  },
  judge(object) {
    return (
      comparisonVerdict(object) ??
      operationVerdict(object) ??
      syncErrorVerdict(object) ??
      syncVerdict(object) ??
      healthVerdict(object)
    );
  },
  gitOpsRevisions(object) {
    const history = listAt(object, 'status', 'history');
    const compared = comparedRevisions(object);
    const isSynced = stringAt(object, 'status', 'sync', 'status') === 'Synced';
    return {
      compared,
      applied: isSynced ? compared : revisionsIn(history.at(-1)),
      attempted: operationOf(object)?.revisions ?? [],
      earlier: history.flatMap(revisionsIn),
    } satisfies GitOpsRevisions;
  },
};

/**
 * Without those of sources that share a repository and a branch, but not the commit: Argo CD resolves each source on its own, and one of
 * them may still be the commit before.
 */
function comparedRevisions(object: KubernetesObject): readonly string[] {
  // After an error the status names the branch.
  if (conditionOf(object, 'ComparisonError')) return [];
  const revisions = listAt(object, 'status', 'sync', 'revisions');
  const sources = listAt(object, 'spec', 'sources');
  if (revisions.length < 2 || revisions.length !== sources.length) return revisionsIn(at(object, 'status', 'sync'));
  const branchOf = (index: number) =>
    [stringAt(sources[index], 'repoURL'), stringAt(sources[index], 'targetRevision') ?? 'HEAD'].join(' ');
  const isUnanimous = (branch: string) =>
    new Set(revisions.filter((revision, index) => revision !== '' && branchOf(index) === branch)).size === 1;
  return revisions.flatMap((revision, index) =>
    typeof revision === 'string' && revision !== '' && isUnanimous(branchOf(index)) ? [revision] : [],
  );
}

/** Argo CD can't compare the cluster with Git. It names no commit then. */
function comparisonVerdict(object: KubernetesObject): HealthVerdict | undefined {
  for (const type of ['InvalidSpecError', 'ComparisonError']) {
    const condition = conditionOf(object, type);
    if (!condition) continue;
    const times = [condition.lastTransitionTime, stringAt(object, 'status', 'reconciledAt')];
    const lookedAt = Math.max(...times.map((time) => Date.parse(time ?? '') || 0));
    return {
      status: 'failed',
      cause: 'sync-failed',
      message: `${type}: ${condition.message}`,
      concerns: type === 'InvalidSpecError' ? { kind: 'every' } : { kind: 'latest', lookedAt },
    };
  }
  return undefined;
}

function operationVerdict(object: KubernetesObject): HealthVerdict | undefined {
  const operation = operationOf(object);
  const isOther = operation && !isAbout(operation, revisionsIn(at(object, 'status', 'sync')));
  const other = isOther ? shortRevisions(operation) : undefined;
  const what = other === undefined ? 'sync' : `sync of ${other}`;
  if (operation?.isBetweenAttempts) {
    return failedSync(
      operation,
      `the ${what} fails: ${operation.failures || operation.message}${nextAttempt(operation)}`,
    );
  }
  if (at(object, 'operation') !== undefined || operation?.isRunning) {
    const message = [
      other === undefined ? 'syncing' : `syncing ${other}`,
      operation?.isRunning ? operation.message : '',
    ];
    const retrying = operation?.isRunning && operation.retries > 0 ? { retrying: true as const } : {};
    if (operation?.failures) message.push(operation.failures);
    const concerns: ConcernedCommits = { kind: 'revisions', revisions: operation?.revisions ?? [] };
    const progress = { status: 'progressing', message: message.filter(Boolean).join(': '), ...retrying } as const;
    return operation?.isRunning && isOther ? { ...progress, concerns } : progress;
  }
  if (!operation?.hasFailed) return undefined;
  const ended = `the ${what} ended ${operation.phase}: ${operation.failures || operation.message}`;
  if (!isOther) return failedSync(operation, ended);
  if (stringAt(object, 'status', 'sync', 'status') !== 'Synced')
    return failedSync(operation, [ended, whyNotSynced(object)].filter(Boolean).join('; '));
  // The objects are as this commit wants them, but only since a sync whose PostSync hook failed, and no other sync follows.
  return operation.hasFailedAfterApplying
    ? { status: 'progressing', message: `${ended}; this commit changes no object, so Argo CD won't run its hooks` }
    : undefined;
}

function nextAttempt({ retries, retryLimit }: SyncOperation): string {
  if (retryLimit === 0) return '';
  return `; attempt ${retries}${retryLimit < 0 ? '' : ` of ${retryLimit}`} follows`;
}

function failedSync({ revisions }: SyncOperation, message: string): HealthVerdict {
  return { status: 'failed', cause: 'sync-failed', message, concerns: { kind: 'revisions', revisions } };
}

function shortRevisions({ revisions }: SyncOperation): string {
  return revisions.map((revision) => (/^[0-9a-f]{40,}$/.test(revision) ? revision.slice(0, 9) : revision)).join(', ');
}

/** Automated sync has given up on a commit. */
function syncErrorVerdict(object: KubernetesObject): HealthVerdict | undefined {
  const condition = conditionOf(object, 'SyncError');
  if (!condition) return undefined;
  // `Failed last sync attempt to [3f786850e387550fdab836ed7e6dc881de23001b]: …`
  const named = /\[([0-9a-f ]{7,})\]/.exec(condition.message)?.[1]?.split(' ').filter(Boolean);
  const revisions = named ?? revisionsIn(at(object, 'status', 'sync'));
  const message = `SyncError: ${condition.message}`;
  return { status: 'failed', cause: 'sync-failed', message, concerns: { kind: 'revisions', revisions } };
}

function syncVerdict(object: KubernetesObject): HealthVerdict | undefined {
  const sync = stringAt(object, 'status', 'sync', 'status') ?? 'Unknown';
  if (sync === 'Unknown') return { status: 'progressing', message: 'not yet compared with Git' };
  if (sync !== 'Synced')
    return { status: 'progressing', message: ['out of sync', whyNotSynced(object)].filter(Boolean).join(': ') };
  const finished = Date.parse(stringAt(object, 'status', 'operationState', 'finishedAt') ?? '');
  const reconciled = Date.parse(stringAt(object, 'status', 'reconciledAt') ?? '');
  if (!Number.isNaN(finished) && !(reconciled >= finished))
    return { status: 'progressing', message: 'synced, but not yet compared with Git again' };
  return undefined;
}

/** Why no sync will follow, if that can be seen. */
function whyNotSynced(object: KubernetesObject): string | undefined {
  if (!isAutomated(object)) return 'automated sync is off, so it waits for somebody to sync it';
  const differing = listAt(object, 'status', 'resources').filter((each) => stringAt(each, 'status') === 'OutOfSync');
  const isPruneOnly = differing.length > 0 && differing.every((each) => booleanAt(each, 'requiresPruning'));
  if (!isPruneOnly || booleanAt(object, 'spec', 'syncPolicy', 'automated', 'prune')) return undefined;
  const names = differing.slice(0, 3).map(shortName).join(', ');
  return `${names} must be pruned, but automated pruning is off`;
}

function shortName(resource: unknown): string {
  return `${(stringAt(resource, 'kind') ?? '').toLowerCase()}/${stringAt(resource, 'name')}`;
}

function healthVerdict(object: KubernetesObject): HealthVerdict {
  const health = stringAt(object, 'status', 'health', 'status') ?? 'Unknown';
  const healthMessage = stringAt(object, 'status', 'health', 'message');
  const resources = listAt(object, 'status', 'resources');
  const unhealthy = resources.filter((each) => {
    const status = stringAt(each, 'health', 'status');
    return status !== undefined && status !== 'Healthy';
  });
  // Argo CD 3 may leave the health of each object out of the Application (resourceHealthSource: appTree).
  const hasHealth = resources.some((each) => stringAt(each, 'health', 'status') !== undefined);
  const counts = hasHealth ? { ready: resources.length - unhealthy.length, total: resources.length } : {};
  const named = unhealthy
    .slice(0, 3)
    .map((each) => {
      const why = stringAt(each, 'health', 'message');
      return `${(stringAt(each, 'kind') ?? '').toLowerCase()}/${stringAt(each, 'name')} ${stringAt(each, 'health', 'status')}${why ? ` (${why})` : ''}`;
    })
    .join(', ');
  const message = [`synced, ${health}`, named, healthMessage].filter(Boolean).join(': ');
  switch (health) {
    case 'Healthy':
      return { status: 'current', message: 'synced and healthy', ...counts };
    case 'Degraded':
      return { status: 'failed', cause: 'degraded', message, ...counts, concerns: comparedCommits(object) };
    case 'Suspended':
      return isPausedRollout(unhealthy)
        ? { status: 'progressing', message: `${message}. A paused Rollout may go on by itself`, ...counts }
        : { status: 'suspended', message, ...counts, concerns: comparedCommits(object) };
    default:
      return { status: 'progressing', message, ...counts };
  }
}

/** Whether nothing but Rollouts is suspended. The pause may be a timed step: only the Rollout says so, in its own cluster. */
function isPausedRollout(unhealthy: readonly unknown[]): boolean {
  const suspended = unhealthy.filter((each) => stringAt(each, 'health', 'status') === 'Suspended');
  return suspended.length > 0 && suspended.every((each) => stringAt(each, 'kind') === 'Rollout');
}

function comparedCommits(object: KubernetesObject): ConcernedCommits {
  return { kind: 'revisions', revisions: comparedRevisions(object) };
}
