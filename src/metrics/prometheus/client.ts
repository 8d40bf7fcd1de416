import { ActionError, messageOf } from '../../core/error.ts';
import { NetworkError } from '../../http/error.ts';
import type { HttpResponse } from '../../http/response.ts';
import { retrying } from '../../http/retry.ts';
import type { HttpRequest, Transport } from '../../http/transport.ts';
import { at, listAt, parseJson, stringAt } from '../../json/json.ts';
import { type Measurement, type MetricsProvider, type ProviderOptions, type TimeRange, timesOf } from '../provider.ts';
import { longestRange } from './lookback.ts';

/** Longer queries are sent as a form: proxies refuse long URLs. */
const LONGEST_URL = 2000;
/** Prometheus answers at most 11,000 points per series. */
const POINTS_PER_REQUEST = 10_000;

/** Prometheus' HTTP API v1, which Thanos, Mimir, Cortex and VictoriaMetrics answer too. */
export async function openPrometheus(options: ProviderOptions): Promise<MetricsProvider> {
  const transport = retrying(await options.http.open(), {
    clock: options.clock,
    retries: 2,
    first: 500,
    longest: 5000,
    // A query changes nothing, however it is sent.
    repeatable: () => true,
  });
  const warned = new Set<string>();
  const ask = async (operation: string, parameters: Readonly<Record<string, string>>, signal: AbortSignal) => {
    const body = await send(transport, options, { operation, parameters, signal });
    for (const warning of listAt(body, 'warnings')) {
      const text = String(warning);
      if (!warned.has(text)) options.onWarning(text);
      warned.add(text);
    }
    return body;
  };
  return {
    async measure(query, time, signal) {
      const body = await ask('query', { query, time: seconds(time) }, signal);
      return instantOf(body, query, options.address);
    },
    async measureRange(query, span, signal) {
      const found: Measurement[] = [];
      for (const part of parts(span)) {
        const parameters = {
          query,
          start: seconds(part.start),
          end: seconds(part.end),
          step: seconds(part.step),
        };
        found.push(...spanOf(await ask('query_range', parameters, signal), query, part));
      }
      return found;
    },
    // An escape by code point is the same in either kind of quotes; `\'` is an error inside of double ones.
    quote: (text) => text.replace(/["'`\\\n\r]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
    lookback: longestRange,
  };
}

interface Question {
  readonly operation: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

async function send(transport: Transport, options: ProviderOptions, question: Question): Promise<unknown> {
  const { address } = options;
  try {
    const response = await transport.send(requestFor(options, question));
    const text = await response.text();
    return understood(response, text, question.parameters['query'] ?? '', options);
  } catch (thrown) {
    if (!(thrown instanceof NetworkError)) throw thrown;
    throw new ActionError({
      code: 'metrics-unreachable',
      message: `The metrics server at ${address.href} could not be asked: ${messageOf(thrown.cause)}.`,
      remedy: thrown.isCertificate
        ? 'The runner does not trust its certificate: set NODE_EXTRA_CA_CERTS to the file of the CA that signed it.'
        : 'Check the input `address`, and that the runner can reach it (network policies, VPN, proxy variables).',
      cause: thrown,
    });
  }
}

function requestFor({ address, token, headers, timeout }: ProviderOptions, question: Question): HttpRequest {
  const form = new URLSearchParams({ ...question.parameters }).toString();
  const url = new URL(address);
  url.pathname = `${address.pathname.replace(/\/+$/, '')}/api/v1/${question.operation}`;
  const common = {
    headers: {
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    idleTimeout: timeout,
    signal: question.signal,
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

/** The answer's JSON where it is a success; throws the error that it tells otherwise. */
function understood(response: HttpResponse, text: string, query: string, options: ProviderOptions): unknown {
  const { address, token } = options;
  const { status } = response;
  const body = parseJson(text);
  if (stringAt(body, 'status') === 'success') return body;
  const told = stringAt(body, 'error');
  if (status === 401 || status === 403)
    throw new ActionError({
      code: 'metrics-unauthorized',
      message: `The metrics server at ${address.href} refused the request (HTTP ${status}${told ? `: ${told}` : ''}).`,
      remedy:
        token === undefined
          ? 'Give a bearer token with the input `token`, or what else it asks for (such as X-Scope-OrgID) with `headers`.'
          : 'Check that the `token` is valid there and may read metrics, and that `headers` name the right tenant.',
    });
  if (told !== undefined && (status === 400 || status === 422)) {
    const type = stringAt(body, 'errorType');
    throw new ActionError({
      code: type === 'bad_data' ? 'query-invalid' : 'query-failed',
      message: `Prometheus ${type === 'bad_data' ? 'does not take' : 'could not carry out'} the query \`${query}\`: ${told}`,
      remedy: 'Try the query in Prometheus’ own page (Graph) until it gives one number, and correct it in the config.',
    });
  }
  if (told !== undefined || status === 429 || status >= 500)
    throw new ActionError({
      code: 'metrics-unreachable',
      message: `The metrics server at ${address.href} could not answer (HTTP ${status}${told ? `: ${told}` : ''}).`,
      remedy: 'It may be overloaded or restarting: look at its own log, or give it time and run again.',
    });
  throw new ActionError({
    code: 'metrics-unexpected',
    message: `${response.url.origin}${response.url.pathname} did not answer as Prometheus does (HTTP ${status}, ${response.header('content-type') ?? 'no content type'}).`,
    remedy: 'Check the input `address`: it is the base URL of the server, with its path prefix where it has one.',
  });
}

function instantOf(body: unknown, query: string, address: URL): Measurement {
  const type = stringAt(body, 'data', 'resultType');
  if (type === 'scalar') return measurement(stringAt(body, 'data', 'result', 1));
  if (type !== 'vector')
    throw new ActionError({
      code: type === undefined ? 'metrics-unexpected' : 'query-invalid',
      message: `The query \`${query}\` gives a ${type === 'matrix' ? 'range of samples' : (type ?? 'result of no known type')} at ${address.href}, not a number.`,
      remedy: 'Put a function around it that makes one number of it, such as rate(…) or avg_over_time(…).',
    });
  const series = listAt(body, 'data', 'result');
  onlyOne(series, query);
  return series.length === 0 ? { kind: 'no-data', reason: 'empty' } : measurement(stringAt(series, 0, 'value', 1));
}

function spanOf(body: unknown, query: string, span: TimeRange): Measurement[] {
  const series = listAt(body, 'data', 'result');
  onlyOne(series, query);
  const values = new Map(
    listAt(series, 0, 'values').map((point) => [Math.round(Number(at(point, 0)) * 1000), stringAt(point, 1)]),
  );
  return timesOf(span).map((time) => {
    const value = values.get(Math.round(time));
    return value === undefined ? { kind: 'no-data', reason: 'empty' } : measurement(value);
  });
}

/** Several series can't be one number; adding or averaging them silently would compare something that nobody asked for. */
function onlyOne(series: readonly unknown[], query: string): void {
  if (series.length < 2) return;
  const examples = series.slice(0, 2).map((each) => JSON.stringify(at(each, 'metric')));
  throw new ActionError({
    code: 'query-ambiguous',
    message: `The query \`${query}\` gives ${series.length} series where one number is needed: ${examples.join(' and ')}${series.length > 2 ? ' …' : ''}.`,
    remedy: 'Put sum(…), avg(…) or max(…) around it, or narrow its labels down to one series.',
  });
}

function measurement(written: string | undefined): Measurement {
  const value = written === undefined || written === '' ? Number.NaN : Number(written);
  return Number.isFinite(value) ? { kind: 'value', value } : { kind: 'no-data', reason: 'not-a-number' };
}

function parts({ start, end, step }: TimeRange): TimeRange[] {
  const found: TimeRange[] = [];
  for (let from = start; from <= end; from += POINTS_PER_REQUEST * step)
    found.push({ start: from, end: Math.min(end, from + (POINTS_PER_REQUEST - 1) * step), step });
  return found;
}

function seconds(ms: number): string {
  return String(ms / 1000);
}
