import type { YAMLMap } from 'yaml';
import { DEFAULT_MARGIN, type Margin, type Metric, type Threshold } from '../metric/metric.ts';
import type { ConfigErrors } from './config-errors.ts';
import { MetricFields } from './metric-fields.ts';

const KEYS = [
  'name',
  'query',
  'baseline-query',
  'canary-query',
  'direction',
  'margin',
  'threshold',
  'failure-limit',
  'critical',
  'must-have-data',
  'weight',
  'unit',
];

/** Reads one entry of the list of metrics. Adds what is wrong to `errors`; `undefined` if the entry has no query. */
export function readMetric(map: YAMLMap, errors: ConfigErrors): Metric | undefined {
  const fields = new MetricFields(map, errors);
  const name = fields.text('name') ?? '';
  if (name === '') errors.add(map, 'a metric has no `name`');
  errors.addUnknownKeys(map, KEYS, name === '' ? 'a metric' : `metric "${name}"`);
  const queries = readQueries(fields, name, map, errors);
  const metric = {
    name,
    direction: fields.choice('direction', ['increase', 'decrease', 'either'] as const) ?? 'either',
    margin:
      fields.parsed(
        'margin',
        parseMargin,
        "takes a share of the baseline such as 10%, or a number in the metric's unit",
      ) ?? DEFAULT_MARGIN,
    threshold: fields.parsed('threshold', parseThreshold, 'takes a comparison with a number, such as "< 0.05"'),
    failureLimit: fields.number('failure-limit', { integer: true }),
    critical: fields.boolean('critical') ?? false,
    mustHaveData: fields.boolean('must-have-data') ?? true,
    weight: fields.number('weight', { integer: false }) ?? 1,
    unit: fields.text('unit') ?? '',
  };
  return queries && { ...metric, queries };
}

function readQueries(
  fields: MetricFields,
  name: string,
  map: YAMLMap,
  errors: ConfigErrors,
): Metric['queries'] | undefined {
  const shared = fields.text('query');
  const own = { baseline: fields.text('baseline-query'), canary: fields.text('canary-query') };
  const baseline = own.baseline ?? shared;
  const canary = own.canary ?? shared;
  if (shared !== undefined && own.baseline !== undefined && own.canary !== undefined)
    errors.add(map, `metric "${name}" has \`query\` as well as a query for each arm`, 'leave out `query`.');
  if (canary === undefined) {
    errors.add(
      map,
      `metric "${name}" has no \`query\``,
      'give `query` with {{ arm }} in it, or `baseline-query` and `canary-query`.',
    );
    return undefined;
  }
  return { baseline: baseline ?? '', canary };
}

/** `10%` of the baseline, or a number in the metric's unit. */
function parseMargin(text: string): Margin | undefined {
  const match = /^(\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*(%?)$/i.exec(text);
  if (!match) return undefined;
  const value = Number(match[1]);
  return match[2] === '%' ? { kind: 'relative', fraction: value / 100 } : { kind: 'absolute', value };
}

/** `< 0.05`, `<= 200`, `> 99.9`, `>= 1`. */
function parseThreshold(text: string): Threshold | undefined {
  const match = /^(<=?|>=?)\s*([+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?)$/i.exec(text);
  const operator = (['<', '<=', '>', '>='] as const).find((each) => each === match?.[1]);
  return operator && { operator, value: Number(match?.[2]) };
}
