import { ActionError } from '../../../core/error.ts';
import type { Context } from '../../../entry/context.ts';
import { describeAccess, missingAccess, requiredAccess, roleFor } from '../../../kubernetes/access/permissions.ts';
import type { Access } from '../../../kubernetes/api/access-reviews.ts';
import { ApiError } from '../../../kubernetes/api/api-error.ts';
import type { contract } from '../contract.ts';
import { beside } from './beside.ts';
import type { Cluster } from './cluster.ts';

type Surroundings = Pick<Context<typeof contract>, 'log' | 'clock' | 'signal'>;

/** Lists all that is needed. @throws ActionError `kubernetes-forbidden` that names everything the account lacks. */
export async function listAll({ client, view, context }: Cluster, around: Surroundings): Promise<void> {
  const needed = neededOf(view);
  try {
    await view.list();
  } catch (thrown) {
    if (!(thrown instanceof ApiError && thrown.status === 403)) throw thrown;
    const missing = await beside(missingAccess(client, needed), around);
    const said = missing instanceof Error || missing.length === 0 ? thrown.message : describeAll(missing);
    around.log.info(`The least that the account needs (context ${context}):\n${roleFor(needed)}`);
    throw new ActionError({
      code: 'kubernetes-forbidden',
      message: `The account lacks rights in context ${context}: ${said}.`,
      remedy: 'Grant the Role in the log to the account with a RoleBinding in each namespace.',
      cause: thrown,
    });
  }
}

/** Says before the wait what will be missing in it: watches fall back to polling, evidence goes without logs. */
export async function checkAccess({ client, view, context }: Cluster, around: Surroundings): Promise<void> {
  const needed = neededOf(view);
  const missing = await beside(missingAccess(client, needed), around);
  const { log } = around;
  if (missing instanceof Error) {
    log.info(
      `Whether the account has the rights that it needs is not known (context ${context}, SelfSubjectAccessReview): ${missing.message}`,
    );
    return;
  }
  if (missing.length === 0) return;
  log.warning(
    `The account lacks rights in context ${context}: ${describeAll(missing)}. Kinds that it may not watch are polled; evidence that it may not read is left out.`,
  );
  log.info(`The least that the account needs:\n${roleFor(needed)}`);
}

function describeAll(accesses: readonly Access[]): string {
  return accesses.map(describeAccess).join(', ');
}

function neededOf({ selections }: Cluster['view']) {
  const namespaces = new Set(selections.filter(({ type }) => type.plural === 'pods').map(({ namespace }) => namespace));
  return requiredAccess(selections, [...namespaces]);
}
