import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { at, stringAt } from '../../../../src/json/json.ts';
import { constant, GateHarness, latencyMetric, noisy } from '../harness.ts';

let gate: GateHarness;
beforeEach(async () => {
  gate = await GateHarness.open();
});
afterEach(() => gate.close());

const metrics = latencyMetric(', threshold: "< 150", critical: true');

describe('thresholds', () => {
  it('end the run early once a critical metric has certainly failed', async () => {
    gate.arms(constant(100), (round) => (round < 5 ? 100 : 200));
    const { exitCode, outputs, elapsed, log, summary } = await gate.run({ metrics });
    expect(exitCode).toBe(1);
    expect(outputs['verdict']).toBe('fail');
    // Two of twenty samples may violate it. The third violation, in round 7, decides.
    expect(elapsed).toBe(7 * 30_000);
    expect(log).toMatch(/3 of 7 samples are not < 150 \(2 allowed\)/);
    expect(summary).toMatch(/Ended early: latency had certainly failed/);
  });

  it("don't end the run early if other metrics can outweigh the failed one", async () => {
    gate.arms(constant(100), constant(200));
    const { elapsed, outputs } = await gate.run({
      metrics: `
metrics:
  ${latencyMetric(', threshold: "< 150", weight: 1')}
  - { name: other, query: 'other{track="{{ arm }}"}', weight: 9 }
`,
      'pass-score': '90',
      'fail-on': 'none',
    });
    expect(elapsed).toBe(600_000);
    expect(outputs['verdict']).toBe('inconclusive');
  });

  it('never end the run early because they are satisfied', async () => {
    gate.arms(noisy(100), noisy(100, 1000));
    const { elapsed, outputs } = await gate.run({ metrics });
    expect(elapsed).toBe(600_000);
    expect(outputs['verdict']).toBe('pass');
  });
});

describe('judge threshold', () => {
  it('decides by the canary alone, without querying the baseline', async () => {
    gate.arms(constant(undefined), (round) => (round === 3 ? 200 : 100));
    const { outputs, summary, metrics: output } = await gate.run({ metrics, judge: 'threshold' });
    expect(outputs['verdict']).toBe('pass');
    expect(summary).toMatch(/\| latency \| 100 ms \| `< 150`, 1 violation \(2 allowed\) \| ✓ /);
    expect(at(output, 0, 'queries', 'baseline')).toBeUndefined();
    expect(
      gate.prometheus.requests.every(({ parameters }) => !parameters.get('query')?.includes('stable')),
    ).toBeTruthy();
  });

  it('allows as many violations as failure-limit says', async () => {
    gate.arms(constant(100), (round) => (round % 4 === 0 ? 200 : 100));
    const limited = (limit: number) => latencyMetric(`, threshold: "<= 150", failure-limit: ${limit}`);
    expect((await gate.run({ metrics: limited(5), judge: 'threshold' })).outputs['verdict']).toBe('pass');
    expect((await gate.run({ metrics: limited(4), judge: 'threshold' })).outputs['verdict']).toBe('fail');
  });

  it('is inconclusive if more than half of the samples are missing', async () => {
    gate.arms(constant(100), (round) => (round <= 9 ? 100 : undefined));
    const { outputs, metrics: output } = await gate.run({ metrics, judge: 'threshold' });
    expect(outputs['verdict']).toBe('inconclusive');
    expect(stringAt(output, 0, 'reason') ?? '').toMatch(/9 of 20 samples, 10 are needed/);
  });
});
