import { Readable } from 'node:stream';
import { Agent, type Dispatcher, EnvHttpProxyAgent, ProxyAgent } from 'undici';
import { defined } from '../core/defined.ts';
import { untilAborted } from '../core/until-aborted.ts';
import { NetworkError } from './error.ts';
import { requireSendable } from './header-values.ts';
import type { Proxies } from './proxy.ts';
import { HttpResponse } from './response.ts';
import { TimeLimit } from './time-limit.ts';
import type { TlsOptions } from './tls.ts';
import { httpUrl } from './url.ts';

export interface TransportOptions {
  readonly tls: TlsOptions;
  readonly proxy: Proxies;
  readonly userAgent: string;
}

export interface HttpRequest {
  /** Default `GET`. */
  readonly method?: string;
  readonly url: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** A function opens a new stream for each attempt. */
  readonly body?: string | Uint8Array | (() => AsyncIterable<Uint8Array>);
  readonly signal?: AbortSignal;
  /** The timeout for the headers of the response and between two chunks of its body, in ms. 0 is no timeout (for a watch). Default 60 s. */
  readonly idleTimeout?: number;
  /**
   * How long everything may take from the request to the end of the response's body, with all redirects, in ms, besides one second for
   * each 16 KiB that are sent or received. Default a minute more than the idle timeout; none without an idle timeout.
   */
  readonly timeLimit?: number;
  /**
   * How many redirects of GET and HEAD are followed, never from https to http. Another origin gets only the headers `Accept` and
   * `Range`. Default 0.
   */
  readonly redirects?: number;
  /** Whether to follow a redirect to this URL. Default: always. */
  readonly mayFollow?: (target: URL) => boolean;
}

/** An HTTP client that reuses its connections. It doesn't retry. */
export interface Transport {
  /** @throws NetworkError if there is no response. A response with any status is returned. */
  send(request: HttpRequest): Promise<HttpResponse>;
  close(): Promise<void>;
}

const DEFAULT_IDLE_TIMEOUT = 60_000;
/** How long a body may take, in ms. */
const DEFAULT_BODY_TIME = 60_000;
const CONNECT_TIMEOUT = 10_000;

export function openTransport(options: TransportOptions): Transport {
  const dispatcher = createDispatcher(options);
  return {
    send: (request) => sendWithRedirects(dispatcher, options.userAgent, request, request.redirects ?? 0),
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

async function sendWithRedirects(
  dispatcher: Dispatcher,
  userAgent: string,
  request: HttpRequest,
  redirects: number,
): Promise<HttpResponse> {
  const startedAt = performance.now();
  const timeLimit = request.timeLimit ?? defaultTimeLimit(request);
  const response = await sendOnce(dispatcher, userAgent, { ...request, timeLimit });
  const method = request.method ?? 'GET';
  const target = redirectTarget(response, request.mayFollow);
  if (target === undefined || redirects === 0 || !['GET', 'HEAD'].includes(method)) return response;
  await response.discard();
  const isSameOrigin = target.origin === response.url.origin;
  const headers = isSameOrigin ? request.headers : withoutCredentials(request.headers ?? {});
  const next = {
    ...request,
    url: target,
    timeLimit: timeLimit - (performance.now() - startedAt),
    ...defined({ headers }),
  };
  return sendWithRedirects(dispatcher, userAgent, next, redirects - 1);
}

function defaultTimeLimit({ idleTimeout = DEFAULT_IDLE_TIMEOUT }: HttpRequest): number {
  return idleTimeout === 0 ? Number.POSITIVE_INFINITY : idleTimeout + DEFAULT_BODY_TIME;
}

/** The target of a redirect; `undefined` if the response isn't one, leads from https to http, or to where the caller doesn't follow. */
function redirectTarget(response: HttpResponse, mayFollow: HttpRequest['mayFollow']): URL | undefined {
  const location = response.header('location');
  if (![301, 302, 303, 307, 308].includes(response.status) || location === undefined) return undefined;
  const target = httpUrl(location, response.url);
  if (target === undefined || (target.protocol === 'http:' && response.url.protocol === 'https:')) return undefined;
  return mayFollow?.(target) === false ? undefined : target;
}

async function sendOnce(
  dispatcher: Dispatcher,
  userAgent: string,
  request: HttpRequest & { readonly timeLimit: number },
): Promise<HttpResponse> {
  const { signal, idleTimeout = DEFAULT_IDLE_TIMEOUT, method = 'GET', timeLimit } = request;
  const url = new URL(request.url);
  const headers = { 'user-agent': userAgent, ...request.headers };
  requireSendable(headers, url);
  signal?.throwIfAborted();
  const time = new TimeLimit(timeLimit);
  const stop = signal === undefined ? time.signal : AbortSignal.any([signal, time.signal]);
  const sent = dispatcher.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method,
    headers,
    headersTimeout: idleTimeout,
    bodyTimeout: idleTimeout,
    body: toDispatchable(request.body, time),
    signal: stop,
  });
  try {
    // undici itself aborts a request only once it has a connection, which a proxy may never give.
    const { statusCode: status, headers: received, body } = await untilAborted(sent, stop);
    body.once('close', () => time.end());
    return new HttpResponse({ status, headers: received, body, request: { method, url }, time, signal });
  } catch (thrown) {
    time.end();
    // A response that comes after all is closed.
    sent.then(({ body }) => body.on('error', () => {}).destroy()).catch(() => {});
    if (signal?.aborted) throw signal.reason;
    if (isProgrammingError(thrown)) throw thrown;
    throw new NetworkError({ method, url, cause: thrown });
  }
}

/** An invalid request, or a body that throws: a bug, which a retry would only hide. */
function isProgrammingError(thrown: unknown): boolean {
  return (
    thrown instanceof TypeError ||
    (thrown instanceof Error && 'code' in thrown && thrown.code === 'UND_ERR_INVALID_ARG')
  );
}

function toDispatchable(body: HttpRequest['body'], time: TimeLimit) {
  if (body === undefined) return null;
  if (typeof body !== 'function') {
    time.count(Buffer.byteLength(body));
    return body;
  }
  return Readable.from(countingBytes(body(), time), { objectMode: false });
}

async function* countingBytes(chunks: AsyncIterable<Uint8Array>, time: TimeLimit): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    time.count(chunk.length);
    yield chunk;
  }
}

/** Any other header may contain a credential, because servers define their own. */
function withoutCredentials(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => /^(accept|range)$/i.test(name)));
}
