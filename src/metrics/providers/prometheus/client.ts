import { defined } from '../../../core/defined.ts';
import { messageOf } from '../../../core/error.ts';
import { sayOnce } from '../../../core/once.ts';
import { trimEndOf } from '../../../core/trim-end.ts';
import { NetworkError } from '../../../http/error.ts';
import { withRetries } from '../../../http/retry.ts';
import type { HttpRequest, Transport } from '../../../http/transport.ts';
import { listAt } from '../../../json/json.ts';
import { MetricsError } from '../../error.ts';
import type { Measurement, MetricsProvider, MetricsProviderOptions, TimeRange } from '../../provider.ts';
import { longestRange } from './lookback.ts';
import { instantResult, rangeResult, successfulBody } from './response.ts';
import { substitute } from './substitute.ts';

/** Longer queries are sent as a form: proxies reject long URLs. */
const LONGEST_URL = 2000;
/** Prometheus returns at most 11,000 points per series. */
const POINTS_PER_REQUEST = 10_000;

/** A client of Prometheus' HTTP API v1, which Thanos, Mimir, Cortex and VictoriaMetrics offer as well. */
export async function openPrometheus(options: MetricsProviderOptions): Promise<MetricsProvider> {
  const transport = withRetries(await options.http.open(), {
    clock: options.clock,
    retries: 2,
    within: options.timeout,
    firstDelay: 500,
    maxDelay: 5000,
    // A query changes nothing on the server, not even as a POST.
    isIdempotent: () => true,
  });
  const warn = sayOnce(options.onWarning);
  const send = async (request: ApiRequest): Promise<unknown> => {
    const body = await sendRequest(transport, options, request);
    for (const warning of listAt(body, 'warnings')) warn(String(warning));
    return body;
  };
  return {
    async measure(query, time, signal) {
      const body = await send({ operation: 'query', parameters: { query, time: seconds(time) }, signal });
      return instantResult(body, query, options.address);
    },
    async measureRange(query, range, signal) {
      const measurements: Measurement[] = [];
      for (const part of partsOf(range)) {
        const parameters = {
          query,
          start: seconds(part.start),
          end: seconds(part.end),
          step: seconds(part.step),
        };
        const body = await send({ operation: 'query_range', parameters, signal });
        for (const measurement of rangeResult(body, query, part)) measurements.push(measurement);
      }
      return measurements;
    },
    substitute,
    lookback: longestRange,
  };
}

interface ApiRequest {
  readonly operation: 'query' | 'query_range';
  readonly parameters: Readonly<Record<string, string>> & { readonly query: string };
  readonly signal: AbortSignal;
}

async function sendRequest(
  transport: Transport,
  options: MetricsProviderOptions,
  request: ApiRequest,
): Promise<unknown> {
  const { address, token } = options;
  try {
    const response = await transport.send(httpRequest(options, request));
    const text = await response.text();
    return successfulBody(response, text, {
      query: request.parameters.query,
      address,
      tokenSent: token !== undefined,
    });
  } catch (thrown) {
    if (!(thrown instanceof NetworkError)) throw thrown;
    throw new MetricsError(
      { code: 'metrics-unreachable', reason: thrown.isCertificate ? 'certificate' : 'connection' },
      `The metrics server at ${address.href} can't be reached: ${messageOf(thrown.cause)}.`,
      { cause: thrown },
    );
  }
}

function httpRequest({ address, token, headers, timeout }: MetricsProviderOptions, request: ApiRequest): HttpRequest {
  const form = new URLSearchParams(request.parameters).toString();
  const url = new URL(address);
  url.pathname = `${trimEndOf(address.pathname, '/')}/api/v1/${request.operation}`;
  const common = {
    headers: {
      accept: 'application/json',
      ...defined({ authorization: token === undefined ? undefined : `Bearer ${token}` }),
      ...headers,
    },
    idleTimeout: timeout,
    timeLimit: timeout,
    signal: request.signal,
  };
  if (url.href.length + form.length < LONGEST_URL) {
    url.search = form;
    return { ...common, url, redirects: 2 };
  }
  return {
    ...common,
    method: 'POST',
    url,
    headers: { ...common.headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: form,
  };
}

/** The range in parts that one request may ask for. */
function partsOf({ start, end, step }: TimeRange): TimeRange[] {
  const parts: TimeRange[] = [];
  for (let from = start; from <= end; from += POINTS_PER_REQUEST * step)
    parts.push({ start: from, end: Math.min(end, from + (POINTS_PER_REQUEST - 1) * step), step });
  return parts;
}

function seconds(ms: number): string {
  return String(ms / 1000);
}
