import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { at, stringAt } from '../../../../src/json/json.ts';
import { expectWithNote } from '../../../jest-support.ts';
import { constant, GateHarness, latencyMetric, noise, noisy, QUERY } from '../harness.ts';

let gate: GateHarness;
beforeEach(async () => {
  gate = await GateHarness.open();
});
afterEach(() => gate.close());

describe('judge mann-whitney in a run', () => {
  it('passes a canary that is like its baseline, after the whole duration', async () => {
    gate.arms(noisy(100), noisy(100, 1000));
    const { exitCode, outputs, metrics, elapsed, summary, samples } = await gate.run({ metrics: latencyMetric() });
    expectWithNote(exitCode, outputs['summary']).toBe(0);
    expect(outputs['verdict']).toBe('pass');
    expect(outputs['score']).toBe('100');
    expect(elapsed).toBe(600_000);
    expect(stringAt(metrics, 0, 'decision')).toBe('pass');
    expect(at(metrics, 0, 'samples', 'canary', 'taken')).toBe(20);
    expect(samples.length).toBe(40);
    expect(summary).toMatch(/### canary-gate: pass \(score 100\)/);
    expect(summary).toMatch(
      /\| latency \| [\d.]+ ms \| [\d.]+ ms \| .+ % \(−.+ … \+.+\), margin 20 % \| ✓ within the margin \|/,
    );
    expect(summary).toMatch(/40 of 40 samples in 20 rounds, none missing/);
  });

  it('fails a canary that is worse by more than the margin, and reports the effect size', async () => {
    gate.arms(noisy(100), noisy(140, 1000));
    const { exitCode, outputs, metrics, summary, log } = await gate.run({ metrics: latencyMetric(', critical: true') });
    expect(exitCode).toBe(1);
    expect(outputs['verdict']).toBe('fail');
    expect(outputs['status']).toBe('failure');
    expect(stringAt(metrics, 0, 'decision')).toBe('fail');
    const lower = Number(at(metrics, 0, 'effect', 'lower'));
    expectWithNote(lower > 30 && lower < 40, `${lower}`).toBeTruthy();
    expect(summary).toMatch(/✗ higher by more than the margin, critical/);
    expect(log).toMatch(
      /::error title=canary-gate%3A canary-fail::.*verdict is fail.*latency: higher by more than the margin, \+\d+\.?\d* %25 \(.*\), margin 20 %25/,
    );
  });

  it('passes two arms without errors, even if one of them lacks a sample', async () => {
    gate.arms(constant(0), (round) => (round === 7 ? undefined : 0));
    const { outputs } = await gate.run({ metrics: latencyMetric() });
    expect(outputs['verdict']).toBe('pass');
  });

  it('never passes two arms that are the same series, and advises to correct the queries', async () => {
    const both = noisy(100);
    gate.arms(both, (round) => (round === 7 ? undefined : both(round)));
    const { exitCode, outputs, metrics, log } = await gate.run({ metrics: latencyMetric() });
    expect(exitCode).toBe(1);
    expect(outputs['verdict']).toBe('inconclusive');
    expect(stringAt(metrics, 0, 'decision')).toBe('inconclusive');
    expect(stringAt(metrics, 0, 'reason') ?? '').toMatch(/^both queries give the same series$/);
    expect(log).toMatch(/→ .*select both arms/);
  });

  it('passes two arms with one rare event in the same round, because that may be chance or a common cause', async () => {
    const both = (round: number) => (round === 7 ? 1 : 0);
    gate.arms(both, both);
    const { outputs, metrics } = await gate.run({ metrics: latencyMetric(', margin: 0.5') });
    expect(stringAt(metrics, 0, 'reason')).toBe('within the margin');
    expect(outputs['verdict']).toBe('pass');
  });

  it('compares arms that have the same values in a different order', async () => {
    gate.arms(noisy(100), (round) => 100 * noise(21 - round));
    const { outputs } = await gate.run({ metrics: latencyMetric() });
    expect(outputs['verdict']).toBe('pass');
  });

  it('is inconclusive if medians are equal but the mean is worse by more than the margin', async () => {
    // Mostly zeros: both medians are 0, but the canary's mean is ten times as high.
    gate.arms(
      (round) => (round % 5 === 0 ? 0.001 : 0),
      (round) => (round % 5 === 0 ? 0.01 : 0),
    );
    const { outputs, metrics } = await gate.run({ metrics: latencyMetric(', margin: 0.0005') });
    expect(outputs['verdict']).toBe('inconclusive');
    expect(stringAt(metrics, 0, 'reason') ?? '').toMatch(/mean differs/);
  });

  it('fails a canary with errors in seven of ten samples, which Kayenta passes', async () => {
    gate.arms(constant(0), (round) => ((round * 7) % 10 < 7 ? 0.05 : 0));
    const { outputs } = await gate.run({ metrics: latencyMetric() });
    expect(outputs['verdict']).toBe('fail');
  });

  it('decides by the direction that is bad', async () => {
    gate.arms(noisy(100), noisy(140, 1000));
    for (const [direction, verdict] of [
      ['decrease', 'pass'],
      ['either', 'fail'],
      ['increase', 'fail'],
    ] as const) {
      const { outputs } = await gate.run({ metrics: `- { name: m, query: '${QUERY}', direction: ${direction} }` });
      expectWithNote(outputs['verdict'], direction).toBe(verdict);
    }
  });

  it('gives the verdict marginal for a score between the thresholds, which fails the step only if fail-on says so', async () => {
    gate.arms(noisy(100), noisy(100, 1000));
    gate.prometheus.answer('bad{track="stable"}', (time) => noise(time));
    gate.prometheus.answer('bad{track="canary"}', (time) => 2 * noise(time));
    const metrics = `
metrics:
  ${latencyMetric(', weight: 4')}
  - { name: bad, query: 'bad{track="{{ arm }}"}', weight: 1 }
`;
    const marginal = await gate.run({ metrics });
    expect(marginal.outputs['verdict']).toBe('marginal');
    expect(marginal.outputs['score']).toBe('80');
    expectWithNote(marginal.exitCode, 'marginal does not fail by default').toBe(0);
    expect(marginal.log).toMatch(/::warning title=canary-gate::The canary's verdict is marginal/);
    const strict = await gate.run({ metrics, 'fail-on': 'fail, marginal, inconclusive' });
    expect(strict.exitCode).toBe(1);
    expect(strict.log).toMatch(/canary-marginal/);
  });

  it('never fails the step with fail-on none', async () => {
    const { exitCode, outputs } = await gate.run({ metrics: latencyMetric(), 'fail-on': 'none' });
    expect(exitCode).toBe(0);
    expect(outputs['verdict']).toBe('inconclusive');
  });
});
