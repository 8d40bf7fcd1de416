import { ActionError } from '../../../core/error.ts';
import type { Runtime } from '../../../entry/context.ts';
import { describeAccess, missingAccess, requiredAccess } from '../../../kubernetes/access/permissions.ts';
import type { Access } from '../../../kubernetes/api/access-reviews.ts';
import { ApiError } from '../../../kubernetes/api/api-error.ts';
import type { Cluster } from './cluster.ts';
import { roleYaml } from './role.ts';
import { withTimeout } from './with-timeout.ts';

type AccessRuntime = Pick<Runtime, 'log' | 'clock' | 'signal'>;

/** Lists everything that the targets need. @throws ActionError `kubernetes-forbidden` with all permissions that are missing. */
export async function listResources({ client, view, context: name }: Cluster, runtime: AccessRuntime): Promise<void> {
  const needed = accessFor(view);
  try {
    await view.list();
  } catch (thrown) {
    if (!(thrown instanceof ApiError && thrown.status === 403)) throw thrown;
    const missing = await withTimeout(missingAccess(client, needed), runtime);
    const reason = missing instanceof Error || missing.length === 0 ? thrown.message : describeAll(missing);
    runtime.log.info(`The permissions that this wait needs (context ${name}):\n${roleYaml(needed)}`);
    throw new ActionError({
      code: 'kubernetes-forbidden',
      message: `The account lacks permissions in context ${name}: ${reason}.`,
      remedy: 'Grant the Role in the log to the account, with a RoleBinding in each namespace.',
      cause: thrown,
    });
  }
}

/** Warns before the wait if permissions are missing that it can do without. @param timeout in ms, if there is less time than usual */
export async function warnOfMissingAccess(
  { client, view, context: name }: Cluster,
  runtime: AccessRuntime,
  timeout?: number,
): Promise<void> {
  const needed = accessFor(view);
  const missing = await withTimeout(missingAccess(client, needed), runtime, timeout);
  const { log } = runtime;
  if (missing instanceof Error) {
    log.info(
      `The permissions of the account could not be checked (context ${name}, SelfSubjectAccessReview): ${missing.message}`,
    );
    return;
  }
  if (missing.length === 0) return;
  log.warning(
    `The account lacks permissions in context ${name}: ${describeAll(missing)}. Kinds that it may not watch are polled; evidence that it may not read is missing from the report.`,
  );
  log.info(`The permissions that this wait needs:\n${roleYaml(needed)}`);
}

function describeAll(accesses: readonly Access[]): string {
  return accesses.map(describeAccess).join(', ');
}

function accessFor({ selections }: Cluster['view']) {
  const namespaces = new Set(selections.filter(({ type }) => type.plural === 'pods').map(({ namespace }) => namespace));
  return requiredAccess(selections, [...namespaces]);
}
