import type { IncomingMessage } from 'node:http';
import { badData } from './errors.ts';
import { seconds } from './literals.ts';

/** The parameters of the URL and of a form in the body. */
export async function parametersOf(request: IncomingMessage, url: URL): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const parameters = new URLSearchParams(url.searchParams);
  const form = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  if (form)
    for (const [name, value] of new URLSearchParams(Buffer.concat(chunks).toString())) parameters.append(name, value);
  return parameters;
}

/** A Unix time or an RFC 3339 date, in seconds. */
export function parseTimeParameter(text: string, message: (reason: string) => string): number {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  const date = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) / 1000 : Number.NaN;
  const time = Number.isNaN(number) ? date : number;
  if (Number.isNaN(time)) throw badData(message(`cannot parse "${text}" to a valid timestamp`));
  return time;
}

/** A number of seconds or a Prometheus duration, in seconds. */
export function parseDurationParameter(text: string, name: string): number {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (/^(\d+(ms|[smhdwy]))+$/.test(text)) return seconds(text);
  throw badData(`invalid parameter "${name}": cannot parse "${text}" to a valid duration`);
}

export function requireValidTimeout(parameters: URLSearchParams): void {
  const timeout = parameters.get('timeout');
  if (timeout) parseDurationParameter(timeout, 'timeout');
}
