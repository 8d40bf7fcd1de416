import type { Clock } from '../../core/clock.ts';
import type { Http } from '../../http/http.ts';
import type { HttpResponse } from '../../http/response.ts';
import { type Attempt, retrying, wholeBodies } from '../../http/retry.ts';
import type { HttpRequest, Transport } from '../../http/transport.ts';
import type { Connection } from '../config/connection.ts';
import type { Identity } from '../config/identity.ts';

export type KubernetesRequest = Omit<HttpRequest, 'url'> & {
  /** Path and query below the server's address. */
  readonly path: string;
  /** False: the caller repeats by itself (a watch). */
  readonly retried?: false;
};

/** Sends requests to one API server: credentials, one renewal after a 401, retries of what may pass. */
export interface ApiSession {
  readonly connection: Connection;
  /** How many requests were sent. */
  readonly requests: number;
  /** By how much the server's clock is ahead of ours, in ms, to the second; 0 before its first answer. */
  readonly clockSkew: number;
  /** @throws NetworkError when no answer came, ActionError when there are no credentials to send. */
  send(request: KubernetesRequest): Promise<HttpResponse>;
}

const RETRIES = 6;
const LONGEST_ANSWER = 60_000;

interface Options {
  /** Told before each wait for another attempt. */
  readonly onRetry?: (attempt: Attempt) => void;
  /** Longest wait for an answer, in ms, where a request does not say it. */
  readonly timeout?: number;
}

export function openApiSession(
  connection: Connection,
  http: Http,
  clock: Clock,
  { onRetry = () => {}, timeout = LONGEST_ANSWER }: Options = {},
): ApiSession {
  let requests = 0;
  let ahead = 0;
  const compareClocks = (response: HttpResponse) => {
    const date = Date.parse(response.header('date') ?? '');
    if (!Number.isNaN(date)) ahead = date - clock.now();
    return response;
  };
  const root = connection.server.href.replace(/\/$/, '');
  // A client certificate belongs to the connection, so an identity with another one needs a transport of its own.
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
    const identity = await connection.credentials.current();
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
        : retrying(wholeBodies(counted), { clock, retries: RETRIES, first: 500, longest: 8000, onRetry });
    const headers = { accept: 'application/json', ...request.headers, ...identity.headers };
    const idleTimeout = Math.min(timeout, LONGEST_ANSWER);
    return compareClocks(await transport.send({ idleTimeout, ...request, url: `${root}${path}`, headers }));
  };
  return {
    connection,
    get requests() {
      return requests;
    },
    get clockSkew() {
      return ahead;
    },
    async send(request) {
      const response = await sendOnce(request);
      if (response.status !== 401 || !(await connection.credentials.renew())) return response;
      await response.discard();
      return sendOnce(request);
    },
  };
}
