import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { at } from '../../../src/json/json.ts';
import { expectWithNote, invariant } from '../../jest-support.ts';
import { constant, GateHarness, latencyMetric, noisy } from './harness.ts';

let gate: GateHarness;
beforeEach(async () => {
  gate = await GateHarness.open();
});
afterEach(() => gate.close());

describe('canary-gate', () => {
  it('writes the report to a file and the verdict to the delivery record', async () => {
    gate.arms(noisy(100), noisy(100, 1000));
    const { outputs, summary } = await gate.run({ metrics: latencyMetric() });
    expect(existsSync(outputs['report'] ?? '')).toBeTruthy();
    expect(readFileSync(outputs['report'] ?? '', 'utf8').trim()).toBe(summary.trim());
    const record = JSON.parse(outputs['record'] ?? '');
    expect(at(record, 'details', 'verdict')).toBe('pass');
    expect(at(record, 'details', 'metrics', 0, 'decision')).toBe('pass');
  });

  it('runs each query once and decides nothing in a dry run', async () => {
    gate.arms(constant(100), constant(undefined));
    const { exitCode, outputs, log, elapsed, summary } = await gate.run({
      metrics: latencyMetric(),
      'dry-run': 'true',
    });
    expect(exitCode).toBe(0);
    expect(outputs['verdict']).toBe('inconclusive');
    expect(outputs['samples']).toBe('');
    expect(elapsed).toBe(0);
    expect(log).toMatch(/latency, baseline: 100 {2}← value\{track="stable"\}/);
    expect(log).toMatch(/latency, canary: no data yet/);
    expect(summary).toMatch(
      /### canary-gate: dry run\n\n1 metric checked, nothing decided\. 1 query found nothing yet/,
    );
    expect(summary).toMatch(/\| metric \| baseline \| canary \|\n.*\n\| latency \| 100 ms \| no data \|/);
    expect(summary).toMatch(/\*\*latency\*\*, canary\n\n```promql\nvalue\{track="canary"\}\n```/);
  });

  it('logs a notice if the range of a query is longer than the interval', async () => {
    gate.arms(constant(0), constant(0));
    const arms = `{track="{{ arm }}"}`;
    const withRange = (name: string, range: string) => `- { name: ${name}, query: 'sum(rate(n${arms}[${range}]))' }`;
    for (const arm of ['stable', 'canary'])
      for (const range of ['30s', '1m']) gate.prometheus.answer(`sum(rate(n{track="${arm}"}[${range}]))`, () => 0);
    const metrics = [latencyMetric(), withRange('errors', '1m'), withRange('short', '30s')].join('\n');
    const { log } = await gate.run({ metrics });
    expect(log.match(/::notice .*/g)?.length).toStrictEqual(1);
    expect(log).toMatch(/::notice .*samples-overlap::.*30 s apart.*"errors" looks back over 1 min.*`interval: 60s`/);
    const apart = await gate.run({ metrics, interval: '1m' });
    expect(apart.log).not.toMatch(/::notice/);
  });
});

describe('the input config', () => {
  it('names a file, which may have a different query for each arm', async () => {
    gate.prometheus.answer('old', () => 1).answer('new', () => 1);
    const config = `
metrics:
  - name: m
    baseline-query: old
    canary-query: new
`;
    writeFileSync(join(gate.folder, 'canary.yaml'), config);
    const { outputs } = await gate.run({ config: 'canary.yaml', baseline: '', canary: '' });
    expectWithNote(outputs['verdict'], outputs['summary']).toBe('pass');
  });

  it('is rejected if it is a symbolic link out of the workspace', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'canary-gate-elsewhere-'));
    writeFileSync(join(elsewhere, 'secret.yaml'), 'password: hunter22\n');
    symlinkSync(join(elsewhere, 'secret.yaml'), join(gate.folder, 'canary.yaml'));
    const { exitCode, log } = await gate.run({ config: 'canary.yaml' });
    rmSync(elsewhere, { recursive: true });
    expect(exitCode).toBe(1);
    expect(log).toMatch(/`config` is "canary\.yaml", which leads out of the workspace through a symbolic link/);
    expect(log).not.toMatch(/password/);
  });
});

describe('credentials', () => {
  const VALUE = '{"status":"success","data":{"resultType":"scalar","result":[0,"1"]}}';
  const ERROR_WITH_TOKEN = '{"status":"error","errorType":"execution","error":"no right for t0ken_value"}';

  it('are redacted everywhere, including files, if the server repeats them in an error', async () => {
    gate.prometheus.faults.inject(/query/, { kind: 'status', status: 200, body: VALUE }, 2);
    gate.prometheus.faults.inject(/query/, { kind: 'status', status: 422, body: ERROR_WITH_TOKEN }, 200);
    const { outputs, summary, log } = await gate.run({
      metrics: latencyMetric(', threshold: "< 5"'),
      headers: 'Authorization: Bearer t0ken_value',
      judge: 'threshold',
      duration: '1m',
    });
    invariant(outputs['samples'], log);
    const files = [outputs['samples'], outputs['report']].map((file) => readFileSync(file ?? '', 'utf8'));
    const logged = log.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    const everything = [...logged, summary, ...files, ...Object.values(outputs)].join('\n');
    expect(files[0] ?? '').toMatch(/\*\*\*/);
    expect(everything).not.toMatch(/t0ken\\?_value/);
  });

  it('are sent with each query and never shown', async () => {
    const guarded = await GateHarness.open({ token: 's3cret-token', headers: { 'x-api-key': 'k3y-value' } });
    try {
      guarded.arms(constant(1), constant(1));
      const inputs = { metrics: latencyMetric(), token: 's3cret-token', headers: 'X-API-Key: k3y-value' };
      const { outputs, log, summary } = await guarded.run(inputs);
      expect(outputs['verdict']).toBe('pass');
      const shown = log.replaceAll(/^::add-mask::.*$/gm, '');
      for (const text of [shown, summary, JSON.stringify(outputs)]) expect(text).not.toMatch(/s3cret-token|k3y-value/);
      const { log: refused } = await guarded.run({ metrics: latencyMetric(), token: 'wrong-token' });
      expect(refused).toMatch(/metrics-unauthorized/);
    } finally {
      await guarded.close();
    }
  });
});

describe('the input canary', () => {
  it("can't leave the string that contains {{ arm }}", async () => {
    await gate.run({ metrics: latencyMetric(), canary: 'x"} or vector(0) #' });
    const queries = gate.prometheus.requests.map(({ parameters }) => parameters.get('query'));
    expect(queries).toContain('value{track="x\\u0022} or vector(0) #"}');
  });
});
