import { ActionError, messageOf } from '../../../../core/error.ts';
import type { Runtime } from '../../../../entry/context.ts';
import { formatReference, type PinnedImage } from '../../../../image/reference.ts';
import { RegistryError } from '../../../../image/registry/error.ts';

/** How to read the registries of the expected images. */
export interface RegistryAccess {
  readonly login: { readonly username: string; readonly password: string } | undefined;
  /** Registries (`host[:port]`) without TLS. */
  readonly insecure: readonly string[];
}

/** The digest of each platform's image in an index, with the platform's name. Empty, with a warning, if the registry doesn't say. */
export async function platformsByDigest(
  reference: PinnedImage,
  { login: given, insecure }: RegistryAccess,
  runtime: Runtime,
): Promise<ReadonlyMap<string, string>> {
  const { http, clock, env, secrets, log, signal } = runtime;
  const [{ Registries, registryOf }, registryPlatforms, { formatPlatform }] = await Promise.all([
    import('../../../../image/registry/registries.ts'),
    import('../../../../image/registry/platforms.ts'),
    import('../../../../image/platform.ts'),
  ]);
  const source = 'the input `registry-username`';
  const login = given && { ...given, registries: [registryOf(reference)], source };
  const registries = new Registries({ http, clock, env, secrets, log, signal, login, insecure, retries: 3 });
  try {
    const repository = await registries.repository(reference);
    const { platforms } = await registryPlatforms.resolvePlatforms(repository, reference.digest);
    return new Map(platforms.map(({ digest, platform }) => [digest, formatPlatform(platform)]));
  } catch (thrown) {
    if (!signal.aborted)
      log.warning(
        `Can't read the platforms of ${formatReference(reference)}, so only its own digest is accepted: ${messageOf(thrown)}${remedyFor(thrown)}`,
      );
    return new Map();
  }
}

/** For a request without a login: with one, the registry's own remedy says more. */
const LOGIN_REMEDIES: Readonly<Record<string, string>> = {
  'registry-unauthorized':
    'Give `registry-username` and `registry-password`, or log in to the registry in an earlier step (docker/login-action).',
  'registry-denied': 'Give `registry-username` and `registry-password` of a user who may read the repository.',
  'registry-rate-limited': 'Give `registry-username` and `registry-password`: logged-in users have higher limits.',
};

/** By the codes of the registry client, which doesn't know the inputs of this action. */
const REMEDIES: Readonly<Record<string, string>> = {
  'registry-unreachable':
    'Check that the runner may reach the registry. If the registry has no TLS, add it to `insecure-registries`.',
  'registry-certificate': "Set NODE_EXTRA_CA_CERTS to a file with the certificate of the registry's authority.",
  'image-not-found': 'Check `image`: the digest must be in the registry.',
  'repository-not-found': 'Check `image`: the repository must be in the registry.',
};

function remedyFor(thrown: unknown): string {
  if (!(thrown instanceof ActionError)) return '';
  const { needsLogin, otherHost } = thrown instanceof RegistryError ? thrown.facts : {};
  if (thrown.code === 'registry-refused' && otherHost !== undefined)
    return ` ${thrown.remedy} Or, if that is intended, add ${otherHost} to \`insecure-registries\`.`;
  return ` ${(needsLogin ? LOGIN_REMEDIES[thrown.code] : undefined) ?? REMEDIES[thrown.code] ?? thrown.remedy}`;
}
