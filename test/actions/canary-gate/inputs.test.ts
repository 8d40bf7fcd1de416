import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectWithNote } from '../../jest-support.ts';
import { GateHarness } from './harness.ts';

const one = `- { name: latency, query: 'value{track="{{ arm }}"}' }`;

describe('inputs of canary-gate', () => {
  let gate: GateHarness;
  beforeAll(async () => {
    gate = await GateHarness.open();
  });
  afterAll(() => gate.close());

  it.each([
    ['no metrics', { metrics: '' }, /input-missing.*Neither `config` nor `metrics`/],
    ['both config and metrics', { config: 'a.yaml' }, /input-invalid.*`metrics` is given together with `config`/],
    [
      'a duration too short for the judge',
      { duration: '2m' },
      /`duration` leaves time for 4 sample rounds, but the judge mann-whitney needs 10.*at least 5 min/,
    ],
    ['an interval below a second', { interval: '500ms' }, /`interval` is 0\.5 s/],
    [
      'a marginal-score above pass-score',
      { 'marginal-score': '96' },
      /`marginal-score` is 96, above `pass-score` \(95\)/,
    ],
    ['fail-on with none and other verdicts', { 'fail-on': 'none, fail' }, /contains `none` and other verdicts/],
    ['start in live mode', { start: '2025-12-01T00:00:00Z' }, /`start` applies only to the past/],
    ['retrospective mode without start', { mode: 'retrospective' }, /`start` is missing/],
    [
      'an end before the start',
      { mode: 'retrospective', start: '2025-12-02T00:00:00Z', end: '2025-12-01T00:00:00Z' },
      /`end` is not after `start`/,
    ],
    [
      'a time range that ends in the future',
      { mode: 'retrospective', start: '2025-12-31T23:59:00Z' },
      /`duration` leads to 2026-01-01T00:09:00\.000Z, which is in the future/,
    ],
    ['no value for an arm', { canary: '' }, /input-missing.*`canary` is missing: the query of "latency" contains/],
    [
      'the same value for both arms',
      { baseline: 'canary' },
      /both "canary", so "latency" would compare the canary with itself/,
    ],
    [
      'the same query for both arms',
      { metrics: '- { name: a, query: b }' },
      /config-invalid.*are the same for baseline and canary/,
    ],
    ['the judge threshold without thresholds', { judge: 'threshold' }, /can't decide on "latency": no `threshold`/],
    [
      'a failure-limit that no run can reach',
      { metrics: one.replace(/ }$/, ', threshold: "< 1", failure-limit: 20 }') },
      /violate its threshold 20 times in 20 sample rounds/,
    ],
    [
      'credentials in the address',
      { address: 'http://me:s3cret@prometheus' },
      /→ Remove the user name.*input `token`.*`headers`/,
    ],
    ['an unknown judge', { judge: 'mann-whitny' }, /Did you mean "mann-whitney"/],
  ] as const)('are rejected before any query is sent: %s', async (_what, inputs, message) => {
    const { exitCode, log, outputs } = await gate.run({ metrics: one, ...inputs });
    expect(exitCode).toBe(1);
    expect(log.replaceAll('%0A', ' ')).toMatch(message);
    expectWithNote(log, 'a remedy').toMatch(/%0A→ ./);
    expect(outputs['verdict']).not.toBe('pass');
    expect(gate.prometheus.requests.length).toBe(0);
  });

  it('are rejected in a process of its own with a message, exit code 1 and no stack trace', () => {
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
