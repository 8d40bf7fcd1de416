import type { HttpResponse } from '../http/response.ts';
import { numberAt, parseJson, stringAt } from '../json/json.ts';

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
  return statusError(parseJson(text), response.status, text);
}

/** A `Status` object (also the object of a watch's ERROR event) as an error. */
export function statusError(status: unknown, httpStatus?: number, text = ''): ApiError {
  const code = numberAt(status, 'code') ?? httpStatus ?? 500;
  const seconds = numberAt(status, 'details', 'retryAfterSeconds');
  return new ApiError({
    status: httpStatus ?? code,
    reason: stringAt(status, 'reason') ?? '',
    message: stringAt(status, 'message') ?? (text.trim().slice(0, 200) || `HTTP ${code}`),
    retryAfter: seconds === undefined ? undefined : seconds * 1000,
  });
}
