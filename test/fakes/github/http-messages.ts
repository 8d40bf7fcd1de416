import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseJson } from '../../../src/json/json.ts';
import { type Credential, Refusal } from './model.ts';
import type { Need, RestResponse } from './rest/call.ts';

const DOCUMENTATION = 'https://docs.github.com/rest';

export function requirePermission(by: Credential, needs: readonly Need[]): void {
  const met = needs.some(
    ([resource, access]) =>
      resource === 'metadata' || by.permissions[resource] === 'write' || by.permissions[resource] === access,
  );
  if (met) return;
  const bearerName = by.kind === 'user' ? 'personal access token' : 'integration';
  const accepted = needs.map(([resource, access]) => `${resource}=${access}`).join('; ');
  throw new Refusal(403, `Resource not accessible by ${bearerName}`, {
    headers: { 'x-accepted-github-permissions': accepted },
  });
}

export function checkHeaders(request: IncomingMessage): void {
  if (!request.headers['user-agent'])
    throw new Refusal(
      403,
      'Request forbidden by administrative rules. Please make sure your request has a User-Agent header',
    );
  const version = request.headers['x-github-api-version'];
  if (version !== undefined && version !== '2022-11-28')
    throw new Refusal(400, `API version ${String(version)} is not a supported version`);
}

export function bearer(request: IncomingMessage): string {
  return /^(?:bearer|token) (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
}

export function graphqlSource(body: string): string {
  const parsed = parseJson(body);
  return typeof parsed === 'object' && parsed !== null && 'query' in parsed ? String(parsed.query) : '';
}

export function linkHeader(result: RestResponse, url: URL): Record<string, string> {
  if (!result.more) return {};
  const next = new URL(url);
  next.searchParams.set('page', String(Number(url.searchParams.get('page') ?? 1) + 1));
  return { link: `<${next.href}>; rel="next"` };
}

export function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): void {
  if (body === undefined) response.writeHead(status, headers).end();
  else
    response
      .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
      .end(JSON.stringify(body));
}

export function sendRefusal(
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
  { status, message, errors, headers: own }: Refusal,
): void {
  const body = { message, ...(errors ? { errors } : {}), documentation_url: DOCUMENTATION, status: String(status) };
  send(response, status, { ...headers, ...own }, body);
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk)));
  return Buffer.concat(chunks).toString('utf8');
}
