import { ODD } from './fixture.ts';

/** Instant queries: the query, its time in seconds after the start, and the expected value for each label set. */
export const instants: readonly (readonly [string, number, Readonly<Record<string, number>>])[] = [
  ['temperature', 600, { 'room="a"': 30 }],
  ['temperature', 607, { 'room="a"': 30 }],
  ['temperature{room="b"}', 600, {}],
  ['temperature', 600 + 300, { 'room="a"': 30 }],
  ['temperature', 600 + 301, {}],
  ['no_such_metric', 600, {}],
  ['rate(http_requests_total{track="stable",code="200"}[1m])', 600, { 'app="shop",code="200",track="stable"': 10 }],
  ['rate(http_requests_total{track="stable",code="200"}[1m])', 30, { 'app="shop",code="200",track="stable"': 5 }],
  ['rate(http_requests_total{track="stable",code="200"}[1m])', 0, {}],
  ['sum by (track) (rate(http_requests_total[1m]))', 607, { 'track="stable"': 10.1, 'track="canary"': 2.1 }],
  [
    'sum without (code) (rate(http_requests_total[1m]))',
    600,
    { 'app="shop",track="stable"': 10.1, 'app="shop",track="canary"': 2.1 },
  ],
  [
    'sum(rate(http_requests_total{app="shop",track="canary",code=~"5.."}[1m])) / sum(rate(http_requests_total{app="shop",track="canary"}[1m]))',
    900,
    { '': 0.1 / 2.1 },
  ],
  ['increase(restarted_total[2m])', 660, { 'app="shop"': 105 }],
  ['histogram_quantile(0.75, rate(latency_seconds_bucket[5m]))', 900, { 'app="shop"': 0.35 }],
  ['histogram_quantile(0.99, sum by (le) (rate(latency_seconds_bucket[5m])))', 900, { '': 0.5 }],
  ['avg_over_time(temperature[1m])', 600, { 'room="a"': 29.5 }],
  ['max(http_requests_total{code!="500"}) - min(http_requests_total{code!~"5.*"})', 100, { '': 900 - 180 }],
  ['count(http_requests_total > 100)', 60, { '': 2 }],
  [
    'http_requests_total{track="canary"} > bool 50',
    60,
    { 'app="shop",code="200",track="canary"': 1, 'app="shop",code="500",track="canary"': 0 },
  ],
  ['odd{room="a\\"\'`\\\\b"}', 600, { [`room="${ODD}"`]: 1 }],
  ['odd{room="a\\u0022\\u0027\\u0060\\u005cb"}', 600, { [`room="${ODD}"`]: 1 }],
  ["odd{room='a\\u0022\\u0027\\u0060\\u005cb'}", 600, { [`room="${ODD}"`]: 1 }],
  ['no_such_metric or vector(0)', 600, { '': 0 }],
  ['temperature and on() vector(1)', 600, { 'room="a"': 30 }],
  ['temperature unless on() vector(1)', 600, {}],
  ['vector(0) / 0', 600, { '': Number.NaN }],
  ['-vector(1) / 0', 600, { '': Number.NEGATIVE_INFINITY }],
  ['-vector(2) ^ 2 * 3 + 1', 600, { '': -11 }],
  ['clamp_max(temperature, 25)', 600, { 'room="a"': 25 }],
  [
    'http_requests_total{code="500"} / ignoring(code) http_requests_total{code="200"}',
    600,
    { 'app="shop",track="stable"': 0.01, 'app="shop",track="canary"': 0.05 },
  ],
];

/** Rejected queries: the query, and the expected status, error type and message. */
export const refusals: readonly (readonly [string, number, string, RegExp])[] = [
  ['sum(temperature', 400, 'bad_data', /1:16: parse error: unclosed left parenthesis$/],
  ['sum(temperature))', 400, 'bad_data', /1:18: parse error: unexpected right parenthesis '\)'$/],
  ['temperature{', 400, 'bad_data', /1:13: parse error: unexpected end of input inside braces$/],
  ['temperature{room="a"', 400, 'bad_data', /1:21: parse error: unexpected end of input inside braces$/],
  [
    'temperature{room=a}',
    400,
    'bad_data',
    /1:18: parse error: unexpected identifier "a" in label matching, expected string$/,
  ],
  ['temperature}', 400, 'bad_data', /parse error: unexpected character: '}'$/],
  ['temperature{room="a}', 400, 'bad_data', /1:18: parse error: unterminated quoted string$/],
  ['temperature{room="a\\\'"}', 400, 'bad_data', /parse error: /],
  ['temperature humidity', 400, 'bad_data', /1:13: parse error: unexpected identifier "humidity"$/],
  ['', 400, 'bad_data', /1:1: parse error: no expression found in input$/],
  ['{}', 400, 'bad_data', /vector selector must contain at least one non-empty matcher$/],
  [
    'rate(temperature)',
    400,
    'bad_data',
    /1:6: parse error: expected type range vector in call to function "rate", got instant vector$/,
  ],
  ['rated(temperature)', 400, 'bad_data', /1:1: parse error: unknown function with name "rated"$/],
  ['temperature + ', 400, 'bad_data', /parse error: unexpected end of input$/],
  ['1 == 1', 400, 'bad_data', /comparisons between scalars must use BOOL modifier$/],
  ['rate(temperature[xx])', 400, 'bad_data', /parse error: bad duration syntax: ""$/],
  ['temperature[5m', 400, 'bad_data', /parse error: unclosed left bracket$/],
  [
    'http_requests_total{code="500"} / ignoring(code, track) http_requests_total{code="200"}',
    422,
    'execution',
    /many-to-many matching not allowed: matching labels must be unique on one side$/,
  ],
];

/** Rejected range queries: what is wrong, the range, and the expected message. */
export const invalidRanges = [
  [
    'an end before the start',
    { start: 10, end: 5, step: 1 },
    /^invalid parameter "end": end timestamp must not be before start time$/,
  ],
  [
    'a step of 0',
    { start: 0, end: 10, step: 0 },
    /^invalid parameter "step": zero or negative query resolution step widths/,
  ],
  [
    'a step that is not a duration',
    { start: 0, end: 10, step: 'abc' },
    /^invalid parameter "step": cannot parse "abc" to a valid duration$/,
  ],
  [
    'a start that is not a time',
    { start: 'x', end: 10, step: 1 },
    /^invalid parameter "start": cannot parse "x" to a valid timestamp$/,
  ],
  [
    'more than 11,000 points',
    { start: 0, end: 11001, step: 1 },
    /^exceeded maximum resolution of 11,000 points per timeseries/,
  ],
] as const;
