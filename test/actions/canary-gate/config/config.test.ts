import { describe, expect, it } from '@jest/globals';
import { parseConfig, readConfig } from '../../../../src/actions/canary-gate/config/config.ts';
import { ActionError } from '../../../../src/core/error.ts';
import { errorLike, fail, invariant } from '../../../jest-support.ts';

const file = 'canary.yaml';

/** The message and remedy of the error that a config makes. */
function mistake(source: string): { readonly code: string; readonly message: string; readonly remedy: string } {
  try {
    parseConfig(source, file);
  } catch (thrown) {
    invariant(thrown instanceof ActionError, String(thrown));
    return thrown;
  }
  return fail('the config was taken');
}

describe('config of canary-gate', () => {
  it('is the list of metrics of the docs', () => {
    const [metric] = parseConfig(
      `metrics:
  - name: error rate
    query: sum(rate(errors_total{track="{{ arm }}"}[1m])) / sum(rate(requests_total{track="{{ arm }}"}[1m]))
    direction: increase      # which way is bad
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

  it('has defaults that fail closed: either way is bad, and data must be there', () => {
    const [metric] = parseConfig('- { name: a, query: "b{t=\'{{ arm }}\'}" }', file);
    expect(metric?.direction).toBe('either');
    expect(metric?.mustHaveData).toBe(true);
    expect(metric?.margin).toStrictEqual({ kind: 'relative', fraction: 0.2 });
    expect(metric?.threshold).toBeUndefined();
  });

  it('takes a list without `metrics:`, JSON, margins as numbers, and a query for each arm', () => {
    const source =
      '[{"name": "a", "baseline-query": "old", "canary-query": "new", "margin": 0.002, "threshold": ">= 1e3"}]';
    const [metric] = parseConfig(source, file);
    expect(metric?.queries).toStrictEqual({ baseline: 'old', canary: 'new' });
    expect(metric?.margin).toStrictEqual({ kind: 'absolute', value: 0.002 });
    expect(metric?.threshold).toStrictEqual({ operator: '>=', value: 1000 });
  });

  const entry = (line: string) => `metrics:\n  - name: p95\n    query: q{t="{{ arm }}"}\n    ${line}\n`;
  for (const [what, source, message, remedy] of [
    [
      'a misspelled key',
      entry('treshold: "< 1"'),
      /^canary.yaml:4: metric "p95" has no key `treshold`\.$/,
      /Line 4: did you mean `threshold`\?/,
    ],
    ['a key that is like none', entry('colour: red'), /has no key `colour`/, /it takes `name`, `query`/],
    [
      'a misspelled direction',
      entry('direction: incraese'),
      /:4: `direction` takes one of increase, decrease, either, but got "incraese"/,
      /did you mean `increase`\?/,
    ],
    [
      'a margin of no notation',
      entry('margin: 10 percent'),
      /`margin` takes a share of the baseline such as 10%.*got "10 percent"/,
      /./,
    ],
    ['a negative margin', entry('margin: -5'), /`margin` takes/, /./],
    [
      'a threshold without its comparison',
      entry('threshold: 0.05'),
      /`threshold` takes a comparison with a number, such as "< 0.05", but got 0.05/,
      /./,
    ],
    ['a threshold in percent', entry('threshold: "< 5%"'), /`threshold` takes a comparison/, /./],
    [
      'text where a truth value belongs',
      entry('critical: yes please'),
      /`critical` takes true or false, but got "yes please"/,
      /./,
    ],
    ['a negative weight', entry('weight: -1'), /`weight` takes a number of at least 0, but got -1/, /./],
    ['half a violation', entry('failure-limit: 1.5'), /`failure-limit` takes a whole number/, /./],
    ['a list where text belongs', entry('unit: [ms]'), /`unit` takes text, but got a list/, /./],
    ['a metric without a query', 'metrics:\n- name: a\n', /:2: metric "a" has no `query`/, /\{\{ arm \}\}/],
    ['a metric without a name', 'metrics:\n- query: a\n', /:2: a metric has no `name`/, /./],
    [
      'two metrics of one name',
      'metrics:\n- { name: a, query: b }\n- { name: a, query: c }\n',
      /:3: two metrics have the name "a"/,
      /./,
    ],
    [
      'two metrics of one name behind an entry that is none, at the line of the second',
      'metrics:\n- latency\n- { name: a, query: b }\n- { name: a, query: c }\n',
      /:4: two metrics have the name "a"/,
      /./,
    ],
    [
      'a query beside two others',
      entry('baseline-query: a\n    canary-query: b'),
      /has `query` beside a query for each arm/,
      /./,
    ],
    ['a metric that is no mapping', 'metrics:\n- latency\n', /:2: a metric must be a mapping/, /./],
    ['no list', 'metrics: none\n', /a list of metrics is missing/, /metrics:/],
    ['an empty list', 'metrics: []\n', /the list of metrics is empty/, /./],
    ['nothing', '', /a list of metrics is missing/, /./],
    [
      'a key beside metrics',
      'metrics:\n- { name: a, query: b }\nmetric: []\n',
      /:3: the config has no key `metric`/,
      /did you mean `metrics`\?/,
    ],
    [
      'a query that YAML takes apart',
      'metrics:\n- name: a\n  query: a: b\n',
      /^canary.yaml:3: this is not YAML: /,
      /quotes/,
    ],
  ] as const)
    it(`tells ${what}`, () => {
      const found = mistake(source);
      expect(found.code).toBe('config-invalid');
      expect(found.message).toMatch(message);
      expect(found.remedy).toMatch(remedy);
    });

  it('tells every mistake, in the order of the lines', () => {
    const { message } = mistake(entry('directoin: up\n    weight: heavy\n    margin: big'));
    expect(message.match(/canary.yaml:\d+/g)).toStrictEqual(['canary.yaml:4', 'canary.yaml:5', 'canary.yaml:6']);
  });

  it('comes from one place', async () => {
    const code = (expected: string) => (thrown: unknown) => thrown instanceof ActionError && thrown.code === expected;
    await expect(readConfig({ config: 'a', metrics: 'b', cwd: '/' })).rejects.toThrow(errorLike(code('input-invalid')));
    await expect(readConfig({ config: undefined, metrics: undefined, cwd: '/' })).rejects.toThrow(
      errorLike(code('input-missing')),
    );
    await expect(readConfig({ config: 'no-such-file.yaml', metrics: undefined, cwd: '/' })).rejects.toThrow(
      errorLike(code('config-missing')),
    );
  });
});
