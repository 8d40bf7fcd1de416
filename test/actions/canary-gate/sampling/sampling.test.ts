import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { at, stringAt } from '../../../../src/json/json.ts';
import { expectWithNote } from '../../../jest-support.ts';
import { constant, GateHarness, latencyMetric, noisy, QUERY, START } from '../harness.ts';

let gate: GateHarness;
beforeEach(async () => {
  gate = await GateHarness.open();
});
afterEach(() => gate.close());

describe('live sampling', () => {
  it('queries both arms for exactly the time of the sample round', async () => {
    gate.arms(constant(1), constant(1));
    await gate.run({ metrics: latencyMetric(), delay: '1m' });
    const times = gate.prometheus.requests.map(({ parameters }) => Number(parameters.get('time')) - START);
    expectWithNote(times.slice(0, 2), 'the queries are tried before the delay').toStrictEqual([0, 0]);
    expect(times.slice(2)).toStrictEqual(
      Array.from({ length: 20 }, (_, index) => [60 + 30 * (index + 1), 60 + 30 * (index + 1)]).flat(),
    );
  });

  it('logs a line at least every 15 seconds', async () => {
    gate.arms(constant(1), constant(1));
    const { log } = await gate.run({ metrics: latencyMetric(), delay: '40s', duration: '5m' });
    expect(log).toMatch(
      /… next sample round in 25 s\n {2}… next sample round in 10 s\n.*… next sample round in 15 s\n {2} 1\/10 /s,
    );
  });

  it('keeps samples and outputs when the job is cancelled', async () => {
    gate.arms(constant(100), constant(100));
    gate.clock.onSleep = () => {
      if (gate.clock.now() >= (START + 150) * 1000) gate.cancel('SIGINT');
    };
    const { outputs, samples } = await gate.run({ metrics: latencyMetric() });
    expect(outputs['status']).toBe('cancelled');
    expect(outputs['verdict']).toBe('inconclusive');
    expect(samples.length).toBe(10);
  });
});

describe('retrospective sampling', () => {
  it('judges a time range of the past at once', async () => {
    gate.arms(noisy(100), noisy(140, 1000));
    const past = { mode: 'retrospective', start: '2025-12-31T23:00:00Z', end: '2025-12-31T23:30:00Z' };
    const { outputs, elapsed, samples, summary } = await gate.run({ metrics: latencyMetric(), ...past });
    expect(outputs['verdict']).toBe('fail');
    expect(elapsed).toBe(0);
    expect(samples.length).toBe(2 * 60);
    expect(stringAt(samples, 0, 'time')).toBe('2025-12-31T23:00:30.000Z');
    expect(summary).toMatch(/30 min · 60 of 60 sample rounds/);
  });
});

describe('when the metrics server fails', () => {
  it('a failed query is a missing sample, and sampling continues', async () => {
    gate.arms(noisy(100), noisy(100, 1000));
    // Three attempts each: both arms fail in two rounds.
    const failing = new RegExp(`time=${START + 90}|time=${START + 300}`);
    gate.prometheus.faults.inject(failing, { kind: 'status', status: 503 }, 12);
    const { exitCode, outputs, samples, summary, log } = await gate.run({ metrics: latencyMetric() });
    expectWithNote(exitCode, outputs['summary']).toBe(0);
    expect(summary).toMatch(
      /36 of 40 samples in 20 rounds; missing: 2 × error \(latency, baseline\), 2 × error \(latency, canary\)/,
    );
    expect(samples.filter((sample) => at(sample, 'value') === null).length).toBe(4);
    expectWithNote(log.match(/A sample is missing/g)?.length, 'logged once').toBe(1);
  });

  it('sampling ends after five failed rounds in a row, with the verdict inconclusive', async () => {
    gate.arms(constant(100), constant(100));
    const { clock, prometheus } = gate;
    clock.onSleep = () => {
      if (clock.now() >= (START + 300) * 1000) prometheus.faults.inject(/query/, { kind: 'status', status: 503 }, 1000);
    };
    const { exitCode, outputs, summary, elapsed } = await gate.run({ metrics: latencyMetric() });
    expect(exitCode).toBe(1);
    expect(outputs['verdict']).toBe('inconclusive');
    expectWithNote(elapsed, `${elapsed}`).toBeLessThan(500_000);
    expect(summary).toMatch(/Ended early: the metrics server stopped answering\. .*HTTP 503/);
  });

  it('the run stops before sampling if a query is invalid or ambiguous, or the server is unreachable', async () => {
    gate.prometheus
      .series('value', { track: 'canary', pod: 'a' }, () => 1)
      .series('value', { track: 'canary', pod: 'b' }, () => 1);
    for (const [query, code] of [
      ['sum(value{track="{{ arm }}"}', 'query-invalid'],
      [QUERY, 'query-ambiguous'],
    ]) {
      const { exitCode, log, outputs, elapsed } = await gate.run({ metrics: `- { name: m, query: '${query}' }` });
      expect(exitCode).toBe(1);
      expect(log).toMatch(new RegExp(`canary-gate%3A ${code}`));
      expect(outputs['verdict']).toBe('inconclusive');
      expect(elapsed).toBe(0);
    }
    const unreachable = await gate.run({ metrics: latencyMetric(), address: 'http://127.0.0.1:9' });
    expect(unreachable.log).toMatch(/canary-gate%3A metrics-unreachable/);
  });
});
