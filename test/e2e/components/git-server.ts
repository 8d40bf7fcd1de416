import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { locate } from '../tools/locate.ts';
import type { Harness } from './harness.ts';
import { serve } from './server.ts';

/** A server for cloning from and pushing to bare repositories over HTTP. */
export interface GitServer {
  /** URL of the folder. Append the path of a repository in it. */
  readonly url: string;
}

/** Serves the bare repositories in `folder` through git's http-backend. */
export async function startGitServer(harness: Harness, folder: string): Promise<GitServer> {
  return { url: await serve(harness, 'git server', (request, response) => backend(folder, request, response)) };
}

/** Runs one request as CGI (RFC 3875): the request line in variables, the body on standard input. */
function backend(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const git = spawn(locate('git') ?? 'git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'http.receivepack',
      GIT_CONFIG_VALUE_0: 'true',
      GIT_CONFIG_KEY_1: 'safe.directory',
      GIT_CONFIG_VALUE_1: '*',
      GIT_PROTOCOL: header(request, 'git-protocol'),
      HTTP_CONTENT_ENCODING: header(request, 'content-encoding'),
      REQUEST_METHOD: request.method,
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: header(request, 'content-type'),
      CONTENT_LENGTH: header(request, 'content-length'),
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  request.pipe(git.stdin);
  git.stdin.on('error', () => request.unpipe(git.stdin));
  git.once('error', (error) => response.destroy(error));
  answer(git.stdout, response);
}

/** Copies the program's header lines to the response and streams the rest. */
function answer(output: NodeJS.ReadableStream, response: ServerResponse): void {
  let head = Buffer.alloc(0);
  const readHead = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    output.off('data', readHead);
    for (const line of head.subarray(0, end).toString('latin1').split('\r\n')) {
      const [name = '', value = ''] = line.split(/: ?(.*)/);
      if (name.toLowerCase() === 'status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.write(head.subarray(end + 4));
    output.pipe(response);
  };
  output.on('data', readHead);
  output.once('end', () => response.end());
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}
