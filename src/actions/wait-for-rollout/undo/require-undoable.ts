import { ActionError } from '../../../core/error.ts';
import { invalidInput } from '../../../core/inputs.ts';
import type { Runtime } from '../../../entry/context.ts';
import { describeAccess, missingAccess, requiredAccess } from '../../../kubernetes/access/permissions.ts';
import type { Access } from '../../../kubernetes/api/access-reviews.ts';
import { wellKnown } from '../../../kubernetes/objects/well-known.ts';
import { gitopsOwner } from '../../../kubernetes/undo/gitops-owner.ts';
import { historyKind } from '../../../kubernetes/undo/history.ts';
import { roleYaml } from '../cluster/role.ts';
import { withTimeout } from '../cluster/with-timeout.ts';
import { type Target, targetTitle } from '../targets/target.ts';

/** Checks before the wait that a failed release could be undone. @throws ActionError if not. */
export async function requireUndoable(targets: readonly Target[], runtime: Runtime): Promise<void> {
  const undoable = targets.filter(({ type }) => historyKind(type.kind) !== undefined);
  if (undoable.length === 0)
    throw invalidInput('on-failure', "can't be `undo` here: no target keeps earlier revisions.", [
      'Only Deployments, StatefulSets, DaemonSets, CloneSets and DeploymentConfigs do.',
    ]);
  for (const target of undoable) refuseOwnedByGitOps(target);
  for (const cluster of new Set(undoable.map((each) => each.cluster)))
    await requireAccess(
      undoable.filter((each) => each.cluster === cluster),
      runtime,
    );
}

function refuseOwnedByGitOps(target: Target): void {
  const { cluster, type, namespace, name } = target;
  const object = cluster.view.get(type, namespace, name);
  const owner = object && gitopsOwner(object);
  if (!owner) return;
  throw new ActionError({
    code: 'undo-refused',
    message: `${targetTitle(target)} can't be undone on failure: ${owner} manages it and would apply the release again.`,
    remedy: 'Leave `on-failure` out, and revert the release by a commit: `mode: revert` of open-gitops-PR.',
  });
}

/** @param targets of one cluster. */
async function requireAccess(targets: readonly Target[], runtime: Runtime): Promise<void> {
  const [first] = targets;
  if (!first) return;
  const { client, context: name } = first.cluster;
  const needed = accessToUndo(targets);
  const missing = await withTimeout(missingAccess(client, needed), runtime);
  // If the access can't be reviewed, it may still be granted.
  if (missing instanceof Error || missing.length === 0) return;
  const { selections } = first.cluster.view;
  const namespaces = [...new Set(targets.map(({ namespace }) => namespace))];
  runtime.log.info(
    `The permissions that this wait needs:\n${roleYaml([...requiredAccess(selections, namespaces), ...needed])}`,
  );
  throw new ActionError({
    code: 'kubernetes-forbidden',
    message: `The account lacks permissions in context ${name} that \`on-failure: undo\` needs: ${missing.map(describeAccess).join(', ')}.`,
    remedy:
      'Grant the Role in the log to the account, with a RoleBinding in each namespace, or leave `on-failure` out.',
  });
}

/** What an undo needs in addition to what the wait needs. */
function accessToUndo(targets: readonly Target[]): readonly Access[] {
  const all = targets.flatMap(({ type, namespace }) => {
    const access = (verb: string, { group, plural }: Target['type']) => ({ verb, group, resource: plural, namespace });
    const history = historyKind(type.kind);
    return [
      access('get', type),
      access('patch', type),
      ...(history ? [access('list', history)] : []),
      ...(type.kind === 'StatefulSet' ? [access('delete', wellKnown.pods)] : []),
    ];
  });
  return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
}
