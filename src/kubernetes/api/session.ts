import type { Clock } from '../../core/clock.ts';
import { untilAborted } from '../../core/until-aborted.ts';
import type { Http } from '../../http/http.ts';
import type { HttpResponse } from '../../http/response.ts';
import { type FailedAttempt, withBufferedBodies, withRetries } from '../../http/retry.ts';
import type { HttpRequest, Transport } from '../../http/transport.ts';
import type { Connection } from '../config/connection.ts';
import type { Identity } from '../config/identity.ts';

export type KubernetesRequest = Omit<HttpRequest, 'url'> & {
  /** Path and query. */
  readonly path: string;
  /** False: the caller retries itself (a watch). */
  readonly retried?: false;
};

/** Sends requests to one API server: adds credentials, renews them once after a 401, and retries transient errors. */
export interface ApiSession {
  readonly connection: Connection;
  /** For pauses between requests. */
  readonly clock: Clock;
  /** The number of requests sent. */
  readonly requests: number;
  /** How far the server's clock is ahead of ours, in ms, accurate to a second; 0 before the first response. */
  readonly clockSkew: number;
  /** @throws NetworkError without a response, ActionError without credentials. */
  send(request: KubernetesRequest): Promise<HttpResponse>;
}

const RETRIES = 6;
const LONGEST_WAIT = 60_000;

interface Options {
  /** Called before each delay between attempts. */
  readonly onRetry?: (attempt: FailedAttempt) => void;
  /** Longest wait for a response, in ms, unless the request sets its own. */
  readonly timeout?: number;
}

export function openApiSession(
  connection: Connection,
  http: Http,
  clock: Clock,
  { onRetry = () => {}, timeout = LONGEST_WAIT }: Options = {},
): ApiSession {
  let requests = 0;
  let clockSkew = 0;
  const compareClocks = (response: HttpResponse) => {
    const date = Date.parse(response.header('date') ?? '');
    if (!Number.isNaN(date)) clockSkew = date - clock.now();
    return response;
  };
  const root = connection.server.href.replace(/\/$/, '');
  // A client certificate is part of the connection, so each certificate needs its own transport.
  const transports = new Map<string, Promise<Transport>>();
  const transportOf = ({ certificate }: Identity) => {
    const key = certificate?.cert ?? '';
    const known = transports.get(key);
    if (known) return known;
    const opened = http.open({ ...connection.tls, ...certificate });
    transports.set(key, opened);
    return opened;
  };
  const sendOnce = async ({ path, retried, ...request }: KubernetesRequest): Promise<HttpResponse> => {
    // A program that gets the credentials may take longer than this request has time.
    const identity = await untilAborted(connection.credentials.current(), request.signal);
    const opened = await transportOf(identity);
    const counted: Transport = {
      close: () => opened.close(),
      send: (each) => {
        requests += 1;
        return opened.send(each);
      },
    };
    const transport =
      retried === false
        ? counted
        : withRetries(withBufferedBodies(counted), {
            clock,
            retries: RETRIES,
            firstDelay: 500,
            maxDelay: 8000,
            onRetry,
          });
    const headers = { accept: 'application/json', ...request.headers, ...identity.headers };
    const idleTimeout = Math.min(timeout, LONGEST_WAIT);
    return compareClocks(await transport.send({ idleTimeout, ...request, url: `${root}${path}`, headers }));
  };
  return {
    connection,
    clock,
    get requests() {
      return requests;
    },
    get clockSkew() {
      return clockSkew;
    },
    async send(request) {
      const response = await sendOnce(request);
      if (response.status !== 401) return response;
      if (!(await untilAborted(connection.credentials.renew(), request.signal))) return response;
      await response.discard();
      return sendOnce(request);
    },
  };
}
