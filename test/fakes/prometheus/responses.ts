import type { ServerResponse } from 'node:http';
import type { ApiError } from './errors.ts';

/** A value in the API's format: exponents have two digits, infinities have a sign. */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}

export function sendError(response: ServerResponse, error: ApiError): void {
  response
    .writeHead(error.status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ status: 'error', errorType: error.type, error: error.message }));
}

export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers }).end(text);
}
