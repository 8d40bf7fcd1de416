import type { HttpResponse } from '../../http/response.ts';
import { listAt, parseJson, stringAt } from '../../json/json.ts';
import { RegistryError } from './error.ts';

/** What a request does, for the sentence of an error: `push` `acme/shop:1.4.2`. */
export interface RegistryOperation {
  readonly verb: 'pull' | 'push' | 'push to' | 'look up';
  readonly object: string;
}

/** The request that a registry refused. */
export interface RefusedRequest {
  readonly registry: string;
  readonly repository: string;
  readonly operation: RegistryOperation;
  /** Where the credentials came from; `undefined` for an anonymous request. */
  readonly login: string | undefined;
}

/** The refusals that a login may avoid. */
const LOGIN_CODES = ['registry-unauthorized', 'registry-denied', 'registry-rate-limited'];

type Refusal = readonly [code: string, message: string, remedy: string];

/** The error for a refusal of a registry, from its status and error body (OCI distribution spec, "Error Codes"). */
export async function refusal(response: HttpResponse, request: RefusedRequest): Promise<RegistryError> {
  const errors = errorsIn(await response.text().catch(() => ''));
  const { registry, login } = request;
  const [code, message, remedy] =
    accessRefusal(response, errors, request) ??
    availabilityRefusal(response, errors, request) ??
    contentRefusal(response, errors, request);
  return new RegistryError({
    code,
    message,
    remedy,
    facts: { registry, needsLogin: login === undefined && LOGIN_CODES.includes(code) },
  });
}

function accessRefusal(
  response: HttpResponse,
  errors: readonly string[],
  request: RefusedRequest,
): Refusal | undefined {
  const { registry, operation, login } = request;
  const { status } = response;
  const reason = reasonOf(status, errors);
  const lacksScope = status === 401 && /insufficient_scope/.test(response.header('www-authenticate') ?? '');
  if (status === 403 || hasError(errors, 'DENIED') || (lacksScope && login !== undefined))
    return [
      'registry-denied',
      `The registry ${registry} does not allow to ${inWords(operation)} (${reason})${login ? `; the login is from ${login}` : ''}.`,
      login ? grantRemedy(request) : loginRemedy(registry),
    ];
  if (status !== 401) return undefined;
  return login
    ? [
        'registry-unauthorized',
        `The registry ${registry} refused the login from ${login} (${reason}).`,
        'Check the user name and password, and whether the token has expired.',
      ]
    : [
        'registry-unauthorized',
        `The registry ${registry} requires a login to ${inWords(operation)} (${reason}).`,
        loginRemedy(registry),
      ];
}

function availabilityRefusal(
  { status }: HttpResponse,
  errors: readonly string[],
  { registry, operation, login }: RefusedRequest,
): Refusal | undefined {
  if (status === 429)
    return [
      'registry-rate-limited',
      `The registry ${registry} limits the rate of requests (${reasonOf(status, errors)}).`,
      login ? 'Run again later.' : `${loginRemedy(registry)} Logged-in users have higher limits.`,
    ];
  if (status < 500) return undefined;
  return [
    'registry-unavailable',
    `The registry ${registry} failed to ${inWords(operation)} (${[`HTTP ${status}`, errors.join('; ')].filter(Boolean).join(': ')}).`,
    'Look at the status page of the registry and run again: what has been pushed is not sent twice.',
  ];
}

function contentRefusal(
  { status }: HttpResponse,
  errors: readonly string[],
  { registry, operation }: RefusedRequest,
): Refusal {
  const reason = reasonOf(status, errors);
  if (status >= 300 && status < 400)
    return [
      'registry-refused',
      `The registry ${registry} redirects to where nothing is fetched from (HTTP ${status}), instead of the answer to ${inWords(operation)}.`,
      "A redirect must lead to an http or https URL: not from https to http, and not to an address of this machine or of its cloud's metadata. Correct the address of the storage in the settings of the registry.",
    ];
  if (status === 404)
    return [
      hasError(errors, 'NAME_UNKNOWN') ? 'repository-not-found' : 'image-not-found',
      `The registry ${registry} has no ${operation.object} (${reason}).`,
      'Check the spelling. Some registries hide what the login may not see, and some need the repository to be created first.',
    ];
  if (hasError(errors, 'DIGEST_INVALID'))
    return [
      'digest-mismatch',
      `The registry ${registry} received other bytes than were sent to ${inWords(operation)} (${reason}).`,
      'A proxy changed the bytes, or a file changed while it was read: run again.',
    ];
  if (hasError(errors, 'BLOB_UPLOAD_'))
    return [
      'upload-lost',
      `The registry ${registry} lost an upload (${reason}).`,
      'Run again. If it happens again, the registry has several replicas that share no storage or no secret.',
    ];
  if (status === 413)
    return [
      'registry-refused',
      `The registry ${registry} refused to ${inWords(operation)}: it is too large (HTTP 413).`,
      'Raise the limit of the registry or of the proxy in front of it (nginx: `client_max_body_size`), or make the layers smaller.',
    ];
  return [
    'registry-refused',
    `The registry ${registry} refused to ${inWords(operation)} (${[`HTTP ${status}`, errors.join('; ')].filter(Boolean).join(': ')}).`,
    errors.length > 0
      ? "The text in parentheses is the registry's own."
      : 'Look at the log of the registry, or of a proxy in front of it.',
  ];
}

function inWords({ verb, object }: RegistryOperation): string {
  return `${verb} ${object}`;
}

/** `CODE: message` of each error in the error body. */
function errorsIn(body: string): string[] {
  return listAt(parseJson(body), 'errors').flatMap((entry) => {
    const code = stringAt(entry, 'code');
    const message = stringAt(entry, 'message');
    return code === undefined ? [] : [message ? `${code}: ${message}` : code];
  });
}

function hasError(errors: readonly string[], code: string): boolean {
  return errors.some((error) => error.startsWith(code));
}

function reasonOf(status: number, errors: readonly string[]): string {
  return errors.length > 0 ? errors.join('; ') : `HTTP ${status}`;
}

function loginRemedy(registry: string): string {
  return `Log in to ${registry} in an earlier step (docker/login-action).`;
}

function grantRemedy({ registry, repository, operation }: RefusedRequest): string {
  const writes = operation.verb === 'push' || operation.verb === 'push to';
  const access = writes ? 'write' : 'read';
  return registry === 'ghcr.io'
    ? `Give the job \`permissions: packages: ${access}\`, and give this repository ${access} access in the settings of the package ${repository}.`
    : `Grant that login the right to ${writes ? 'push to' : 'pull from'} ${repository}.`;
}
