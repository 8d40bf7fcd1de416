import type { IncomingMessage, ServerResponse } from 'node:http';

export type HostileAnswer = (request: IncomingMessage, response: ServerResponse) => void;

/** What a hostile or broken server does to every request. A new way is one entry here. */
export const HOSTILE_ANSWERS = {
  'drips its body': (request, response) => {
    request.resume();
    json(response);
    repeat(response, 20, () => response.write(' '));
  },
  'drips its headers': (request, response) => {
    request.resume();
    request.socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
    repeat(response, 20, () => request.socket.write('a'));
  },
  'redirects for ever': (request, response) => {
    request.resume();
    const next = new URL(request.url ?? '/', 'http://fake');
    next.searchParams.set('again', String(Number(next.searchParams.get('again') ?? 0) + 1));
    response.writeHead(307, { location: `${next.pathname}${next.search}` }).end();
  },
  'answers for ever': (request, response) => {
    request.resume();
    json(response);
    // This answer has no body, so nothing would ever be full.
    if (request.method === 'HEAD') return void response.end();
    const chunk = Buffer.alloc(64 * 1024, ' ');
    const pour = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', pour);
    pour();
  },
  'has pages without end': (request, response) => {
    request.resume();
    const next = new URL(request.url ?? '/', 'http://fake');
    next.searchParams.set('page', String(Number(next.searchParams.get('page') ?? 1) + 1));
    response
      .writeHead(200, {
        'content-type': 'application/json',
        link: `<http://${request.headers.host}${next.pathname}${next.search}>; rel="next"`,
      })
      .end(next.pathname.includes('/api/v3/') ? '[]' : '{"metadata":{"continue":"more"},"items":[],"tags":[]}');
  },
  'answers garbage': (request, response) => {
    request.resume();
    json(response).end(Buffer.from(Array.from({ length: 2048 }, (_, index) => (index * 7919) % 256)));
  },
  'speaks no HTTP': (request) => {
    request.socket.end('220 mail.example.com ESMTP\r\n');
  },
  'closes within its body': (request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '4096' });
    response.write('{"items":[', () => response.destroy());
  },
  'asks to wait for a day': (request, response) => {
    request.resume();
    response.writeHead(429, { 'retry-after': '86400' }).end();
  },
  'never answers': (request) => {
    request.resume();
  },
} satisfies Readonly<Record<string, HostileAnswer>>;

function json(response: ServerResponse): ServerResponse {
  return response.writeHead(200, { 'content-type': 'application/json' });
}

function repeat(response: ServerResponse, ms: number, act: () => void): void {
  const timer = setInterval(act, ms);
  response.once('close', () => clearInterval(timer));
}
