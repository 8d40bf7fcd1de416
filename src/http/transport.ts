import { Readable } from 'node:stream';
import { Agent, type Dispatcher, EnvHttpProxyAgent, ProxyAgent } from 'undici';
import { defined } from '../core/defined.ts';
import { NetworkError } from './error.ts';
import type { Proxies } from './proxy.ts';
import { HttpResponse } from './response.ts';
import type { TlsOptions } from './tls.ts';

export interface TransportOptions {
  readonly tls: TlsOptions;
  readonly proxy: Proxies;
  readonly userAgent: string;
}

export interface HttpRequest {
  /** GET where not said. */
  readonly method?: string;
  readonly url: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text and bytes can be sent again; a function opens the stream anew for each attempt. */
  readonly body?: string | Uint8Array | (() => AsyncIterable<Uint8Array>);
  readonly signal?: AbortSignal;
  /** Longest wait for the answer's headers, and between two pieces of its body, in ms. 0 waits for ever (a watch). Default 60 s. */
  readonly idleTimeout?: number;
  /**
   * Follow up to so many redirects of GET and HEAD, never from https to http. Another origin gets none of the request's headers but
   * those that say what is asked for. Default 0.
   */
  readonly redirects?: number;
}

/** One HTTP client: connections are kept alive and reused; nothing is retried here. */
export interface Transport {
  /** @throws NetworkError when no answer came; every status that came is an answer. */
  send(request: HttpRequest): Promise<HttpResponse>;
  close(): Promise<void>;
}

const DEFAULT_IDLE_TIMEOUT = 60_000;
const CONNECT_TIMEOUT = 10_000;

export function openTransport(options: TransportOptions): Transport {
  const dispatcher = createDispatcher(options);
  return {
    send: (request) => sendFollowing(dispatcher, options.userAgent, request, request.redirects ?? 0),
    close: () => dispatcher.destroy(),
  };
}

function createDispatcher({ tls, proxy }: TransportOptions): Dispatcher {
  const connect = {
    timeout: CONNECT_TIMEOUT,
    ...defined({ ca: tls.ca, cert: tls.cert, key: tls.key, servername: tls.servername }),
    ...(tls.insecure ? { rejectUnauthorized: false } : {}),
  };
  if (tls.proxyUrl !== undefined) return new ProxyAgent({ uri: tls.proxyUrl, requestTls: connect });
  if (proxy.http === undefined && proxy.https === undefined) return new Agent({ connect });
  return new EnvHttpProxyAgent({
    connect,
    requestTls: connect,
    httpProxy: proxy.http ?? '',
    httpsProxy: proxy.https ?? '',
    noProxy: proxy.noProxy ?? '',
  });
}

async function sendFollowing(
  dispatcher: Dispatcher,
  userAgent: string,
  request: HttpRequest,
  redirects: number,
): Promise<HttpResponse> {
  const response = await sendOnce(dispatcher, userAgent, request);
  const method = request.method ?? 'GET';
  const to = redirectTarget(response);
  if (to === undefined || redirects === 0 || !['GET', 'HEAD'].includes(method)) return response;
  await response.discard();
  const isSame = to.origin === response.url.origin;
  const headers = isSame ? request.headers : withoutCredentials(request.headers ?? {});
  return sendFollowing(dispatcher, userAgent, { ...request, url: to, ...(headers ? { headers } : {}) }, redirects - 1);
}

/** Where an answer redirects to; `undefined` where it does not, or where what comes next could be read and changed on the way. */
function redirectTarget(response: HttpResponse): URL | undefined {
  const location = response.header('location');
  if (![301, 302, 303, 307, 308].includes(response.status) || location === undefined) return undefined;
  const to = URL.canParse(location, response.url.href) ? new URL(location, response.url) : undefined;
  return to?.protocol === 'http:' && response.url.protocol === 'https:' ? undefined : to;
}

async function sendOnce(dispatcher: Dispatcher, userAgent: string, request: HttpRequest): Promise<HttpResponse> {
  const { signal, idleTimeout = DEFAULT_IDLE_TIMEOUT, method = 'GET' } = request;
  const url = new URL(request.url);
  const body = typeof request.body === 'function' ? request.body() : request.body;
  signal?.throwIfAborted();
  try {
    const answer = await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers: { 'user-agent': userAgent, ...request.headers },
      headersTimeout: idleTimeout,
      bodyTimeout: idleTimeout,
      body: body === undefined ? null : toDispatchable(body),
      ...(signal ? { signal } : {}),
    });
    return new HttpResponse({
      status: answer.statusCode,
      headers: answer.headers,
      body: answer.body,
      request: { method, url },
    });
  } catch (thrown) {
    if (signal?.aborted) throw signal.reason;
    if (isMistake(thrown)) throw thrown;
    throw new NetworkError({ method, url, cause: thrown });
  }
}

/** A request that could never be sent, or a body that throws: a defect of ours, which another attempt would only hide. */
function isMistake(thrown: unknown): boolean {
  return (
    thrown instanceof TypeError ||
    (thrown instanceof Error && 'code' in thrown && thrown.code === 'UND_ERR_INVALID_ARG')
  );
}

function toDispatchable(body: string | Uint8Array | AsyncIterable<Uint8Array>) {
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  return Readable.from(body, { objectMode: false });
}

/** Any other header may hold a credential: servers name theirs as they like. */
function withoutCredentials(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => /^(accept|range)$/i.test(name)));
}
