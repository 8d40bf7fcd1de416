import { ActionError, messageOf } from '../../core/error.ts';
import { listAt, stringAt } from '../../json/json.ts';

/** A permission of a token, as written under `permissions` in a workflow. */
export type Permission =
  | 'metadata: read'
  | 'contents: read'
  | 'contents: write'
  | 'pull-requests: read'
  | 'pull-requests: write'
  | 'checks: read';

interface Refusal {
  /** For the message: `POST /repos/acme/gitops/pulls`. */
  readonly request: string;
  readonly needs: Permission;
  readonly status: number;
  /** GitHub's own words. */
  readonly reason: string;
  /** The machine-readable type of a GraphQL error. */
  readonly type?: string | undefined;
  /** `X-Accepted-GitHub-Permissions`. */
  readonly accepted?: string | undefined;
}

/** GitHub refused a request. Callers that expect certain refusals check `status`, `type` and `reason`. */
export class GitHubRefusal extends ActionError {
  readonly status: number;
  readonly type: string | undefined;
  /** GitHub's own words. */
  readonly reason: string;

  constructor(refused: Refusal) {
    super(problemOf(refused));
    this.status = refused.status;
    this.type = refused.type;
    this.reason = refused.reason;
  }
}

/** Something changed after it was read. The caller must read and decide again. */
export class GitHubConflict extends ActionError {
  constructor(what: string, cause?: unknown) {
    super({
      code: 'github-conflict',
      message: `${what}: someone else changed it in between.`,
      remedy: 'Run again. If it keeps happening, find out who else writes there at the same time.',
      cause,
    });
  }
}

/** There was no response, or an unusable one. It is unknown whether GitHub carried out the request. */
export class GitHubUnavailable extends ActionError {
  /** @param request for the message; `undefined` if the cause says enough. */
  constructor(request: string | undefined, cause: unknown) {
    super({
      code: 'github-unavailable',
      message: `GitHub gave no usable response${request === undefined ? '' : ` to ${request}`}: ${messageOf(cause)}.`,
      remedy:
        "Run again: nothing is done twice. If it keeps happening, check GitHub's status page and the runner's network.",
      cause,
    });
  }
}

/** The messages in an error body: its own and those of its details. */
export function reasonIn(body: unknown): string {
  const details = listAt(body, 'errors').flatMap((error) => {
    if (typeof error === 'string') return [error];
    const message = stringAt(error, 'message');
    const field = stringAt(error, 'field');
    return message ?? (field === undefined ? [] : [`${field} is ${stringAt(error, 'code') ?? 'wrong'}`]);
  });
  return [stringAt(body, 'message') ?? 'no reason given', ...details].join(': ');
}

function problemOf(refused: Refusal) {
  const { request, status, reason, type } = refused;
  const message = (what: string) => `${what}: the response to ${request} was ${status} "${reason}".`;
  if (status === 401)
    return {
      code: 'github-unauthorized',
      message: message('GitHub does not accept the token'),
      remedy: "Use a valid token that has not expired. The workflow's own token is `${{ github.token }}`.",
    };
  if (/not permitted to create or approve pull requests/i.test(reason))
    return {
      code: 'github-forbidden',
      message: message('The repository does not let workflows open pull requests'),
      remedy:
        'Allow it under Settings → Actions → General ("Allow GitHub Actions to create and approve pull requests"), or use the token of a GitHub App.',
    };
  if (/protected branch|rule violations|must be made through a pull request/i.test(reason))
    return {
      code: 'branch-protected',
      message: message('A rule of the repository protects the branch'),
      remedy: 'Use a pull request, or let the App or user of the token bypass that rule.',
    };
  if (/SAML|single sign-on/i.test(reason))
    return {
      code: 'github-forbidden',
      message: message('The organization requires single sign-on'),
      remedy:
        'Authorize the token for the organization (Settings → Developer settings → the token → Configure SSO), or use a GitHub App.',
    };
  if (/archived/i.test(reason) && status === 403)
    return {
      code: 'repository-archived',
      message: message('The repository is archived'),
      remedy: 'Unarchive it, or use another repository.',
    };
  if (status === 403 || type === 'FORBIDDEN')
    return {
      code: 'github-forbidden',
      message: message('The token lacks a permission'),
      remedy: `Grant it \`${granted(refused)}\`${orWrite(granted(refused))} on the repository: under \`permissions\` of the job, or in the settings of the App or token.`,
    };
  if (status === 404 || type === 'NOT_FOUND')
    return {
      code: 'github-not-found',
      message: message('GitHub did not find it'),
      remedy:
        'Check the spelling, and that the token has access: GitHub also answers 404 for a repository that it hides.',
    };
  return {
    code: status === 422 ? 'github-invalid' : 'github-refused',
    message: message('GitHub refused'),
    remedy:
      "The quoted reason is GitHub's own. Look for a rule of the repository (rulesets, branch protection) or a value that GitHub does not accept.",
  };
}

/** Names the write permission too, so that the next refusal is avoided. */
function orWrite(permission: string): string {
  return /^(contents|pull-requests): read$/.test(permission) ? ' (or `write`, if it must change something)' : '';
}

/** `contents=write; pull_requests=write` → `contents: write`. */
function granted({ accepted, needs }: Refusal): string {
  const [first] = accepted?.split(/[;,]/) ?? [];
  return first?.includes('=') ? first.trim().replace('=', ': ').replaceAll('_', '-') : needs;
}
