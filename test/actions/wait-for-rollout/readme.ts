import { roleYaml } from '../../../src/actions/wait-for-rollout/cluster/role.ts';
import { formatDuration } from '../../../src/core/duration.ts';
import { requiredAccess } from '../../../src/kubernetes/access/permissions.ts';
import { causeOf, failureIds } from '../../../src/kubernetes/failures/causes.ts';
import { wellKnown } from '../../../src/kubernetes/objects/well-known.ts';

/** The rows of the README's table of failure causes. */
export function causesTable(): string {
  return failureIds
    .map((id) => {
      const { summary, grace } = causeOf(id);
      const lasts = grace === 'transient' ? 'never' : grace === 0 ? 'none' : formatDuration(grace);
      return `| \`${id}\` | ${summary} | ${lasts.replace('.0 s', ' s')} |`;
    })
    .join('\n');
}

/** The Role for waiting for workloads of all kinds. */
export function fullRole(namespace: string): string {
  const { deployments, statefulSets, daemonSets, jobs, replicaSets, controllerRevisions, pods, events } = wellKnown;
  const types = [deployments, statefulSets, daemonSets, jobs, replicaSets, controllerRevisions, pods, events];
  return roleYaml(
    requiredAccess(
      types.map((type) => ({ type, namespace })),
      [namespace],
    ),
  );
}
