import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stringAt } from '../../../../src/json/json.ts';
import { expectWithNote } from '../../../jest-support.ts';
import { constant, GateHarness, latencyMetric, noise, noisy } from '../harness.ts';

let gate: GateHarness;
beforeEach(async () => {
  gate = await GateHarness.open();
});
afterEach(() => gate.close());

describe('missing data', () => {
  it('in one arm or both never passes', async () => {
    for (const [baseline, canary] of [
      [undefined, undefined],
      [100, undefined],
      [undefined, 100],
    ]) {
      gate.arms(constant(baseline), constant(canary));
      const { exitCode, outputs, metrics, log } = await gate.run({ metrics: latencyMetric() });
      expect(exitCode).toBe(1);
      expect(log).toMatch(/→ Try the queries that found nothing/);
      expect(outputs['verdict']).toBe('inconclusive');
      const inBoth = baseline === undefined && canary === undefined;
      expect(stringAt(metrics, 0, 'decision')).toBe(inBoth ? 'no-data' : 'inconclusive');
    }
  });

  it('gives inconclusive if the only metric has no data, even with must-have-data false', async () => {
    gate.arms(constant(undefined), constant(undefined));
    const allowed = await gate.run({ metrics: latencyMetric(', must-have-data: false') });
    expectWithNote(allowed.outputs['verdict'], 'no metric is left').toBe('inconclusive');
  });

  it('in one arm only is inconclusive, even with must-have-data false', async () => {
    gate.arms(constant(100), constant(undefined));
    gate.prometheus.answer('good{track="stable"}', noise).answer('good{track="canary"}', (time) => noise(time + 7));
    const metrics = `
metrics:
  ${latencyMetric(', must-have-data: false')}
  - { name: good, query: 'good{track="{{ arm }}"}' }
`;
    const { outputs, summary } = await gate.run({ metrics });
    expect(outputs['verdict']).toBe('inconclusive');
    expect(summary).toMatch(/\? no samples in the canary \|/);
  });

  it('in both arms leaves the metric out of the score with must-have-data false', async () => {
    gate.arms(noisy(100), noisy(100, 1000));
    const metrics = `
metrics:
  ${latencyMetric()}
  - { name: memory, query: 'memory{track="{{ arm }}"}', must-have-data: false }
`;
    const { exitCode, outputs, summary } = await gate.run({ metrics });
    expectWithNote(exitCode, outputs['summary']).toBe(0);
    expect(outputs['verdict']).toBe('pass');
    expect(summary).toMatch(
      /\| memory \| – \| – \| no samples in either arm \| \? no samples in either arm \(allowed\) \|/,
    );
    expect(summary).toMatch(/missing: 20 × no data \(memory, baseline\), 20 × no data \(memory, canary\)/);
  });

  it('that leaves too few samples in an arm is inconclusive', async () => {
    gate.arms(noisy(100), (round) => (round % 3 === 0 ? 100 * noise(round + 1000) : undefined));
    const { outputs, metrics } = await gate.run({ metrics: latencyMetric() });
    expect(outputs['verdict']).toBe('inconclusive');
    expect(stringAt(metrics, 0, 'reason') ?? '').toMatch(/6 samples in an arm, 10 are needed/);
  });
});
