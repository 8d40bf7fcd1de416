import { ActionError } from '../../core/error.ts';
import { invalidInput } from '../../core/inputs.ts';
import type { Context } from '../../entry/context.ts';
import { describeAccess, missingAccess, requiredAccess, roleFor } from '../../kubernetes/access/permissions.ts';
import type { Access } from '../../kubernetes/api/access-reviews.ts';
import { wellKnown } from '../../kubernetes/objects/well-known.ts';
import { gitopsOwner } from '../../kubernetes/undo/gitops-owner.ts';
import { historyKind } from '../../kubernetes/undo/history.ts';
import { beside } from './cluster/beside.ts';
import type { contract } from './contract.ts';
import { type Target, titleOf } from './targets/target.ts';

/** @throws ActionError where a release that fails could not be taken back: said before the wait, not after it. */
export async function requireUndoable(targets: readonly Target[], context: Context<typeof contract>): Promise<void> {
  const { inputs } = context;
  if (inputs.onFailure !== 'undo') return;
  if (inputs.revision !== undefined)
    throw invalidInput('on-failure', 'can not be `undo` where `revision` is given.', [
      'What Git describes is taken back by a commit: `mode: revert` of open-gitops-PR.',
    ]);
  const able = targets.filter(({ type }) => historyKind(type.kind) !== undefined);
  if (able.length === 0)
    throw invalidInput('on-failure', 'can not be `undo` here: no target keeps earlier revisions.', [
      'Deployments, StatefulSets and DaemonSets do.',
    ]);
  for (const target of able) refuseOwned(target);
  for (const cluster of new Set(able.map((each) => each.cluster)))
    await requireRights(
      able.filter((each) => each.cluster === cluster),
      context,
    );
}

function refuseOwned(target: Target): void {
  const { cluster, type, namespace, name } = target;
  const object = cluster.view.get(type, namespace, name);
  const owner = object && gitopsOwner(object);
  if (!owner) return;
  throw new ActionError({
    code: 'undo-refused',
    message: `${titleOf(target)} can not be undone on failure: ${owner} keeps it as Git has it, and would put the release back.`,
    remedy: 'Leave `on-failure` out, and take the release back by a commit: `mode: revert` of open-gitops-PR.',
  });
}

async function requireRights(targets: readonly Target[], context: Context<typeof contract>): Promise<void> {
  const [first] = targets;
  if (!first) return;
  const { client, context: name } = first.cluster;
  const needed = undoAccess(targets);
  const missing = await beside(missingAccess(client, needed), context);
  // What could not be reviewed may still be allowed.
  if (missing instanceof Error || missing.length === 0) return;
  const { selections } = first.cluster.view;
  const namespaces = [...new Set(targets.map(({ namespace }) => namespace))];
  context.log.info(
    `The least that the account needs:\n${roleFor([...requiredAccess(selections, namespaces), ...needed])}`,
  );
  throw new ActionError({
    code: 'kubernetes-forbidden',
    message: `The account lacks rights in context ${name} that \`on-failure: undo\` needs: ${missing.map(describeAccess).join(', ')}.`,
    remedy: 'Grant the Role in the log to the account with a RoleBinding in each namespace, or leave `on-failure` out.',
  });
}

/** What going back needs beside what waiting needs. */
function undoAccess(targets: readonly Target[]): readonly Access[] {
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
