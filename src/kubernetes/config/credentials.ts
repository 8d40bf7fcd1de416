import { defined } from '../../core/defined.ts';
import { ActionError } from '../../core/error.ts';
import type { Secrets } from '../../core/secrets.ts';
import { describeFsError } from '../../files/fs-error.ts';
import { readTextFile } from '../../files/regular-file.ts';
import { listAt, objectAt, stringAt } from '../../json/json.ts';
import { execCredentials } from './exec-plugin.ts';
import { type ClusterCredentials, type CredentialContext, type Identity, withBearerToken } from './identity.ts';
import type { ContextEntry } from './kubeconfig.ts';
import { readPem } from './pem.ts';

/** How long a token from a file is used before the file is read again, in ms. The kubelet renews the token in the file. */
const TOKEN_FILE_AGE = 60_000;

/** @throws ActionError `kubeconfig-unsupported`, `kubeconfig-unreadable`, `kubeconfig-invalid`. */
export async function credentialsOf(
  context: ContextEntry,
  environment: CredentialContext,
): Promise<ClusterCredentials> {
  const { user, userName } = context;
  if ('auth-provider' in user) {
    const provider = stringAt(user, 'auth-provider', 'name') ?? 'unknown';
    throw new ActionError({
      code: 'kubeconfig-unsupported',
      message: `The user "${userName}" of the kubeconfig uses the auth-provider "${provider}", which Kubernetes removed in 1.26.`,
      remedy:
        'Create the kubeconfig with an exec plugin (gke-gcloud-auth-plugin, kubelogin, aws eks get-token) or a token.',
    });
  }
  const impersonation = impersonationOf(user);
  const certificate = await certificateOf(user, userName, environment.secrets);
  const base: Identity = { headers: impersonation, ...defined({ certificate }) };
  const execConfig = objectAt(user, 'exec');
  const token = stringAt(user, 'token');
  const tokenFile = stringAt(user, 'tokenFile');
  // The order of kubectl: tokenFile, then token, then the plugin.
  if (tokenFile) return fileCredentials(tokenFile, base, environment);
  if (token) return fixed(withBearerToken(base, token, environment.secrets));
  if (execConfig) return execCredentials({ config: execConfig, context, base, environment });
  return fixed(withPassword(base, user, environment.secrets));
}

function fixed(identity: Identity): ClusterCredentials {
  return { current: async () => identity, renew: async () => false };
}

function fileCredentials(path: string, base: Identity, { clock, secrets }: CredentialContext): ClusterCredentials {
  let known: { token: string; at: number } | undefined;
  const read = async () => {
    try {
      known = { token: readTextFile(path).trim(), at: clock.now() };
      return known;
    } catch (thrown) {
      throw new ActionError({
        code: 'kubeconfig-unreadable',
        message: `The token file of the kubeconfig can't be read: ${path}, ${describeFsError(thrown)}.`,
        remedy: 'Write the token to that file in an earlier step, or write the token itself into the kubeconfig.',
        cause: thrown,
      });
    }
  };
  return {
    async current() {
      const fresh = known && clock.now() - known.at < TOKEN_FILE_AGE ? known : await read();
      return withBearerToken(base, fresh.token, secrets);
    },
    async renew() {
      const before = known?.token;
      return (await read()).token !== before;
    },
  };
}

async function certificateOf(
  user: Readonly<Record<string, unknown>>,
  userName: string,
  secrets: Secrets,
): Promise<Identity['certificate']> {
  const cert = await readPem(user, 'client-certificate', `user "${userName}"`);
  const key = await readPem(user, 'client-key', `user "${userName}"`);
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new ActionError({
      code: 'kubeconfig-invalid',
      message: `The user "${userName}" of the kubeconfig has only one of client-certificate and client-key.`,
      remedy: 'Add the other one; `kubectl config view --raw --flatten` embeds both.',
    });
  secrets.add(key);
  return { cert, key };
}

function withPassword(base: Identity, user: Readonly<Record<string, unknown>>, secrets: Secrets): Identity {
  const [name, password] = [stringAt(user, 'username'), stringAt(user, 'password')];
  if (!name || password === undefined) return base;
  const pair = Buffer.from(`${name}:${password}`).toString('base64');
  secrets.add(password);
  secrets.add(pair);
  return { ...base, headers: { ...base.headers, authorization: `Basic ${pair}` } };
}

function impersonationOf(user: Readonly<Record<string, unknown>>): Record<string, string> {
  const name = stringAt(user, 'as');
  const groups = listAt(user, 'as-groups').filter((group) => typeof group === 'string');
  if (groups.length > 1)
    throw new ActionError({
      code: 'kubeconfig-unsupported',
      message: 'The kubeconfig impersonates several groups (as-groups), which is not supported.',
      remedy: 'Use a kubeconfig of an account that has the permissions itself.',
    });
  return {
    ...(name ? { 'impersonate-user': name } : {}),
    ...defined({ 'impersonate-group': groups[0] }),
  };
}
