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

/** GitHub takes at most ten minutes, and its clock may differ from ours by one. */
const LIFETIME = 8 * 60;
const SKEW = 60;

/** Renewed so long before it ends, in ms. */
const MARGIN = 5 * 60_000;

/**
 * The tokens of a GitHub App for one repository: each is valid for an hour and only for what the action needs, and is followed by
 * another one (GitHub docs, "Authenticating as a GitHub App installation"). Not by @octokit/auth-app: it tells the end of a token by the
 * system's clock, waits on real timers, does not find the installation, and brings the logins of OAuth along.
 * @param connect opens the API under a token.
 * @param mask is told each token before it is used.
 */
export function installationTokens(
  connect: (token: TokenSource) => Promise<GitHub>,
  clock: Clock,
  app: AppCredentials,
  mask: (token: string) => void,
): TokenSource {
  let current: { readonly token: string; readonly until: number } | undefined;
  return async () => {
    if (current === undefined || clock.now() > current.until - MARGIN) {
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
    const answer = await github.send(
      'POST /app/installations/{installation_id}/access_tokens',
      {
        installation_id: requireNumber(installation.id, 'the id of the installation'),
        repositories: [name],
        permissions: { contents: 'write', pull_requests: 'write' },
      },
      'contents: write',
    );
    const until = Date.parse(answer.expires_at ?? '');
    const token = masked(requireText(answer.token, 'the token of the installation'));
    return { token, until: Number.isNaN(until) ? clock.now() : until };
  } catch (thrown) {
    if (!(thrown instanceof GitHubRefusal)) throw thrown;
    throw new ActionError({
      code: 'github-app-refused',
      message: `GitHub gives App ${app.appId} no token for ${owner}/${name}: ${thrown.reason}.`,
      remedy:
        thrown.status === 404
          ? 'Install the App on that repository.'
          : 'Check that `app-id` and `private-key` belong together, and that the App has contents and pull requests: write.',
      cause: thrown,
    });
  }
}

/** A JSON Web Token by which the App proves itself (RFC 7519, RS256). */
function appToken({ appId, privateKey }: AppCredentials, clock: Clock): string {
  const now = Math.floor(clock.now() / 1000);
  const claims = { iat: now - SKEW, exp: now + LIFETIME, iss: appId };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  try {
    return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey.replaceAll('\\n', '\n')).toString('base64url')}`;
  } catch (thrown) {
    throw new ActionError({
      code: 'input-invalid',
      message: 'Input `private-key` is not an RSA private key in PEM form (its value is hidden: it is a secret).',
      remedy: 'Give the whole file that GitHub made for the App, from "-----BEGIN" to "-----END".',
      cause: thrown,
    });
  }
}
