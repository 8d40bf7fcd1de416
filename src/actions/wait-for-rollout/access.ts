import { ActionError } from '../../action/error.ts';
import type { Log } from '../../action/log.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import { describeAccess, missingAccess, neededAccess, roleFor } from '../../kubernetes/rollout/permissions.ts';
import type { Cluster } from './cluster.ts';

/** Lists all that is needed. @throws ActionError `kubernetes-forbidden` that names everything the account lacks. */
export async function listAll({ client, view, context }: Cluster, log: Log): Promise<void> {
  const needed = neededOf(view);
  try {
    await view.list();
  } catch (thrown) {
    if (!(thrown instanceof ApiError && thrown.status === 403)) throw thrown;
    const missing = await missingAccess(client, needed);
    const said = missing.length > 0 ? missing.map(describeAccess).join(', ') : thrown.message;
    log.info(`The least that the account needs (context ${context}):\n${roleFor(needed)}`);
    throw new ActionError({
      code: 'kubernetes-forbidden',
      message: `The account lacks rights in context ${context}: ${said}.`,
      remedy: 'Grant the Role in the log to the account with a RoleBinding in each namespace.',
      cause: thrown,
    });
  }
}

/** Says before the wait what will be missing in it: watches fall back to polling, evidence goes without logs. */
export async function checkAccess({ client, view, context }: Cluster, log: Log): Promise<void> {
  const needed = neededOf(view);
  const missing = await missingAccess(client, needed);
  if (missing.length === 0) return;
  log.warning(
    `The account lacks rights in context ${context}: ${missing.map(describeAccess).join(', ')}. Kinds that it may not watch are polled; evidence that it may not read is left out.`,
  );
  log.info(`The least that the account needs:\n${roleFor(needed)}`);
}

function neededOf({ selections }: Cluster['view']) {
  const namespaces = new Set(selections.filter(({ type }) => type.plural === 'pods').map(({ namespace }) => namespace));
  return neededAccess(selections, [...namespaces]);
}
