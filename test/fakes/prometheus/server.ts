import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Faults } from '../faults.ts';
import { listenOnLoopback } from '../loopback.ts';
import { ApiError, badData } from './errors.ts';
import { evaluate } from './evaluate.ts';
import { parametersOf, parseDurationParameter, parseTimeParameter, requireValidTimeout } from './parameters.ts';
import { parseQuery } from './parser.ts';
import { formatValue, sendError, sendText } from './responses.ts';
import { typeOf } from './types.ts';
import { keyOf, type Labels, type Sample, type Series, type Value } from './values.ts';

export interface PrometheusOptions {
  /** Without this bearer token every request gets a 401, as from a proxy in front of Prometheus. */
  readonly token?: string;
  /** Headers that each request must have (lower-case names), such as Mimir's `x-scope-orgid`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Seconds between two scrapes. Default 15. */
  readonly scrapeInterval?: number;
  /** The current time for requests without one, in milliseconds since the epoch. */
  readonly now?: () => number;
}

/** A received request, for tests that check what was sent. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly parameters: URLSearchParams;
}

/** The result of a query at a time (seconds), set by a test: one value without labels, several series, or nothing. */
export type Answer = (time: number) => number | readonly Sample[] | undefined;

/** Prometheus' HTTP API v1 (query, query_range) on 127.0.0.1. Its series are functions of time that tests set. */
export class FakePrometheus {
  readonly faults = new Faults();
  readonly requests: SeenRequest[] = [];
  /** Sent with every successful response. */
  readonly warnings: string[] = [];
  readonly #series: Series[] = [];
  readonly #answers = new Map<string, Answer>();
  readonly #options: PrometheusOptions;
  readonly #server: Server;
  #port = 0;

  private constructor(options: PrometheusOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.faults
        .serve(request, response, () => this.#handle(request, response))
        .catch((thrown: unknown) => {
          if (!response.headersSent) sendError(response, new ApiError('internal', String(thrown)));
        });
    });
  }

  static async start(options: PrometheusOptions = {}): Promise<FakePrometheus> {
    const prometheus = new FakePrometheus(options);
    prometheus.#port = await listenOnLoopback(prometheus.#server);
    return prometheus;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Adds a series. @param valueAt its value at each scrape (seconds since the epoch), `undefined` if the scrape has none */
  series(name: string, labels: Labels, valueAt: (time: number) => number | undefined): this {
    const interval = this.#options.scrapeInterval ?? 15;
    this.#series.push({
      labels: { __name__: name, ...labels },
      between(from, to) {
        const points: { time: number; value: number }[] = [];
        for (let scrape = Math.ceil(from / interval); scrape * interval <= to; scrape++) {
          const value = valueAt(scrape * interval);
          if (value !== undefined) points.push({ time: scrape * interval, value });
        }
        return points;
      },
    });
    return this;
  }

  /** Sets the result of exactly this query, which isn't evaluated then. */
  answer(query: string, answer: Answer): this {
    this.#answers.set(query, answer);
    return this;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake');
    const parameters = await parametersOf(request, url);
    const method = request.method ?? 'GET';
    this.requests.push({ method, path: url.pathname, headers: request.headers, parameters });
    const { token, headers = {} } = this.#options;
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`)
      return sendText(response, 401, 'Unauthorized\n', { 'www-authenticate': 'Bearer' });
    const missing = Object.entries(headers).find(([name, value]) => request.headers[name] !== value);
    if (missing) return sendText(response, 401, 'no org id\n');
    if (url.pathname === '/-/ready') return sendText(response, 200, 'Prometheus Server is Ready.\n');
    const operation = { '/api/v1/query': this.#query, '/api/v1/query_range': this.#queryRange }[url.pathname];
    if (!operation) return sendText(response, 404, '404 page not found\n');
    if (method !== 'GET' && method !== 'POST')
      return sendText(response, 405, 'Method Not Allowed\n', { allow: 'GET, OPTIONS, POST' });
    try {
      const data = operation.call(this, parameters);
      const body = { status: 'success', data, ...(this.warnings.length > 0 ? { warnings: this.warnings } : {}) };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      sendError(response, thrown);
    }
  }

  #query(parameters: URLSearchParams): unknown {
    const given = parameters.get('time');
    const time = given
      ? parseTimeParameter(given, (reason) => `invalid parameter "time": Invalid time value for 'time': ${reason}`)
      : this.#now();
    requireValidTimeout(parameters);
    const value = this.#prepare(parameters.get('query') ?? '')(time);
    switch (value.type) {
      case 'scalar':
        return { resultType: 'scalar', result: [time, formatValue(value.value)] };
      case 'string':
        return { resultType: 'string', result: [time, value.value] };
      case 'vector':
        return {
          resultType: 'vector',
          result: value.samples.map(({ labels, value: number }) => ({
            metric: labels,
            value: [time, formatValue(number)],
          })),
        };
      case 'matrix':
        return {
          resultType: 'matrix',
          result: value.ranges.map(({ labels, points }) => ({
            metric: labels,
            values: points.map((point) => [point.time, formatValue(point.value)]),
          })),
        };
    }
  }

  #queryRange(parameters: URLSearchParams): unknown {
    const bound = (name: string) =>
      parseTimeParameter(parameters.get(name) ?? '', (reason) => `invalid parameter "${name}": ${reason}`);
    const start = bound('start');
    const end = bound('end');
    if (end < start) throw badData('invalid parameter "end": end timestamp must not be before start time');
    const step = parseDurationParameter(parameters.get('step') ?? '', 'step');
    if (step <= 0)
      throw badData(
        'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
      );
    if ((end - start) / step > 11000)
      throw badData(
        'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
      );
    requireValidTimeout(parameters);
    const at = this.#prepare(parameters.get('query') ?? '', true);
    const rows = new Map<string, { metric: Labels; values: [number, string][] }>();
    for (let index = 0; start + index * step <= end + 1e-9; index++) {
      const time = Math.round((start + index * step) * 1000) / 1000;
      for (const { labels, value } of samplesOf(at(time))) {
        const row = rows.get(keyOf(labels)) ?? { metric: labels, values: [] };
        row.values.push([time, formatValue(value)]);
        rows.set(keyOf(labels), row);
      }
    }
    return { resultType: 'matrix', result: [...rows.values()] };
  }

  /** The query as a function of time: the result that a test has set, or the expression over the series. */
  #prepare(query: string, ranged = false): (time: number) => Value {
    const answer = this.#answers.get(query);
    if (answer) return (time) => answerValue(answer(time));
    const expression = parseQuery(query);
    const type = typeOf(expression);
    if (ranged && type !== 'scalar' && type !== 'instant vector')
      throw badData(`invalid expression type "${type}" for range query, must be Scalar or instant Vector`);
    return (time) => evaluate(expression, time, this.#series);
  }

  #now(): number {
    return (this.#options.now ?? Date.now)() / 1000;
  }
}

function answerValue(answer: ReturnType<Answer>): Value {
  if (answer === undefined) return { type: 'vector', samples: [] };
  return { type: 'vector', samples: typeof answer === 'number' ? [{ labels: {}, value: answer }] : answer };
}

function samplesOf(value: Value): readonly Sample[] {
  if (value.type === 'scalar') return [{ labels: {}, value: value.value }];
  return value.type === 'vector' ? value.samples : [];
}
