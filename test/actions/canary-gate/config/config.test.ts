import { describe, expect, it } from '@jest/globals';
import { parseConfig, readConfig } from '../../../../src/actions/canary-gate/config/config.ts';
import { ActionError } from '../../../../src/core/error.ts';
import { inputPath } from '../../../../src/files/input-path.ts';
import { errorLike, fail, invariant } from '../../../jest-support.ts';

const file = 'canary.yaml';

/** The error of an invalid config. */
function errorOf(source: string): { readonly code: string; readonly message: string; readonly remedy: string } {
  try {
    parseConfig(source, file);
  } catch (thrown) {
    invariant(thrown instanceof ActionError, String(thrown));
    return thrown;
  }
  return fail('the config was accepted');
}

/** A config with one metric that has one more line (or several, indented by four). */
const withLine = (line: string) =>
  `
metrics:
  - name: p95
    query: q{t="{{ arm }}"}
    ${line}
`.trimStart();

describe('config of canary-gate', () => {
  it('has all keys that the README documents', () => {
    const [metric] = parseConfig(
      `
metrics:
  - name: error rate
    query: sum(rate(errors_total{track="{{ arm }}"}[1m])) / sum(rate(requests_total{track="{{ arm }}"}[1m]))
    direction: increase      # which direction is bad
    margin: 10%
    threshold: "< 0.05"
    failure-limit: 1
    critical: true
    must-have-data: false
    weight: 2.5
    unit: ratio
`,
      file,
    );
    const query = 'sum(rate(errors_total{track="{{ arm }}"}[1m])) / sum(rate(requests_total{track="{{ arm }}"}[1m]))';
    expect(metric).toStrictEqual({
      name: 'error rate',
      queries: { baseline: query, canary: query },
      direction: 'increase',
      margin: { kind: 'relative', fraction: 0.1 },
      threshold: { operator: '<', value: 0.05 },
      failureLimit: 1,
      critical: true,
      mustHaveData: false,
      weight: 2.5,
      unit: 'ratio',
    });
  });

  it('has strict defaults: either direction is bad, and data is required', () => {
    const [metric] = parseConfig('- { name: a, query: "b{t=\'{{ arm }}\'}" }', file);
    expect(metric?.direction).toBe('either');
    expect(metric?.mustHaveData).toBe(true);
    expect(metric?.margin).toStrictEqual({ kind: 'relative', fraction: 0.2 });
    expect(metric?.threshold).toBeUndefined();
  });

  it('may be a list without `metrics:`, JSON, have margins as numbers, and a query for each arm', () => {
    const source =
      '[{"name": "a", "baseline-query": "old", "canary-query": "new", "margin": 0.002, "threshold": ">= 1e3"}]';
    const [metric] = parseConfig(source, file);
    expect(metric?.queries).toStrictEqual({ baseline: 'old', canary: 'new' });
    expect(metric?.margin).toStrictEqual({ kind: 'absolute', value: 0.002 });
    expect(metric?.threshold).toStrictEqual({ operator: '>=', value: 1000 });
  });

  it.each([
    [
      'a misspelled key',
      withLine('treshold: "< 1"'),
      /^canary.yaml:4: metric "p95" has no key `treshold`\.$/,
      /Line 4: did you mean `threshold`\?/,
    ],
    ['an unknown key', withLine('colour: red'), /has no key `colour`/, /it takes `name`, `query`/],
    [
      'a misspelled direction',
      withLine('direction: incraese'),
      /:4: `direction` takes one of increase, decrease, either, but got "incraese"/,
      /did you mean `increase`\?/,
    ],
    [
      'a margin with an unknown unit',
      withLine('margin: 10 percent'),
      /`margin` takes a share of the baseline such as 10%.*got "10 percent"/,
      /./,
    ],
    ['a negative margin', withLine('margin: -5'), /`margin` takes/, /./],
    [
      'a threshold without an operator',
      withLine('threshold: 0.05'),
      /`threshold` takes a comparison with a number, such as "< 0.05", but got 0.05/,
      /./,
    ],
    ['a threshold in percent', withLine('threshold: "< 5%"'), /`threshold` takes a comparison/, /./],
    [
      'text instead of a boolean',
      withLine('critical: yes please'),
      /`critical` takes true or false, but got "yes please"/,
      /./,
    ],
    ['a negative weight', withLine('weight: -1'), /`weight` takes a number of at least 0, but got -1/, /./],
    ['a fractional failure-limit', withLine('failure-limit: 1.5'), /`failure-limit` takes a whole number/, /./],
    ['a list instead of text', withLine('unit: [ms]'), /`unit` takes text, but got a list/, /./],
    ['a metric without a query', 'metrics:\n- name: a\n', /:2: metric "a" has no `query`/, /\{\{ arm \}\}/],
    ['a metric without a name', 'metrics:\n- query: a\n', /:2: a metric has no `name`/, /./],
    [
      'two metrics with the same name',
      'metrics:\n- { name: a, query: b }\n- { name: a, query: c }\n',
      /:3: two metrics have the name "a"/,
      /./,
    ],
    [
      'two metrics with the same name after an invalid entry, at the line of the second',
      'metrics:\n- latency\n- { name: a, query: b }\n- { name: a, query: c }\n',
      /:4: two metrics have the name "a"/,
      /./,
    ],
    [
      'a query as well as a query for each arm',
      withLine('baseline-query: a\n    canary-query: b'),
      /has `query` as well as a query for each arm/,
      /./,
    ],
    ['a metric that is not a mapping', 'metrics:\n- latency\n', /:2: a metric must be a mapping/, /./],
    ['text instead of a list', 'metrics: none\n', /a list of metrics is missing/, /metrics:/],
    ['an empty list', 'metrics: []\n', /the list of metrics is empty/, /./],
    ['an empty file', '', /a list of metrics is missing/, /./],
    [
      'an unknown key at the top level',
      'metrics:\n- { name: a, query: b }\nmetric: []\n',
      /:3: the config has no key `metric`/,
      /did you mean `metrics`\?/,
    ],
    [
      'a query with a colon that is not quoted',
      'metrics:\n- name: a\n  query: a: b\n',
      /^canary.yaml:3: this is not YAML: /,
      /quotes/,
    ],
  ] as const)('is rejected with its line and a remedy: %s', (_what, source, message, remedy) => {
    const error = errorOf(source);
    expect(error.code).toBe('config-invalid');
    expect(error.message).toMatch(message);
    expect(error.remedy).toMatch(remedy);
  });

  it('is rejected with all of its errors, in order of their lines', () => {
    const { message } = errorOf(withLine('directoin: up\n    weight: heavy\n    margin: big'));
    expect(message.match(/canary.yaml:\d+/g)).toStrictEqual(['canary.yaml:4', 'canary.yaml:5', 'canary.yaml:6']);
  });

  it('must be given exactly once, and its file must exist', async () => {
    const code = (expected: string) => (thrown: unknown) => thrown instanceof ActionError && thrown.code === expected;
    await expect(readConfig({ config: inputPath.parse('a'), metrics: 'b', cwd: '/' })).rejects.toThrow(
      errorLike(code('input-invalid')),
    );
    await expect(readConfig({ config: undefined, metrics: undefined, cwd: '/' })).rejects.toThrow(
      errorLike(code('input-missing')),
    );
    await expect(
      readConfig({ config: inputPath.parse('no-such-file.yaml'), metrics: undefined, cwd: '/' }),
    ).rejects.toThrow(errorLike(code('config-missing')));
  });
});
