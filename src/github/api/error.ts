import { ActionError, messageOf } from '../../core/error.ts';
import { listAt, stringAt } from '../../json/json.ts';

/** What a token may have to be granted, as workflows write it under `permissions`. */
export type Permission =
  | 'metadata: read'
  | 'contents: read'
  | 'contents: write'
  | 'pull-requests: read'
  | 'pull-requests: write'
  | 'checks: read';

interface Refusal {
  /** What was asked, for the message: `POST /repos/acme/gitops/pulls`. */
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

/** GitHub said no. Callers look at `status`, `type` and `reason` where a refusal is part of the plan. */
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

/** What was read is no longer so: read again, and decide again. */
export class GitHubConflict extends ActionError {
  constructor(what: string, cause?: unknown) {
    super({
      code: 'github-conflict',
      message: `${what}: someone else changed it in between.`,
      remedy: 'Run again; if it keeps happening, see who else writes there at the same time.',
      cause,
    });
  }
}

/** No answer, or none that can be used: whether the request was carried out is unknown. */
export class GitHubUnavailable extends ActionError {
  /** @param request what was asked; `undefined` where the answer says it better. */
  constructor(request: string | undefined, cause: unknown) {
    super({
      code: 'github-unavailable',
      message: `GitHub gave no usable answer${request === undefined ? '' : ` to ${request}`}: ${messageOf(cause)}.`,
      remedy:
        'Run again: nothing is done twice. If it stays, look at the status page of GitHub and at the runner’s network.',
      cause,
    });
  }
}

/** The sentence(s) of an error body, whoever sent it: its message and those of its details. */
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
  const message = (what: string) => `${what}: ${request} was answered ${status} "${reason}".`;
  if (status === 401)
    return {
      code: 'github-unauthorized',
      message: message('GitHub does not accept the token'),
      remedy:
        'Give a token that is valid and not expired in the input `token`; a workflow’s own is `${{ github.token }}`.',
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
      message: message('A rule of the repository keeps this off the branch'),
      remedy: 'Go by a pull request (`mode: pull-request`), or let the App or user of the token bypass that rule.',
    };
  if (/SAML|single sign-on/i.test(reason))
    return {
      code: 'github-forbidden',
      message: message('The organization wants single sign-on'),
      remedy:
        'Authorize the token for the organization (Settings → Developer settings → the token → Configure SSO), or use a GitHub App.',
    };
  if (/archived/i.test(reason) && status === 403)
    return {
      code: 'repository-archived',
      message: message('The repository is archived'),
      remedy: 'Unarchive it, or give another repository.',
    };
  if (status === 403 || type === 'FORBIDDEN')
    return {
      code: 'github-forbidden',
      message: message('The token may not do this'),
      remedy: `Grant it \`${granted(refused)}\`${orWrite(granted(refused))} on the repository: under \`permissions\` of the job, or in the settings of the App or token.`,
    };
  if (status === 404 || type === 'NOT_FOUND')
    return {
      code: 'github-not-found',
      message: message('GitHub does not find it'),
      remedy:
        'Check the spelling, and that the token may see the repository: GitHub answers the same for what it hides.',
    };
  return {
    code: status === 422 ? 'github-invalid' : 'github-refused',
    message: message('GitHub refused'),
    remedy:
      'The reason in quotes is GitHub’s own: a rule of the repository (rulesets, branch protection) or an input that does not fit.',
  };
}

/** A reader learns at the first refusal what the next one would say. */
function orWrite(permission: string): string {
  return /^(contents|pull-requests): read$/.test(permission) ? ' (`write` where it shall change something)' : '';
}

/** `contents=write; pull_requests=write` → `contents: write`. */
function granted({ accepted, needs }: Refusal): string {
  const [first] = accepted?.split(/[;,]/) ?? [];
  return first?.includes('=') ? first.trim().replace('=', ': ').replaceAll('_', '-') : needs;
}
