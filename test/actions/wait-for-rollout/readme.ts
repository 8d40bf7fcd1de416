import { formatDuration } from '../../../src/core/duration.ts';
import { causeIds, causeOf } from '../../../src/kubernetes/failures/causes.ts';
import { neededAccess, roleFor } from '../../../src/kubernetes/rollout/permissions.ts';
import { wellKnown } from '../../../src/kubernetes/well-known.ts';

/** The rows of the README's table of failure causes. */
export function causesTable(): string {
  return causeIds
    .map((id) => {
      const { says, grace } = causeOf(id);
      const lasts = grace === 'transient' ? 'never' : grace === 0 ? 'none' : formatDuration(grace);
      return `| \`${id}\` | ${says} | ${lasts.replace('.0 s', ' s')} |`;
    })
    .join('\n');
}

/** The Role for waiting for workloads of all kinds. */
export function fullRole(namespace: string): string {
  const { deployments, statefulSets, daemonSets, jobs, replicaSets, controllerRevisions, pods, events } = wellKnown;
  const types = [deployments, statefulSets, daemonSets, jobs, replicaSets, controllerRevisions, pods, events];
  return roleFor(
    neededAccess(
      types.map((type) => ({ type, namespace })),
      [namespace],
    ),
  );
}
