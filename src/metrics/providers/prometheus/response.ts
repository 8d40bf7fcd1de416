import type { HttpResponse } from '../../../http/response.ts';
import { at, listAt, parseJson, stringAt } from '../../../json/json.ts';
import { MetricsError } from '../../error.ts';
import { type Measurement, type TimeRange, timesOf } from '../../provider.ts';

/** The sent query, for error messages. */
interface SentQuery {
  readonly query: string;
  readonly address: URL;
  readonly tokenSent: boolean;
}

/** The JSON of a successful response. @throws MetricsError otherwise, with the server's own message */
export function successfulBody(response: HttpResponse, text: string, sent: SentQuery): unknown {
  const { query, address, tokenSent } = sent;
  const { status } = response;
  const body = parseJson(text);
  if (stringAt(body, 'status') === 'success') return body;
  const error = stringAt(body, 'error');
  const httpStatus = `HTTP ${status}${error ? `: ${error}` : ''}`;
  if (status === 401 || status === 403)
    throw new MetricsError(
      { code: 'metrics-unauthorized', tokenSent },
      `The metrics server at ${address.href} refused the request (${httpStatus}).`,
    );
  if (error !== undefined && (status === 400 || status === 422)) {
    const invalid = stringAt(body, 'errorType') === 'bad_data';
    throw new MetricsError(
      {
        code: invalid ? 'query-invalid' : 'query-failed',
        advice: "Try the query on Prometheus' Graph page, and change it until it returns one number.",
      },
      `Prometheus ${invalid ? 'rejected' : "couldn't execute"} the query \`${query}\`: ${error}`,
    );
  }
  if (error !== undefined || status === 429 || status >= 500)
    throw new MetricsError(
      { code: 'metrics-unreachable', reason: 'server-error' },
      `The metrics server at ${address.href} failed to answer (${httpStatus}).`,
    );
  throw new MetricsError(
    { code: 'metrics-unexpected' },
    `${response.url.origin}${response.url.pathname} didn't answer like Prometheus (HTTP ${status}, ${response.header('content-type') ?? 'no content type'}).`,
  );
}

/** The number that an instant query returned. */
export function instantResult(body: unknown, query: string, address: URL): Measurement {
  const type = stringAt(body, 'data', 'resultType');
  if (type === 'scalar') return parseSample(stringAt(body, 'data', 'result', 1));
  if (type === 'vector') {
    const series = listAt(body, 'data', 'result');
    requireOneSeries(series, query);
    return series.length === 0 ? { kind: 'no-data', reason: 'empty' } : parseSample(stringAt(series, 0, 'value', 1));
  }
  if (type === undefined)
    throw new MetricsError(
      { code: 'metrics-unexpected' },
      `The response of ${address.href} to the query \`${query}\` has no result type.`,
    );
  throw new MetricsError(
    {
      code: 'query-invalid',
      advice: 'Put a function around it that returns one number, such as rate(…) or avg_over_time(…).',
    },
    `The query \`${query}\` returns a ${type === 'matrix' ? 'range of samples' : type}, not a number (${address.href}).`,
  );
}

/** The numbers that a range query returned, one for each time of the range. */
export function rangeResult(body: unknown, query: string, range: TimeRange): Measurement[] {
  const series = listAt(body, 'data', 'result');
  requireOneSeries(series, query);
  const values = new Map(
    listAt(series, 0, 'values').map((point) => [Math.round(Number(at(point, 0)) * 1000), stringAt(point, 1)]),
  );
  return timesOf(range).map((time) => {
    const value = values.get(Math.round(time));
    return value === undefined ? { kind: 'no-data', reason: 'empty' } : parseSample(value);
  });
}

/** Adding or averaging several series silently would compare something that nobody asked for. */
function requireOneSeries(series: readonly unknown[], query: string): void {
  if (series.length < 2) return;
  const examples = series.slice(0, 2).map((each) => JSON.stringify(at(each, 'metric')));
  throw new MetricsError(
    {
      code: 'query-ambiguous',
      advice: 'Put sum(…), avg(…) or max(…) around it, or narrow its labels down to one series.',
    },
    `The query \`${query}\` returns ${series.length} series, but one number is needed: ${examples.join(' and ')}${series.length > 2 ? ' …' : ''}.`,
  );
}

function parseSample(text: string | undefined): Measurement {
  const value = text === undefined || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? { kind: 'value', value } : { kind: 'no-data', reason: 'not-a-number' };
}
