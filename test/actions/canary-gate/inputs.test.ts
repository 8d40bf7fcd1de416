import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { timestamp } from '../../../src/actions/canary-gate/timestamp.ts';
import { InvalidInput } from '../../../src/core/input-types.ts';
import { errorLike, expectWithNote } from '../../jest-support.ts';
import { GateHarness } from './harness.ts';

const one = `- { name: latency, query: 'value{track="{{ arm }}"}' }`;

describe('inputs of canary-gate', () => {
  let bench: GateHarness;
  beforeAll(async () => {
    bench = await GateHarness.open();
  });
  afterAll(() => bench.close());

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
      const { exitCode, log, outputs } = await bench.run({ metrics: one, ...inputs });
      expect(exitCode).toBe(1);
      expect(log.replaceAll('%0A', ' ')).toMatch(message);
      expectWithNote(log, 'a remedy').toMatch(/%0A→ ./);
      expect(outputs['verdict']).not.toBe('pass');
      expect(bench.prometheus.requests.length).toBe(0);
    });

  it('stops in a process of its own with a sentence, exit code 1 and no stack', () => {
    const entry = join(import.meta.dirname, '../../../src/actions/canary-gate/index.ts');
    const { status, stdout, stderr } = spawnSync(process.execPath, [entry], {
      env: { INPUT_METRICS: one, INPUT_ADDRESS: 'prometheus:9090', INPUT_CANARI: 'x' },
      encoding: 'utf8',
    });
    expectWithNote(status, stderr).toBe(1);
    expect(stdout).toMatch(/canary-gate has no input `canari`/);
    expect(stdout).toMatch(/Did you mean "http:\/\/prometheus:9090"\?/);
    expect(stdout + stderr).not.toMatch(/\bat .*:\d+:\d+/);
  });
});

describe('a moment', () => {
  it('is RFC 3339 or seconds since the epoch', () => {
    expect(timestamp.parse('2026-03-01T14:00:00Z')).toBe(Date.UTC(2026, 2, 1, 14));
    expect(timestamp.parse('2026-03-01T14:00+02:00')).toBe(Date.UTC(2026, 2, 1, 12));
    expect(timestamp.parse('1767225600.5')).toBe(1767225600500);
  });

  for (const [value, hint] of [
    ['2026-03-01T14:00:00', /zone.*14:00:00Z/],
    ['2026-13-01T14:00:00Z', /^$/],
    ['yesterday', /^$/],
    ['2026', /^$/],
  ] as const)
    it(`is not ${value}`, () =>
      expect(() => timestamp.parse(value)).toThrow(
        errorLike((thrown) => thrown instanceof InvalidInput && hint.test(thrown.message)),
      ));
});
