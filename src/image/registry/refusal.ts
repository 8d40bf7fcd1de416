import { ActionError } from '../../core/error.ts';
import type { HttpResponse } from '../../http/response.ts';
import { listAt, parseJson, stringAt } from '../../json/json.ts';

/** What was tried, for the sentence of the error. */
export interface RefusedRequest {
  readonly registry: string;
  readonly repository: string;
  /** Stands after "to": `push acme/shop:1.4.2`. */
  readonly operation: string;
  /** Where the credentials came from; `undefined` for an anonymous request. */
  readonly login: string | undefined;
}

/** The error of a registry's refusal, from its status and the spec's error body (distribution spec, "Error Codes"). */
export async function refusal(response: HttpResponse, attempt: RefusedRequest): Promise<ActionError> {
  const { registry, repository, operation, login } = attempt;
  const codes = errorsIn(await response.text().catch(() => ''));
  const told = codes.length > 0 ? codes.join('; ') : `HTTP ${response.status}`;
  const insufficient = /insufficient_scope/.test(response.header('www-authenticate') ?? '') && login !== undefined;
  if (
    response.status === 403 ||
    codes.some((code) => /^DENIED/.test(code)) ||
    (response.status === 401 && insufficient)
  )
    return new ActionError({
      code: 'registry-denied',
      message: `The registry ${registry} does not allow to ${operation} (${told})${login ? `; the login is from ${login}` : ''}.`,
      remedy: login ? grantOf(registry, repository) : loginHint(registry),
    });
  if (response.status === 401)
    return new ActionError({
      code: 'registry-unauthorized',
      message: login
        ? `The registry ${registry} refused the login from ${login} (${told}).`
        : `The registry ${registry} asks for a login to ${operation} (${told}).`,
      remedy: login ? 'Check user name and password, and whether the token has expired.' : loginHint(registry),
    });
  if (response.status === 429)
    return new ActionError({
      code: 'registry-rate-limited',
      message: `The registry ${registry} takes no more requests for now (${told}).`,
      remedy: login
        ? 'Run again later, or raise `retries`.'
        : `${loginHint(registry)} Logged-in users have higher limits.`,
    });
  if (response.status >= 500)
    return new ActionError({
      code: 'registry-unavailable',
      message: `The registry ${registry} failed to ${operation} (HTTP ${response.status}${codes.length > 0 ? `: ${told}` : ''}).`,
      remedy: 'Look at the status page of the registry and run again: nothing that is there already is sent twice.',
    });
  if (response.status === 404)
    return new ActionError({
      code: codes.some((code) => /^NAME_UNKNOWN/.test(code)) ? 'repository-not-found' : 'image-not-found',
      message: `The registry ${registry} was asked to ${operation}, but does not know it (${told}).`,
      remedy:
        'Check the spelling; some registries hide what the login may not see, and some want the repository created first.',
    });
  if (codes.some((code) => code.startsWith('DIGEST_INVALID')))
    return new ActionError({
      code: 'digest-mismatch',
      message: `The registry ${registry} got other bytes than were sent to ${operation} (${told}).`,
      remedy: 'Something on the way changed the bytes, or a file changed while it was read: run again.',
    });
  if (codes.some((code) => code.startsWith('BLOB_UPLOAD_')))
    return new ActionError({
      code: 'upload-lost',
      message: `The registry ${registry} lost an upload (${told}).`,
      remedy:
        'Run again; if it stays, the registry runs on several machines that do not share their storage or secret.',
    });
  if (response.status === 413)
    return new ActionError({
      code: 'registry-refused',
      message: `The registry ${registry} refused to ${operation}: it is too large (HTTP 413).`,
      remedy:
        'Raise the limit of the registry or of the proxy before it (nginx: `client_max_body_size`), or make the layers smaller.',
    });
  return new ActionError({
    code: 'registry-refused',
    message: `The registry ${registry} refused to ${operation} (${codes.length > 0 ? `HTTP ${response.status}: ${told}` : told}).`,
    remedy:
      codes.length > 0
        ? 'The reason in brackets is the registry’s own.'
        : 'Look into the log of the registry, or of a proxy before it.',
  });
}

/** `CODE: message` of each error in the spec's error body. */
export function errorsIn(body: string): string[] {
  return listAt(parseJson(body), 'errors').flatMap((entry) => {
    const code = stringAt(entry, 'code');
    const message = stringAt(entry, 'message');
    return code === undefined ? [] : [message ? `${code}: ${message}` : code];
  });
}

function loginHint(registry: string): string {
  return `Give \`registry-username\` and \`registry-password\`, or log in to ${registry} in a step before (docker/login-action).`;
}

function grantOf(registry: string, repository: string): string {
  return registry === 'ghcr.io'
    ? `Give the job \`permissions: packages: write\`, and give this repository write access in the settings of the package ${repository}.`
    : `Grant that login the right to push to ${repository}.`;
}
