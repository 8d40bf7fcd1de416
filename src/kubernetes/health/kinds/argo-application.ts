import { at, listAt, numberAt, stringAt } from '../../../json/json.ts';
import type { KubernetesObject } from '../../objects/object.ts';
import type { HealthVerdict, KindRule } from '../rule/kind-rule.ts';

/** Current once it is synced, healthy and idle, and compared with Git again since the last operation: until then the health is older than the sync. */
export const argoApplication: KindRule = {
  group: 'argoproj.io',
  kind: 'Application',
  describe: {
    current:
      'no operation requested or running, `sync.status` is `Synced`, compared again since the operation ended (`reconciledAt` ≥ `finishedAt`), `health.status` is `Healthy`',
    failed:
      '`ComparisonError`, `InvalidSpecError` or `SyncError`; the sync ended `Failed` or `Error`, or is being retried (`sync-failed`); health is `Degraded` (`degraded`)',
    stopped: 'suspended: health is `Suspended`, and not because of a Rollout alone, which may go on by itself',
  },
  judge(object) {
    const broken = listAt(object, 'status', 'conditions').find((condition) =>
      ['ComparisonError', 'InvalidSpecError', 'SyncError'].includes(stringAt(condition, 'type') ?? ''),
    );
    if (broken)
      return {
        status: 'failed',
        cause: 'sync-failed',
        blocksEveryCommit: true,
        message: `${stringAt(broken, 'type')}: ${stringAt(broken, 'message') ?? ''}`,
      };
    return operationVerdict(object) ?? healthVerdict(object);
  },
  gitOpsRevisions: (object) => ({
    applied: revisions(at(object, 'status', 'sync')),
    attempted: revisions(at(object, 'status', 'operationState', 'syncResult')),
    earlier: listAt(object, 'status', 'history').flatMap(revisions),
  }),
};

function operationVerdict(object: KubernetesObject): HealthVerdict | undefined {
  const operation = at(object, 'status', 'operationState');
  const phase = stringAt(operation, 'phase');
  const message = stringAt(operation, 'message') ?? '';
  // A failed sync is retried a few times, minutes apart. Its phase stays Running.
  if (phase === 'Running' && (numberAt(operation, 'retryCount') ?? 0) > 0) {
    return { status: 'failed', cause: 'sync-failed', message: `the sync fails: ${syncErrors(operation) || message}` };
  }
  if (at(object, 'operation') !== undefined || phase === 'Running' || phase === 'Terminating')
    return { status: 'progressing', message: `syncing${message ? `: ${message}` : ''}` };
  const sync = stringAt(object, 'status', 'sync', 'status') ?? 'Unknown';
  if (sync !== 'Synced') {
    if (phase === 'Failed' || phase === 'Error')
      return {
        status: 'failed',
        cause: 'sync-failed',
        message: `the sync ended ${phase}: ${syncErrors(operation) || message}`,
      };
    return { status: 'progressing', message: `${sync === 'Unknown' ? 'not yet compared with Git' : 'out of sync'}` };
  }
  const finished = Date.parse(stringAt(operation, 'finishedAt') ?? '');
  const reconciled = Date.parse(stringAt(object, 'status', 'reconciledAt') ?? '');
  if (!Number.isNaN(finished) && !(reconciled >= finished))
    return { status: 'progressing', message: 'synced, but not yet compared with Git again' };
  return undefined;
}

/** The cluster's answers about the objects that couldn't be applied. */
function syncErrors(operation: unknown): string {
  return listAt(operation, 'syncResult', 'resources')
    .filter((each) => stringAt(each, 'status') === 'SyncFailed')
    .slice(0, 3)
    .map(
      (each) =>
        `${(stringAt(each, 'kind') ?? '').toLowerCase()}/${stringAt(each, 'name')}: ${stringAt(each, 'message')}`,
    )
    .join(', ');
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
      return { status: 'failed', cause: 'degraded', message, ...counts };
    case 'Suspended':
      return isPausedRollout(unhealthy)
        ? { status: 'progressing', message: `${message}. A paused Rollout may go on by itself`, ...counts }
        : { status: 'suspended', message, ...counts };
    default:
      return { status: 'progressing', message, ...counts };
  }
}

/** Whether nothing but Rollouts is suspended. The pause may be a timed step: only the Rollout says so, in its own cluster. */
function isPausedRollout(unhealthy: readonly unknown[]): boolean {
  const suspended = unhealthy.filter((each) => stringAt(each, 'health', 'status') === 'Suspended');
  return suspended.length > 0 && suspended.every((each) => stringAt(each, 'kind') === 'Rollout');
}

/** `revision`, or the `revisions` of an application with several sources. An empty one belongs to a source without a revision. */
function revisions(value: unknown): string[] {
  const all = [stringAt(value, 'revision'), ...listAt(value, 'revisions')];
  return all.filter((revision): revision is string => typeof revision === 'string' && revision !== '');
}
