import { createSign } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { ActionError } from '../../core/error.ts';
import type { TokenSource } from '../api/api-requester.ts';
import type { GitHub } from '../api/client.ts';
import { GitHubRefusal } from '../api/error.ts';
import { requireNumber, requireText } from '../api/response-fields.ts';
import type { RepositoryName } from '../repository/repository.ts';

interface AppCredentials {
  readonly appId: string;
  /** PEM. */
  readonly privateKey: string;
  readonly repository: RepositoryName;
}

/** The private key is not an RSA key in PEM form. */
export class InvalidPrivateKey extends Error {
  override readonly name = 'InvalidPrivateKey';
}

/** All in seconds. GitHub accepts at most ten minutes, and its clock may differ from ours by one. */
const LIFETIME = 8 * 60;
const CLOCK_SKEW = 60;

/** A token is renewed this long before it expires, in ms. */
const RENEWAL_MARGIN = 5 * 60_000;

/**
 * The installation tokens of a GitHub App for one repository (GitHub docs, "Authenticating as a GitHub App installation"). Each has only
 * the permissions that the delivery needs and expires after an hour; a new one replaces it in time. @octokit/auth-app is not used: it
 * uses the system clock and real timers, doesn't find the installation, and includes the OAuth flows.
 * @param connect opens the API with a token.
 * @param mask gets each token before it is used.
 */
export function installationTokens(
  connect: (token: TokenSource) => Promise<GitHub>,
  clock: Clock,
  app: AppCredentials,
  mask: (token: string) => void,
): TokenSource {
  let current: { readonly token: string; readonly expiresAt: number } | undefined;
  return async () => {
    if (current === undefined || clock.now() > current.expiresAt - RENEWAL_MARGIN) {
      current = await installationToken(connect, clock, app, mask);
    }
    return current.token;
  };
}

async function installationToken(
  connect: (token: TokenSource) => Promise<GitHub>,
  clock: Clock,
  app: AppCredentials,
  mask: (token: string) => void,
) {
  const { owner, name } = app.repository;
  const masked = (token: string) => {
    mask(token);
    return token;
  };
  const github = await connect(async () => masked(appToken(app, clock)));
  try {
    const installation = await github.get(
      'GET /repos/{owner}/{repo}/installation',
      { owner, repo: name },
      'metadata: read',
    );
    const created = await github.send(
      'POST /app/installations/{installation_id}/access_tokens',
      {
        installation_id: requireNumber(installation.id, 'the id of the installation'),
        repositories: [name],
        permissions: { contents: 'write', pull_requests: 'write' },
      },
      'contents: write',
    );
    const expiresAt = Date.parse(created.expires_at ?? '');
    const token = masked(requireText(created.token, 'the token of the installation'));
    return { token, expiresAt: Number.isNaN(expiresAt) ? clock.now() : expiresAt };
  } catch (thrown) {
    if (!(thrown instanceof GitHubRefusal)) throw thrown;
    throw new ActionError({
      code: 'github-app-refused',
      message: `GitHub gives App ${app.appId} no token for ${owner}/${name}: ${thrown.reason}.`,
      remedy:
        thrown.status === 404
          ? 'Install the App on that repository.'
          : 'Check that the private key belongs to this App, and that the App has the permissions contents: write and pull requests: write.',
      cause: thrown,
    });
  }
}

/** The JSON Web Token by which the App authenticates (RFC 7519, RS256). */
function appToken({ appId, privateKey }: AppCredentials, clock: Clock): string {
  const now = Math.floor(clock.now() / 1000);
  const claims = { iat: now - CLOCK_SKEW, exp: now + LIFETIME, iss: appId };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  try {
    return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey.replaceAll('\\n', '\n')).toString('base64url')}`;
  } catch (thrown) {
    throw new InvalidPrivateKey('The private key of the App is not an RSA private key in PEM form.', { cause: thrown });
  }
}
