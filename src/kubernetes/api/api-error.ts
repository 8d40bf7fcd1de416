import type { HttpResponse } from '../../http/response.ts';
import { httpUrl } from '../../http/url.ts';
import { at, isObject, numberAt, parseJson, stringAt } from '../../json/json.ts';

/** An error response of the API server (a `Status` object) or of a proxy in front of it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status; 0 if something else than an API server has answered, whose statuses mean nothing here. */
  readonly status: number;
  /** `NotFound`, `Forbidden`, `Expired` …; empty if the response was not a Status object. */
  readonly reason: string;
  /** Requested delay before the next attempt, in ms. */
  readonly retryAfter: number | undefined;

  constructor(parts: { status: number; reason: string; message: string; retryAfter?: number | undefined }) {
    super(parts.message);
    this.status = parts.status;
    this.reason = parts.reason;
    this.retryAfter = parts.retryAfter;
  }

  /** The resourceVersion is too old to watch from. The objects must be listed again. */
  get isExpired(): boolean {
    return this.status === 410 || this.reason === 'Expired' || this.reason === 'Gone';
  }

  /** Something else than an API server has answered, such as a web interface or a login page. The message says what it has sent. */
  get isForeign(): boolean {
    return this.reason === FOREIGN;
  }
}

/** The reason of an answer that no API server gives. */
const FOREIGN = 'NotAnApiServer';

/** The JSON of a response. @throws ApiError (`isForeign`) for a web page and any other answer that no API server gives. */
export async function apiJsonOf(response: HttpResponse): Promise<unknown> {
  const text = await response.text();
  const json = parseJson(text);
  if (isObject(json)) return json;
  throw foreign(response.status, describeForeign(text));
}

/** A list of the API. @throws ApiError (`isForeign`) if the answer is none, such as `{}` or the JSON of another server. */
export function requireObjectList(answer: unknown): unknown {
  if (Array.isArray(at(answer, 'items')) || stringAt(answer, 'kind')?.endsWith('List')) return answer;
  throw foreign(200, `JSON that is no list of Kubernetes objects (${JSON.stringify(answer).slice(0, 100)})`);
}

/** The error in a response. Reads its whole body. */
export async function apiErrorOf(response: HttpResponse): Promise<ApiError> {
  const text = await response.text().catch(() => '');
  const location = response.header('location');
  if (response.status >= 300 && response.status < 400)
    return foreign(response.status, `a redirect to ${addressOf(location, response.url)}`);
  // A web page with 429 or 5xx comes from a proxy whose API server doesn't answer.
  if (response.status < 500 && response.status !== 429 && isWebPage(text))
    return foreign(response.status, describeForeign(text));
  // A server that sheds load sends no Status object. The delay is only in a header.
  const seconds = /^\d+$/.exec(response.header('retry-after') ?? '')?.[0];
  return statusError(parseJson(text), {
    status: response.status,
    text,
    ...(seconds === undefined ? {} : { retryAfter: Number(seconds) * 1000 }),
  });
}

/** A `Status` object as an error. @param response what is known about the HTTP response; nothing for the ERROR event of a watch. */
export function statusError(
  status: unknown,
  response: { readonly status?: number; readonly text?: string; readonly retryAfter?: number } = {},
): ApiError {
  const code = numberAt(status, 'code') ?? response.status ?? 500;
  const seconds = numberAt(status, 'details', 'retryAfterSeconds');
  return new ApiError({
    status: response.status ?? code,
    reason: stringAt(status, 'reason') ?? '',
    message: stringAt(status, 'message') ?? (plainText(response.text ?? '') || `HTTP ${code}`),
    retryAfter: seconds === undefined ? response.retryAfter : seconds * 1000,
  });
}

/** The text of an error that is neither an HTML page nor JSON. */
function plainText(text: string): string {
  return /^\s*[<{[]/.test(text) ? '' : text.trim().slice(0, 200);
}

function foreign(status: number, message: string): ApiError {
  return new ApiError({ status: 0, reason: FOREIGN, message: `${message} with HTTP ${status}` });
}

function isWebPage(text: string): boolean {
  return /^\s*<(?:!doctype|html|head|body|\?xml|!--)/i.test(text);
}

function describeForeign(text: string): string {
  if (text.trim() === '') return 'an empty answer';
  const title = /<title[^>]{0,200}>([^<]{1,100})/i.exec(text)?.[1]?.trim();
  if (isWebPage(text)) return title ? `a web page ("${title}")` : 'a web page';
  return `text that is not JSON ("${text.trim().slice(0, 100)}")`;
}

/** Without the query, which can contain a state or a token. */
function addressOf(location: string | undefined, base: URL): string {
  const target = location === undefined ? undefined : httpUrl(location, base);
  return target ? `${target.origin}${target.pathname}` : 'nowhere';
}
