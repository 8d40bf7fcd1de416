import type { HttpResponse } from '../../http/response.ts';
import { numberAt, parseJson, stringAt } from '../../json/json.ts';

/** An error response of the API server (a `Status` object) or of a proxy in front of it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status. */
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
}

/** The error in a response. Reads its whole body. */
export async function apiErrorOf(response: HttpResponse): Promise<ApiError> {
  const text = await response.text().catch(() => '');
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
