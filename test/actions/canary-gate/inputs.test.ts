import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Misfit } from '../../../src/action/kinds.ts';
import { instant } from '../../../src/actions/canary-gate/instant.ts';
import { Bench } from './gate.ts';

const one = `- { name: latency, query: 'value{track="{{ arm }}"}' }`;

describe('inputs of canary-gate', () => {
  let bench: Bench;
  before(async () => {
    bench = await Bench.open();
  });
  after(() => bench.close());

  for (const [what, inputs, message] of [
    ['no metrics', { metrics: '' }, /input-missing.*Neither `config` nor `metrics`/],
    ['both kinds of config', { config: 'a.yaml' }, /input-invalid.*`metrics` is given beside `config`/],
    [
      'a trial too short for its judge',
      { duration: '2m' },
      /`duration` leaves time for 4 looks, but the judge mann-whitney needs 10.*at least 5 min/,
    ],
    ['an interval below a second', { interval: '500ms' }, /`interval` is 0\.5 s/],
    ['scores the wrong way round', { 'marginal-score': '96' }, /`marginal-score` is 96, above `pass-score` \(95\)/],
    ['none beside verdicts', { 'fail-on': 'none, fail' }, /names `none` beside/],
    ['a start in live mode', { start: '2025-12-01T00:00:00Z' }, /`start` is only for a span of the past/],
    ['a retrospective without a start', { mode: 'retrospective' }, /`start` is missing/],
    [
      'an end before the start',
      { mode: 'retrospective', start: '2025-12-02T00:00:00Z', end: '2025-12-01T00:00:00Z' },
      /`end` is not after `start`/,
    ],
    [
      'a span that is not over',
      { mode: 'retrospective', start: '2025-12-31T23:59:00Z' },
      /`duration` leads to 2026-01-01T00:09:00\.000Z, which is not past yet/,
    ],
    ['no value for an arm', { canary: '' }, /input-missing.*`canary` is missing: the query of "latency" holds/],
    [
      'the same value for both arms',
      { baseline: 'canary' },
      /both "canary", so "latency" would compare the canary with itself/,
    ],
    [
      'a query that ignores the arm',
      { metrics: '- { name: a, query: b }' },
      /config-invalid.*ask the same of baseline and canary/,
    ],
    ['a judge without thresholds', { judge: 'threshold' }, /can't decide on "latency": no `threshold`/],
    [
      'a limit that allows everything',
      { metrics: one.replace(/ }$/, ', threshold: "< 1", failure-limit: 20 }') },
      /violate its threshold 20 times in 20 looks/,
    ],
    ['an unknown judge', { judge: 'mann-whitny' }, /Did you mean "mann-whitney"/],
  ] as const)
    it(`stops at ${what}, before anything is asked`, async () => {
      const { exitCode, log, outputs } = await bench.gate({ metrics: one, ...inputs });
      assert.equal(exitCode, 1);
      assert.match(log.replaceAll('%0A', ' '), message);
      assert.match(log, /%0A→ ./, 'a remedy');
      assert.notEqual(outputs['verdict'], 'pass');
      assert.equal(bench.double.requests.length, 0);
    });

  it('stops in a process of its own with a sentence, exit code 1 and no stack', () => {
    const entry = join(import.meta.dirname, '../../../src/actions/canary-gate/index.ts');
    const { status, stdout, stderr } = spawnSync(process.execPath, [entry], {
      env: { INPUT_METRICS: one, INPUT_ADDRESS: 'prometheus:9090', INPUT_CANARI: 'x' },
      encoding: 'utf8',
    });
    assert.equal(status, 1, stderr);
    assert.match(stdout, /canary-gate has no input `canari`/);
    assert.match(stdout, /Did you mean "http:\/\/prometheus:9090"\?/);
    assert.doesNotMatch(stdout + stderr, /\bat .*:\d+:\d+/);
  });
});

describe('a moment', () => {
  it('is RFC 3339 or seconds since the epoch', () => {
    assert.equal(instant.parse('2026-03-01T14:00:00Z'), Date.UTC(2026, 2, 1, 14));
    assert.equal(instant.parse('2026-03-01T14:00+02:00'), Date.UTC(2026, 2, 1, 12));
    assert.equal(instant.parse('1767225600.5'), 1767225600500);
  });

  for (const [value, hint] of [
    ['2026-03-01T14:00:00', /zone.*14:00:00Z/],
    ['2026-13-01T14:00:00Z', /^$/],
    ['yesterday', /^$/],
    ['2026', /^$/],
  ] as const)
    it(`is not ${value}`, () =>
      assert.throws(
        () => instant.parse(value),
        (thrown) => thrown instanceof Misfit && hint.test(thrown.message),
      ));
});
