import type { HttpResponse } from '../../http/response.ts';
import { numberAt, parseJson, stringAt } from '../../json/json.ts';

/** The API server refused: a `Status` object, or a bare status of something in front of it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status. */
  readonly status: number;
  /** `NotFound`, `Forbidden`, `Expired` …; empty where the answer was no Status object. */
  readonly reason: string;
  /** Asked pause in ms before the next attempt. */
  readonly retryAfter: number | undefined;

  constructor(parts: { status: number; reason: string; message: string; retryAfter?: number | undefined }) {
    super(parts.message);
    this.status = parts.status;
    this.reason = parts.reason;
    this.retryAfter = parts.retryAfter;
  }

  /** The resourceVersion is too old for a watch: list again. */
  get isExpired(): boolean {
    return this.status === 410 || this.reason === 'Expired' || this.reason === 'Gone';
  }
}

/** Reads the refusal out of an answer (and its body to the end). */
export async function apiErrorOf(response: HttpResponse): Promise<ApiError> {
  const text = await response.text().catch(() => '');
  // What sheds load answers without a Status object, and asks for its pause in a header alone.
  const seconds = /^\d+$/.exec(response.header('retry-after') ?? '')?.[0];
  return statusError(parseJson(text), {
    status: response.status,
    text,
    ...(seconds === undefined ? {} : { retryAfter: Number(seconds) * 1000 }),
  });
}

/** A `Status` object (also the object of a watch's ERROR event) as an error. @param answer how it came, where it was an answer of its own. */
export function statusError(
  status: unknown,
  answer: { readonly status?: number; readonly text?: string; readonly retryAfter?: number } = {},
): ApiError {
  const code = numberAt(status, 'code') ?? answer.status ?? 500;
  const seconds = numberAt(status, 'details', 'retryAfterSeconds');
  return new ApiError({
    status: answer.status ?? code,
    reason: stringAt(status, 'reason') ?? '',
    message: stringAt(status, 'message') ?? (plainText(answer.text ?? '') || `HTTP ${code}`),
    retryAfter: seconds === undefined ? answer.retryAfter : seconds * 1000,
  });
}

/** A sentence of something in front of the API server; pages and objects without a message say nothing to a person. */
function plainText(text: string): string {
  return /^\s*[<{[]/.test(text) ? '' : text.trim().slice(0, 200);
}
