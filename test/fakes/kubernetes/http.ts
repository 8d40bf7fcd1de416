import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from './status.ts';

/** Supports only JSON, the encoding of our client. @throws Refusal 406 */
export function requireJson(accept: string): void {
  if (/(application\/json|application\/\*|\*\/\*)/.test(accept)) return;
  throw new Refusal(
    406,
    'NotAcceptable',
    '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  );
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  contentType = 'application/json',
): void {
  response
    .writeHead(status, { 'content-type': contentType, 'cache-control': 'no-cache, private' })
    .end(`${JSON.stringify(body)}\n`);
}

export function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}
