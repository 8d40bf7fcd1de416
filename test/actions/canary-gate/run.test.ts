import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { at, stringAt } from '../../../src/json/json.ts';
import { expectWithNote, invariant } from '../../jest-support.ts';
import { GateHarness, noise, START } from './harness.ts';

const QUERY = 'value{track="{{ arm }}"}';
const one = (extra = '') => `- { name: latency, query: '${QUERY}', direction: increase, unit: ms${extra} }`;

const VALUE = '{"status":"success","data":{"resultType":"scalar","result":[0,"1"]}}';
const ECHO = '{"status":"error","errorType":"execution","error":"no right for t0ken_value"}';

let bench: GateHarness;
beforeEach(async () => {
  bench = await GateHarness.open();
});
afterEach(() => bench.close());

describe('canary-gate, live', () => {
  it('passes a canary that is like its baseline, after the whole duration', async () => {
    bench.arms(
      (look) => 100 * noise(look),
      (look) => 100 * noise(look + 1000),
    );
    const { exitCode, outputs, metrics, elapsed, summary, samples } = await bench.run({ metrics: one() });
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
    expect(summary).toMatch(/40 of 40 samples in 20 looks, none missing/);
  });

  it('fails a canary that is worse by more than the margin, and says by how much', async () => {
    bench.arms(
      (look) => 100 * noise(look),
      (look) => 140 * noise(look + 1000),
    );
    const { exitCode, outputs, metrics, summary, log } = await bench.run({ metrics: one(', critical: true') });
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

  it('asks both arms for the very time of the look', async () => {
    bench.arms(
      () => 1,
      () => 1,
    );
    await bench.run({ metrics: one(), delay: '1m' });
    const times = bench.prometheus.requests.map(({ parameters }) => Number(parameters.get('time')) - START);
    expectWithNote(times.slice(0, 2), 'the queries are tried before the delay').toStrictEqual([0, 0]);
    expect(times.slice(2)).toStrictEqual(
      Array.from({ length: 20 }, (_, index) => [60 + 30 * (index + 1), 60 + 30 * (index + 1)]).flat(),
    );
  });

  it('passes two arms that never had an error, also where one of them lacks a sample', async () => {
    bench.arms(
      () => 0,
      (look) => (look === 7 ? undefined : 0),
    );
    const { outputs } = await bench.run({ metrics: one() });
    expect(outputs['verdict']).toBe('pass');
  });

  it('never passes two arms that are one series: the queries tell nothing apart', async () => {
    const both = (look: number) => 100 * noise(look);
    bench.arms(both, (look) => (look === 7 ? undefined : both(look)));
    const { exitCode, outputs, metrics, log } = await bench.run({ metrics: one() });
    expect(exitCode).toBe(1);
    expect(outputs['verdict']).toBe('inconclusive');
    expect(stringAt(metrics, 0, 'decision')).toBe('inconclusive');
    expect(stringAt(metrics, 0, 'reason') ?? '').toMatch(/^both queries give the same series$/);
    expect(log).toMatch(/→ .*select both arms/);
  });

  it('passes two arms that both had a rare event at the same look: that may be chance, or what they share', async () => {
    const both = (look: number) => (look === 7 ? 1 : 0);
    bench.arms(both, both);
    const { outputs, metrics } = await bench.run({ metrics: one(', margin: 0.5') });
    expect(stringAt(metrics, 0, 'reason')).toBe('within the margin');
    expect(outputs['verdict']).toBe('pass');
  });

  it('compares arms that have the same values at other times', async () => {
    bench.arms(
      (look) => 100 * noise(look),
      (look) => 100 * noise(21 - look),
    );
    const { outputs } = await bench.run({ metrics: one() });
    expect(outputs['verdict']).toBe('pass');
  });

  it('says that samples overlap where a query looks back further than to the look before', async () => {
    bench.arms(
      () => 0,
      () => 0,
    );
    const arms = `{track="{{ arm }}"}`;
    const ranged = (name: string, range: string) => `- { name: ${name}, query: 'sum(rate(n${arms}[${range}]))' }`;
    for (const arm of ['stable', 'canary'])
      for (const range of ['30s', '1m']) bench.prometheus.answer(`sum(rate(n{track="${arm}"}[${range}]))`, () => 0);
    const metrics = [one(), ranged('errors', '1m'), ranged('short', '30s')].join('\n');
    const { log } = await bench.run({ metrics });
    expect(log.match(/::notice .*/g)?.length).toStrictEqual(1);
    expect(log).toMatch(/::notice .*samples-overlap::.*30 s apart.*"errors" looks back over 1 min.*`interval: 60s`/);
    const apart = await bench.run({ metrics, interval: '1m' });
    expect(apart.log).not.toMatch(/::notice/);
  });

  it('says something every 15 seconds', async () => {
    bench.arms(
      () => 1,
      () => 1,
    );
    const { log } = await bench.run({ metrics: one(), delay: '40s', duration: '5m' });
    expect(log).toMatch(/… going on in 25 s\n {2}… going on in 10 s\n.*… going on in 15 s\n {2} 1\/10 /s);
  });

  it('never passes without data', async () => {
    for (const [baseline, canary] of [
      [undefined, undefined],
      [100, undefined],
      [undefined, 100],
    ]) {
      bench.arms(
        () => baseline,
        () => canary,
      );
      const { exitCode, outputs, metrics, log } = await bench.run({ metrics: one() });
      expect(exitCode).toBe(1);
      expect(log).toMatch(/→ Try the queries that found nothing/);
      expect(outputs['verdict']).toBe('inconclusive');
      const silent = baseline === undefined && canary === undefined;
      expect(stringAt(metrics, 0, 'decision')).toBe(silent ? 'no-data' : 'inconclusive');
    }
    bench.arms(
      () => undefined,
      () => undefined,
    );
    const allowed = await bench.run({ metrics: one(', must-have-data: false') });
    expectWithNote(allowed.outputs['verdict'], 'nothing is left to pass on').toBe('inconclusive');
  });

  it('does not leave out a metric that only one arm has, even where the config lets it be left out', async () => {
    bench.arms(
      () => 100,
      () => undefined,
    );
    bench.prometheus.answer('good{track="stable"}', noise).answer('good{track="canary"}', (time) => noise(time + 7));
    const metrics = `${one(', must-have-data: false')}\n- { name: good, query: 'good{track="{{ arm }}"}' }`;
    const { outputs, summary } = await bench.run({ metrics });
    expect(outputs['verdict']).toBe('inconclusive');
    expect(summary).toMatch(/\? no samples in the canary \|/);
  });

  it('leaves out a metric without data where the config allows it, beside one that has data', async () => {
    bench.arms(
      (look) => 100 * noise(look),
      (look) => 100 * noise(look + 1000),
    );
    const metrics = `${one()}\n- { name: memory, query: 'memory{track="{{ arm }}"}', must-have-data: false }`;
    const { exitCode, outputs, summary } = await bench.run({ metrics });
    expectWithNote(exitCode, outputs['summary']).toBe(0);
    expect(outputs['verdict']).toBe('pass');
    expect(summary).toMatch(
      /\| memory \| – \| – \| no samples in either arm \| \? no samples in either arm \(allowed\) \|/,
    );
    expect(summary).toMatch(/missing: 20 × no data \(memory, baseline\), 20 × no data \(memory, canary\)/);
  });

  it('is inconclusive where too few samples came', async () => {
    bench.arms(
      (look) => 100 * noise(look),
      (look) => (look % 3 === 0 ? 100 * noise(look + 1000) : undefined),
    );
    const { outputs, metrics } = await bench.run({ metrics: one() });
    expect(outputs['verdict']).toBe('inconclusive');
    expect(stringAt(metrics, 0, 'reason') ?? '').toMatch(/6 samples in an arm, 10 are needed/);
  });

  it('does not call a doubling of a rare error rate good', async () => {
    // Mostly zeros: the medians are equal, the typical sample says nothing, the mean says ten times as much.
    bench.arms(
      (look) => (look % 5 === 0 ? 0.001 : 0),
      (look) => (look % 5 === 0 ? 0.01 : 0),
    );
    const { outputs, metrics } = await bench.run({ metrics: one(', margin: 0.0005') });
    expect(outputs['verdict']).toBe('inconclusive');
    expect(stringAt(metrics, 0, 'reason') ?? '').toMatch(/mean differs/);
  });

  it('finds errors in seven of ten samples, which Kayenta passes', async () => {
    bench.arms(
      () => 0,
      (look) => ((look * 7) % 10 < 7 ? 0.05 : 0),
    );
    const { outputs } = await bench.run({ metrics: one() });
    expect(outputs['verdict']).toBe('fail');
  });

  it('judges `decrease` and `either` by the way that is bad', async () => {
    bench.arms(
      (look) => 100 * noise(look),
      (look) => 140 * noise(look + 1000),
    );
    for (const [direction, verdict] of [
      ['decrease', 'pass'],
      ['either', 'fail'],
      ['increase', 'fail'],
    ] as const) {
      const { outputs } = await bench.run({ metrics: `- { name: m, query: '${QUERY}', direction: ${direction} }` });
      expectWithNote(outputs['verdict'], direction).toBe(verdict);
    }
  });

  it('weighs metrics, and is marginal in between', async () => {
    bench.arms(
      (look) => 100 * noise(look),
      (look) => 100 * noise(look + 1000),
    );
    bench.prometheus.answer('bad{track="stable"}', (time) => noise(time));
    bench.prometheus.answer('bad{track="canary"}', (time) => 2 * noise(time));
    const metrics = `${one(', weight: 4')}\n- { name: bad, query: 'bad{track="{{ arm }}"}', weight: 1 }`;
    const marginal = await bench.run({ metrics });
    expect(marginal.outputs['verdict']).toBe('marginal');
    expect(marginal.outputs['score']).toBe('80');
    expectWithNote(marginal.exitCode, 'marginal does not fail by default').toBe(0);
    expect(marginal.log).toMatch(/::warning title=canary-gate::The canary's verdict is marginal/);
    const strict = await bench.run({ metrics, 'fail-on': 'fail, marginal, inconclusive' });
    expect(strict.exitCode).toBe(1);
    expect(strict.log).toMatch(/canary-marginal/);
  });

  it('leaves the decision to the workflow with fail-on none', async () => {
    const { exitCode, outputs } = await bench.run({ metrics: one(), 'fail-on': 'none' });
    expect(exitCode).toBe(0);
    expect(outputs['verdict']).toBe('inconclusive');
  });
});

describe('canary-gate, thresholds', () => {
  const metrics = one(', threshold: "< 150", critical: true');

  it('ends as soon as a critical threshold is violated beyond recovery', async () => {
    bench.arms(
      () => 100,
      (look) => (look < 5 ? 100 : 200),
    );
    const { exitCode, outputs, elapsed, log, summary } = await bench.run({ metrics });
    expect(exitCode).toBe(1);
    expect(outputs['verdict']).toBe('fail');
    // Two of twenty may violate; the third one, at look 7, can't be undone.
    expect(elapsed).toBe(7 * 30_000);
    expect(log).toMatch(/3 of 7 samples are not < 150 \(2 allowed\)/);
    expect(summary).toMatch(/Ended early: latency had failed beyond recovery/);
  });

  it('does not end early for a metric that can be outweighed', async () => {
    bench.arms(
      () => 100,
      () => 200,
    );
    const { elapsed, outputs } = await bench.run({
      metrics: `${one(', threshold: "< 150", weight: 1')}\n- { name: other, query: 'other{track="{{ arm }}"}', weight: 9 }`,
      'pass-score': '90',
      'fail-on': 'none',
    });
    expect(elapsed).toBe(600_000);
    expect(outputs['verdict']).toBe('inconclusive');
  });

  it('never ends early because all is well', async () => {
    bench.arms(
      (look) => 100 * noise(look),
      (look) => 100 * noise(look + 1000),
    );
    const { elapsed, outputs } = await bench.run({ metrics });
    expect(elapsed).toBe(600_000);
    expect(outputs['verdict']).toBe('pass');
  });

  it('judges the canary alone with the judge `threshold`', async () => {
    bench.arms(
      () => undefined,
      (look) => (look === 3 ? 200 : 100),
    );
    const { outputs, summary, metrics: found } = await bench.run({ metrics, judge: 'threshold' });
    expect(outputs['verdict']).toBe('pass');
    expect(summary).toMatch(/\| latency \| 100 ms \| `< 150`, violated 1 times \(2 allowed\) \| ✓ /);
    expect(at(found, 0, 'queries', 'baseline')).toBeUndefined();
    expect(
      bench.prometheus.requests.every(({ parameters }) => !parameters.get('query')?.includes('stable')),
    ).toBeTruthy();
  });

  it('takes the number of violations that the config allows', async () => {
    bench.arms(
      () => 100,
      (look) => (look % 4 === 0 ? 200 : 100),
    );
    const limited = (limit: number) => one(`, threshold: "<= 150", failure-limit: ${limit}`);
    expect((await bench.run({ metrics: limited(5), judge: 'threshold' })).outputs['verdict']).toBe('pass');
    expect((await bench.run({ metrics: limited(4), judge: 'threshold' })).outputs['verdict']).toBe('fail');
  });

  it('is inconclusive, not good, where half of the samples are missing', async () => {
    bench.arms(
      () => 100,
      (look) => (look <= 9 ? 100 : undefined),
    );
    const { outputs, metrics: found } = await bench.run({ metrics, judge: 'threshold' });
    expect(outputs['verdict']).toBe('inconclusive');
    expect(stringAt(found, 0, 'reason') ?? '').toMatch(/9 of 20 samples, 10 are needed/);
  });
});

describe('canary-gate, when the metrics server fails', () => {
  it('counts failing queries as missing samples and goes on', async () => {
    bench.arms(
      (look) => 100 * noise(look),
      (look) => 100 * noise(look + 1000),
    );
    // Three attempts each: two looks of the canary fail for good.
    const failing = new RegExp(`time=${START + 90}|time=${START + 300}`);
    bench.prometheus.faults.inject(failing, { kind: 'status', status: 503 }, 12);
    const { exitCode, outputs, samples, summary, log } = await bench.run({ metrics: one() });
    expectWithNote(exitCode, outputs['summary']).toBe(0);
    expect(summary).toMatch(
      /36 of 40 samples in 20 looks; missing: 2 × error \(latency, baseline\), 2 × error \(latency, canary\)/,
    );
    expect(samples.filter((sample) => at(sample, 'value') === null).length).toBe(4);
    expectWithNote(log.match(/A sample is missing/g)?.length, 'told once').toBe(1);
  });

  it('gives up after five looks without an answer, inconclusive and never a pass', async () => {
    bench.arms(
      () => 100,
      () => 100,
    );
    const { clock, prometheus } = bench;
    clock.onSleep = () => {
      if (clock.now() >= (START + 300) * 1000) prometheus.faults.inject(/query/, { kind: 'status', status: 503 }, 1000);
    };
    const { exitCode, outputs, summary, elapsed } = await bench.run({ metrics: one() });
    expect(exitCode).toBe(1);
    expect(outputs['verdict']).toBe('inconclusive');
    expectWithNote(elapsed, `${elapsed}`).toBeLessThan(500_000);
    expect(summary).toMatch(/Ended early: the metrics server stopped answering\. .*HTTP 503/);
  });

  it('stops before the trial where a query is broken, refused, or ambiguous', async () => {
    bench.prometheus
      .series('value', { track: 'canary', pod: 'a' }, () => 1)
      .series('value', { track: 'canary', pod: 'b' }, () => 1);
    for (const [query, code] of [
      ['sum(value{track="{{ arm }}"}', 'query-invalid'],
      [QUERY, 'query-ambiguous'],
    ]) {
      const { exitCode, log, outputs, elapsed } = await bench.run({ metrics: `- { name: m, query: '${query}' }` });
      expect(exitCode).toBe(1);
      expect(log).toMatch(new RegExp(`canary-gate%3A ${code}`));
      expect(outputs['verdict']).toBe('inconclusive');
      expect(elapsed).toBe(0);
    }
    const gone = await bench.run({ metrics: one(), address: 'http://127.0.0.1:9' });
    expect(gone.log).toMatch(/canary-gate%3A metrics-unreachable/);
  });

  it('keeps samples and outputs when the job is cancelled', async () => {
    bench.arms(
      () => 100,
      () => 100,
    );
    bench.clock.onSleep = () => {
      if (bench.clock.now() >= (START + 150) * 1000) bench.cancel('SIGINT');
    };
    const { outputs, samples } = await bench.run({ metrics: one() });
    expect(outputs['status']).toBe('cancelled');
    expect(outputs['verdict']).toBe('inconclusive');
    expect(samples.length).toBe(10);
  });
});

describe('canary-gate, other ways', () => {
  it('judges a span of the past at once', async () => {
    bench.arms(
      (look) => 100 * noise(look),
      (look) => 140 * noise(look + 1000),
    );
    const past = { mode: 'retrospective', start: '2025-12-31T23:00:00Z', end: '2025-12-31T23:30:00Z' };
    const { outputs, elapsed, samples, summary } = await bench.run({ metrics: one(), ...past });
    expect(outputs['verdict']).toBe('fail');
    expect(elapsed).toBe(0);
    expect(samples.length).toBe(2 * 60);
    expect(stringAt(samples, 0, 'time')).toBe('2025-12-31T23:00:30.000Z');
    expect(summary).toMatch(/30 min · 60 of 60 looks/);
  });

  it('tries the queries and decides nothing in a dry run', async () => {
    bench.arms(
      () => 100,
      () => undefined,
    );
    const { exitCode, outputs, log, elapsed, summary } = await bench.run({ metrics: one(), 'dry-run': 'true' });
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
    expect(summary).toMatch(/value\{track="canary"\}/);
  });

  it('reads the config from a file, and different queries for the arms', async () => {
    bench.prometheus.answer('old', () => 1).answer('new', () => 1);
    const config = 'metrics:\n  - name: m\n    baseline-query: old\n    canary-query: new\n';
    writeFileSync(join(bench.folder, 'canary.yaml'), config);
    const { outputs } = await bench.run({ config: 'canary.yaml', baseline: '', canary: '' });
    expectWithNote(outputs['verdict'], outputs['summary']).toBe('pass');
  });

  it('reads no config that a link in the checkout leads to', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'canary-gate-elsewhere-'));
    writeFileSync(join(elsewhere, 'secret.yaml'), 'password: hunter22\n');
    symlinkSync(join(elsewhere, 'secret.yaml'), join(bench.folder, 'canary.yaml'));
    const { exitCode, log } = await bench.run({ config: 'canary.yaml' });
    rmSync(elsewhere, { recursive: true });
    expect(exitCode).toBe(1);
    expect(log).toMatch(/`config` is `canary\.yaml`, a symbolic link out of the workspace/);
    expect(log).not.toMatch(/password/);
  });

  it('hides a token that the server repeats, also in the files that it leaves', async () => {
    bench.prometheus.faults.inject(/query/, { kind: 'status', status: 200, body: VALUE }, 2);
    bench.prometheus.faults.inject(/query/, { kind: 'status', status: 422, body: ECHO }, 200);
    const { outputs, summary, log } = await bench.run({
      metrics: one(', threshold: "< 5"'),
      headers: 'Authorization: Bearer t0ken_value',
      judge: 'threshold',
      duration: '1m',
    });
    invariant(outputs['samples'], log);
    const files = [outputs['samples'], outputs['report']].map((file) => readFileSync(file ?? '', 'utf8'));
    const said = log.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    const everything = [...said, summary, ...files, ...Object.values(outputs)].join('\n');
    expect(files[0] ?? '').toMatch(/\*\*\*/);
    expect(everything).not.toMatch(/t0ken\\?_value/);
  });

  it('sends token and headers, and shows neither', async () => {
    const guarded = await GateHarness.open({ token: 's3cret-token', headers: { 'x-api-key': 'k3y-value' } });
    try {
      guarded.arms(
        () => 1,
        () => 1,
      );
      const inputs = { metrics: one(), token: 's3cret-token', headers: 'X-API-Key: k3y-value' };
      const { outputs, log, summary } = await guarded.run(inputs);
      expect(outputs['verdict']).toBe('pass');
      const shown = log.replaceAll(/^::add-mask::.*$/gm, '');
      for (const text of [shown, summary, JSON.stringify(outputs)]) expect(text).not.toMatch(/s3cret-token|k3y-value/);
      const { log: refused } = await guarded.run({ metrics: one(), token: 'wrong-token' });
      expect(refused).toMatch(/metrics-unauthorized/);
    } finally {
      await guarded.close();
    }
  });

  it('writes report and record', async () => {
    bench.arms(
      (look) => 100 * noise(look),
      (look) => 100 * noise(look + 1000),
    );
    const { outputs, summary } = await bench.run({ metrics: one() });
    expect(existsSync(outputs['report'] ?? '')).toBeTruthy();
    expect(readFileSync(outputs['report'] ?? '', 'utf8').trim()).toBe(summary.trim());
    const record = JSON.parse(outputs['record'] ?? '');
    expect(at(record, 'details', 'verdict')).toBe('pass');
    expect(at(record, 'details', 'metrics', 0, 'decision')).toBe('pass');
  });

  it('keeps a label value inside its string', async () => {
    await bench.run({ metrics: one(), canary: 'x"} or vector(0) #' });
    const queries = bench.prometheus.requests.map(({ parameters }) => parameters.get('query'));
    expect(queries).toContain('value{track="x\\u0022} or vector(0) #"}');
  });
});
