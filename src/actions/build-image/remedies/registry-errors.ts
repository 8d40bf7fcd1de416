import { ActionError } from '../../../core/error.ts';
import { RegistryError } from '../../../image/registry/error.ts';

/** Adds to a registry error which input of this action solves the problem. Returns any other value as it is. */
export function withInputRemedy(thrown: unknown): unknown {
  if (!(thrown instanceof RegistryError)) return thrown;
  const { code, message } = thrown;
  const remedy = remedyFor(thrown);
  return remedy === undefined ? thrown : new ActionError({ code, message, remedy, cause: thrown });
}

function remedyFor({ code, remedy, facts }: RegistryError): string | undefined {
  const { registry, needsLogin, otherHost, lacksTls } = facts;
  const login = `Give \`registry-username\` and \`registry-password\`, or log in to ${registry} in an earlier step (docker/login-action).`;
  switch (code) {
    case 'registry-unauthorized':
    case 'registry-denied':
      return needsLogin ? login : undefined;
    case 'registry-rate-limited':
      return needsLogin ? `${login} Logged-in users have higher limits.` : 'Run again later, or raise `retries`.';
    case 'registry-credentials':
      return `${remedy} Or give \`registry-username\` and \`registry-password\`.`;
    case 'registry-unreachable':
      return lacksTls
        ? `It does not speak TLS. If that is intended, add ${registry} to \`insecure-registries\`.`
        : undefined;
    case 'registry-certificate':
      return `Give the PEM certificate of its authority in \`registry-ca\`${otherHost === undefined ? '' : `, or add ${otherHost} to \`insecure-registries\``}.`;
    case 'registry-refused':
      return otherHost === undefined
        ? undefined
        : `${remedy} Or, if that is intended, add ${otherHost} to \`insecure-registries\`.`;
    default:
      return undefined;
  }
}
