import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { at, stringAt } from '../../../src/json/json.ts';
import { Bench, noise, START } from './gate.ts';

const QUERY = 'value{track="{{ arm }}"}';
const one = (extra = '') => `- { name: latency, query: '${QUERY}', direction: increase, unit: ms${extra} }`;

const VALUE = '{"status":"success","data":{"resultType":"scalar","result":[0,"1"]}}';
const ECHO = '{"status":"error","errorType":"execution","error":"no right for t0ken_value"}';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.close());

describe('canary-gate, live', () => {
  it('passes a canary that is like its baseline, after the whole duration', async () => {
    bench.arms(
      (look) => 100 * noise(look),
      (look) => 100 * noise(look + 1000),
    );
    const { exitCode, outputs, metrics, elapsed, summary, samples } = await bench.gate({ metrics: one() });
    assert.equal(exitCode, 0, outputs['summary']);
    assert.equal(outputs['verdict'], 'pass');
    assert.equal(outputs['score'], '100');
    assert.equal(elapsed, 600_000);
    assert.equal(stringAt(metrics, 0, 'decision'), 'pass');
    assert.equal(at(metrics, 0, 'samples', 'canary', 'taken'), 20);
    assert.equal(samples.length, 40);
    assert.match(summary, /### canary-gate: pass \(score 100\)/);
    assert.match(
      summary,
      /\| latency \| [\d.]+ ms \| [\d.]+ ms \| .+ % \(−.+ … \+.+\), margin 20 % \| ✓ within the margin \|/,
    );
    assert.match(summary, /40 of 40 samples in 20 looks, none missing/);
  });

  it('fails a canary that is worse by more than the margin, and says by how much', async () => {
    bench.arms(
      (look) => 100 * noise(look),
      (look) => 140 * noise(look + 1000),
    );
    const { exitCode, outputs, metrics, summary, log } = await bench.gate({ metrics: one(', critical: true') });
    assert.equal(exitCode, 1);
    assert.equal(outputs['verdict'], 'fail');
    assert.equal(outputs['status'], 'failure');
    assert.equal(stringAt(metrics, 0, 'decision'), 'fail');
    const lower = Number(at(metrics, 0, 'effect', 'lower'));
    assert.ok(lower > 30 && lower < 40, `${lower}`);
    assert.match(summary, /✗ higher by more than the margin, critical/);
    assert.match(
      log,
      /::error title=canary-gate%3A canary-fail::.*verdict is fail.*latency: higher by more than the margin, \+\d+\.?\d* %25 \(.*\), margin 20 %25/,
    );
  });

  it('asks both arms for the very time of the look', async () => {
    bench.arms(
      () => 1,
      () => 1,
    );
    await bench.gate({ metrics: one(), delay: '1m' });
    const times = bench.double.requests.map(({ parameters }) => Number(parameters.get('time')) - START);
    assert.deepEqual(times.slice(0, 2), [0, 0], 'the queries are tried before the delay');
    assert.deepEqual(
      times.slice(2),
      Array.from({ length: 20 }, (_, index) => [60 + 30 * (index + 1), 60 + 30 * (index + 1)]).flat(),
    );
  });

  it('passes two arms that never had an error, also where one of them lacks a sample', async () => {
    bench.arms(
      () => 0,
      (look) => (look === 7 ? undefined : 0),
    );
    const { outputs } = await bench.gate({ metrics: one() });
    assert.equal(outputs['verdict'], 'pass');
  });

  it('never passes two arms that are one series: the queries tell nothing apart', async () => {
    const both = (look: number) => 100 * noise(look);
    bench.arms(both, (look) => (look === 7 ? undefined : both(look)));
    const { exitCode, outputs, metrics, log } = await bench.gate({ metrics: one() });
    assert.equal(exitCode, 1);
    assert.equal(outputs['verdict'], 'inconclusive');
    assert.equal(stringAt(metrics, 0, 'decision'), 'inconclusive');
    assert.match(stringAt(metrics, 0, 'reason') ?? '', /^both queries give the same series$/);
    assert.match(log, /→ .*select both arms/);
  });

  it('passes two arms that both had a rare event at the same look: that may be chance, or what they share', async () => {
    const both = (look: number) => (look === 7 ? 1 : 0);
    bench.arms(both, both);
    const { outputs, metrics } = await bench.gate({ metrics: one(', margin: 0.5') });
    assert.equal(stringAt(metrics, 0, 'reason'), 'within the margin');
    assert.equal(outputs['verdict'], 'pass');
  });

  it('compares arms that have the same values at other times', async () => {
    bench.arms(
      (look) => 100 * noise(look),
      (look) => 100 * noise(21 - look),
    );
    const { outputs } = await bench.gate({ metrics: one() });
    assert.equal(outputs['verdict'], 'pass');
  });

  it('says that samples overlap where a query looks back further than to the look before', async () => {
    bench.arms(
      () => 0,
      () => 0,
    );
    const arms = `{track="{{ arm }}"}`;
    const ranged = (name: string, range: string) => `- { name: ${name}, query: 'sum(rate(n${arms}[${range}]))' }`;
    for (const arm of ['stable', 'canary'])
      for (const range of ['30s', '1m']) bench.double.answer(`sum(rate(n{track="${arm}"}[${range}]))`, () => 0);
    const metrics = [one(), ranged('errors', '1m'), ranged('short', '30s')].join('\n');
    const { log } = await bench.gate({ metrics });
    assert.deepEqual(log.match(/::notice .*/g)?.length, 1);
    assert.match(log, /::notice .*samples-overlap::.*30 s apart.*"errors" looks back over 1 min.*`interval: 60s`/);
    const apart = await bench.gate({ metrics, interval: '1m' });
    assert.doesNotMatch(apart.log, /::notice/);
  });

  it('says something every 15 seconds', async () => {
    bench.arms(
      () => 1,
      () => 1,
    );
    const { log } = await bench.gate({ metrics: one(), delay: '40s', duration: '5m' });
    assert.match(log, /… going on in 25 s\n {2}… going on in 10 s\n.*… going on in 15 s\n {2} 1\/10 /s);
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
      const { exitCode, outputs, metrics, log } = await bench.gate({ metrics: one() });
      assert.equal(exitCode, 1);
      assert.match(log, /→ Try the queries that found nothing/);
      assert.equal(outputs['verdict'], 'inconclusive');
      const silent = baseline === undefined && canary === undefined;
      assert.equal(stringAt(metrics, 0, 'decision'), silent ? 'no-data' : 'inconclusive');
    }
    bench.arms(
      () => undefined,
      () => undefined,
    );
    const allowed = await bench.gate({ metrics: one(', must-have-data: false') });
    assert.equal(allowed.outputs['verdict'], 'inconclusive', 'nothing is left to pass on');
  });

  it('does not leave out a metric that only one arm has, even where the config lets it be left out', async () => {
    bench.arms(
      () => 100,
      () => undefined,
    );
    bench.double.answer('good{track="stable"}', noise).answer('good{track="canary"}', (time) => noise(time + 7));
    const metrics = `${one(', must-have-data: false')}\n- { name: good, query: 'good{track="{{ arm }}"}' }`;
    const { outputs, summary } = await bench.gate({ metrics });
    assert.equal(outputs['verdict'], 'inconclusive');
    assert.match(summary, /\? no samples in the canary \|/);
  });

  it('leaves out a metric without data where the config allows it, beside one that has data', async () => {
    bench.arms(
      (look) => 100 * noise(look),
      (look) => 100 * noise(look + 1000),
    );
    const metrics = `${one()}\n- { name: memory, query: 'memory{track="{{ arm }}"}', must-have-data: false }`;
    const { exitCode, outputs, summary } = await bench.gate({ metrics });
    assert.equal(exitCode, 0, outputs['summary']);
    assert.equal(outputs['verdict'], 'pass');
    assert.match(
      summary,
      /\| memory \| – \| – \| no samples in either arm \| \? no samples in either arm \(allowed\) \|/,
    );
    assert.match(summary, /missing: 20 × no data \(memory, baseline\), 20 × no data \(memory, canary\)/);
  });

  it('is inconclusive where too few samples came', async () => {
    bench.arms(
      (look) => 100 * noise(look),
      (look) => (look % 3 === 0 ? 100 * noise(look + 1000) : undefined),
    );
    const { outputs, metrics } = await bench.gate({ metrics: one() });
    assert.equal(outputs['verdict'], 'inconclusive');
    assert.match(stringAt(metrics, 0, 'reason') ?? '', /6 samples in an arm, 10 are needed/);
  });

  it('does not call a doubling of a rare error rate good', async () => {
    // Mostly zeros: the medians are equal, the typical sample says nothing, the mean says ten times as much.
    bench.arms(
      (look) => (look % 5 === 0 ? 0.001 : 0),
      (look) => (look % 5 === 0 ? 0.01 : 0),
    );
    const { outputs, metrics } = await bench.gate({ metrics: one(', margin: 0.0005') });
    assert.equal(outputs['verdict'], 'inconclusive');
    assert.match(stringAt(metrics, 0, 'reason') ?? '', /mean differs/);
  });

  it('finds errors in seven of ten samples, which Kayenta passes', async () => {
    bench.arms(
      () => 0,
      (look) => ((look * 7) % 10 < 7 ? 0.05 : 0),
    );
    const { outputs } = await bench.gate({ metrics: one() });
    assert.equal(outputs['verdict'], 'fail');
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
      const { outputs } = await bench.gate({ metrics: `- { name: m, query: '${QUERY}', direction: ${direction} }` });
      assert.equal(outputs['verdict'], verdict, direction);
    }
  });

  it('weighs metrics, and is marginal in between', async () => {
    bench.arms(
      (look) => 100 * noise(look),
      (look) => 100 * noise(look + 1000),
    );
    bench.double.answer('bad{track="stable"}', (time) => noise(time));
    bench.double.answer('bad{track="canary"}', (time) => 2 * noise(time));
    const metrics = `${one(', weight: 4')}\n- { name: bad, query: 'bad{track="{{ arm }}"}', weight: 1 }`;
    const marginal = await bench.gate({ metrics });
    assert.equal(marginal.outputs['verdict'], 'marginal');
    assert.equal(marginal.outputs['score'], '80');
    assert.equal(marginal.exitCode, 0, 'marginal does not fail by default');
    assert.match(marginal.log, /::warning title=canary-gate::The canary's verdict is marginal/);
    const strict = await bench.gate({ metrics, 'fail-on': 'fail, marginal, inconclusive' });
    assert.equal(strict.exitCode, 1);
    assert.match(strict.log, /canary-marginal/);
  });

  it('leaves the decision to the workflow with fail-on none', async () => {
    const { exitCode, outputs } = await bench.gate({ metrics: one(), 'fail-on': 'none' });
    assert.equal(exitCode, 0);
    assert.equal(outputs['verdict'], 'inconclusive');
  });
});

describe('canary-gate, thresholds', () => {
  const metrics = one(', threshold: "< 150", critical: true');

  it('ends as soon as a critical threshold is violated beyond recovery', async () => {
    bench.arms(
      () => 100,
      (look) => (look < 5 ? 100 : 200),
    );
    const { exitCode, outputs, elapsed, log, summary } = await bench.gate({ metrics });
    assert.equal(exitCode, 1);
    assert.equal(outputs['verdict'], 'fail');
    // Two of twenty may violate; the third one, at look 7, can't be undone.
    assert.equal(elapsed, 7 * 30_000);
    assert.match(log, /3 of 7 samples are not < 150 \(2 allowed\)/);
    assert.match(summary, /Ended early: latency had failed beyond recovery/);
  });

  it('does not end early for a metric that can be outweighed', async () => {
    bench.arms(
      () => 100,
      () => 200,
    );
    const { elapsed, outputs } = await bench.gate({
      metrics: `${one(', threshold: "< 150", weight: 1')}\n- { name: other, query: 'other{track="{{ arm }}"}', weight: 9 }`,
      'pass-score': '90',
      'fail-on': 'none',
    });
    assert.equal(elapsed, 600_000);
    assert.equal(outputs['verdict'], 'inconclusive');
  });

  it('never ends early because all is well', async () => {
    bench.arms(
      (look) => 100 * noise(look),
      (look) => 100 * noise(look + 1000),
    );
    const { elapsed, outputs } = await bench.gate({ metrics });
    assert.equal(elapsed, 600_000);
    assert.equal(outputs['verdict'], 'pass');
  });

  it('judges the canary alone with the judge `threshold`', async () => {
    bench.arms(
      () => undefined,
      (look) => (look === 3 ? 200 : 100),
    );
    const { outputs, summary, metrics: found } = await bench.gate({ metrics, judge: 'threshold' });
    assert.equal(outputs['verdict'], 'pass');
    assert.match(summary, /\| latency \| 100 ms \| `< 150`, violated 1 times \(2 allowed\) \| ✓ /);
    assert.equal(at(found, 0, 'queries', 'baseline'), undefined);
    assert.ok(bench.double.requests.every(({ parameters }) => !parameters.get('query')?.includes('stable')));
  });

  it('takes the number of violations that the config allows', async () => {
    bench.arms(
      () => 100,
      (look) => (look % 4 === 0 ? 200 : 100),
    );
    const limited = (limit: number) => one(`, threshold: "<= 150", failure-limit: ${limit}`);
    assert.equal((await bench.gate({ metrics: limited(5), judge: 'threshold' })).outputs['verdict'], 'pass');
    assert.equal((await bench.gate({ metrics: limited(4), judge: 'threshold' })).outputs['verdict'], 'fail');
  });

  it('is inconclusive, not good, where half of the samples are missing', async () => {
    bench.arms(
      () => 100,
      (look) => (look <= 9 ? 100 : undefined),
    );
    const { outputs, metrics: found } = await bench.gate({ metrics, judge: 'threshold' });
    assert.equal(outputs['verdict'], 'inconclusive');
    assert.match(stringAt(found, 0, 'reason') ?? '', /9 of 20 samples, 10 are needed/);
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
    bench.double.faults.inject(failing, { kind: 'status', status: 503 }, 12);
    const { exitCode, outputs, samples, summary, log } = await bench.gate({ metrics: one() });
    assert.equal(exitCode, 0, outputs['summary']);
    assert.match(
      summary,
      /36 of 40 samples in 20 looks; missing: 2 × error \(latency, baseline\), 2 × error \(latency, canary\)/,
    );
    assert.equal(samples.filter((sample) => at(sample, 'value') === null).length, 4);
    assert.equal(log.match(/A sample is missing/g)?.length, 1, 'told once');
  });

  it('gives up after five looks without an answer, inconclusive and never a pass', async () => {
    bench.arms(
      () => 100,
      () => 100,
    );
    const { clock, double } = bench;
    clock.onSleep = () => {
      if (clock.now() >= (START + 300) * 1000) double.faults.inject(/query/, { kind: 'status', status: 503 }, 1000);
    };
    const { exitCode, outputs, summary, elapsed } = await bench.gate({ metrics: one() });
    assert.equal(exitCode, 1);
    assert.equal(outputs['verdict'], 'inconclusive');
    assert.ok(elapsed < 500_000, `${elapsed}`);
    assert.match(summary, /Ended early: the metrics server stopped answering\. .*HTTP 503/);
  });

  it('stops before the trial where a query is broken, refused, or ambiguous', async () => {
    bench.double
      .series('value', { track: 'canary', pod: 'a' }, () => 1)
      .series('value', { track: 'canary', pod: 'b' }, () => 1);
    for (const [query, code] of [
      ['sum(value{track="{{ arm }}"}', 'query-invalid'],
      [QUERY, 'query-ambiguous'],
    ]) {
      const { exitCode, log, outputs, elapsed } = await bench.gate({ metrics: `- { name: m, query: '${query}' }` });
      assert.equal(exitCode, 1);
      assert.match(log, new RegExp(`canary-gate%3A ${code}`));
      assert.equal(outputs['verdict'], 'inconclusive');
      assert.equal(elapsed, 0);
    }
    const gone = await bench.gate({ metrics: one(), address: 'http://127.0.0.1:9' });
    assert.match(gone.log, /canary-gate%3A metrics-unreachable/);
  });

  it('keeps samples and outputs when the job is cancelled', async () => {
    bench.arms(
      () => 100,
      () => 100,
    );
    bench.clock.onSleep = () => {
      if (bench.clock.now() >= (START + 150) * 1000) bench.cancel('SIGINT');
    };
    const { outputs, samples } = await bench.gate({ metrics: one() });
    assert.equal(outputs['status'], 'cancelled');
    assert.equal(outputs['verdict'], 'inconclusive');
    assert.equal(samples.length, 10);
  });
});

describe('canary-gate, other ways', () => {
  it('judges a span of the past at once', async () => {
    bench.arms(
      (look) => 100 * noise(look),
      (look) => 140 * noise(look + 1000),
    );
    const past = { mode: 'retrospective', start: '2025-12-31T23:00:00Z', end: '2025-12-31T23:30:00Z' };
    const { outputs, elapsed, samples, summary } = await bench.gate({ metrics: one(), ...past });
    assert.equal(outputs['verdict'], 'fail');
    assert.equal(elapsed, 0);
    assert.equal(samples.length, 2 * 60);
    assert.equal(stringAt(samples, 0, 'time'), '2025-12-31T23:00:30.000Z');
    assert.match(summary, /30 min · 60 of 60 looks/);
  });

  it('tries the queries and decides nothing in a dry run', async () => {
    bench.arms(
      () => 100,
      () => undefined,
    );
    const { exitCode, outputs, log, elapsed, summary } = await bench.gate({ metrics: one(), 'dry-run': 'true' });
    assert.equal(exitCode, 0);
    assert.equal(outputs['verdict'], 'inconclusive');
    assert.equal(outputs['samples'], '');
    assert.equal(elapsed, 0);
    assert.match(log, /latency, baseline: 100 {2}← value\{track="stable"\}/);
    assert.match(log, /latency, canary: no data yet/);
    assert.match(summary, /### canary-gate: dry run\n\n1 metric checked, nothing decided\. 1 query found nothing yet/);
    assert.match(summary, /\| metric \| baseline \| canary \|\n.*\n\| latency \| 100 ms \| no data \|/);
    assert.match(summary, /value\{track="canary"\}/);
  });

  it('reads the config from a file, and different queries for the arms', async () => {
    bench.double.answer('old', () => 1).answer('new', () => 1);
    const config = 'metrics:\n  - name: m\n    baseline-query: old\n    canary-query: new\n';
    writeFileSync(join(bench.folder, 'canary.yaml'), config);
    const { outputs } = await bench.gate({ config: 'canary.yaml', baseline: '', canary: '' });
    assert.equal(outputs['verdict'], 'pass', outputs['summary']);
  });

  it('reads no config that a link in the checkout leads to', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'canary-gate-elsewhere-'));
    writeFileSync(join(elsewhere, 'secret.yaml'), 'password: hunter22\n');
    symlinkSync(join(elsewhere, 'secret.yaml'), join(bench.folder, 'canary.yaml'));
    const { exitCode, log } = await bench.gate({ config: 'canary.yaml' });
    rmSync(elsewhere, { recursive: true });
    assert.equal(exitCode, 1);
    assert.match(log, /`config` is `canary\.yaml`, a symbolic link out of the workspace/);
    assert.doesNotMatch(log, /password/);
  });

  it('hides a token that the server repeats, also in the files that it leaves', async () => {
    bench.double.faults.inject(/query/, { kind: 'status', status: 200, body: VALUE }, 2);
    bench.double.faults.inject(/query/, { kind: 'status', status: 422, body: ECHO }, 200);
    const { outputs, summary, log } = await bench.gate({
      metrics: one(', threshold: "< 5"'),
      headers: 'Authorization: Bearer t0ken_value',
      judge: 'threshold',
      duration: '1m',
    });
    assert.ok(outputs['samples'], log);
    const files = [outputs['samples'], outputs['report']].map((file) => readFileSync(file ?? '', 'utf8'));
    const said = log.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    const everything = [...said, summary, ...files, ...Object.values(outputs)].join('\n');
    assert.match(files[0] ?? '', /\*\*\*/);
    assert.doesNotMatch(everything, /t0ken\\?_value/);
  });

  it('sends token and headers, and shows neither', async () => {
    const guarded = await Bench.open({ token: 's3cret-token', headers: { 'x-api-key': 'k3y-value' } });
    try {
      guarded.arms(
        () => 1,
        () => 1,
      );
      const inputs = { metrics: one(), token: 's3cret-token', headers: 'X-API-Key: k3y-value' };
      const { outputs, log, summary } = await guarded.gate(inputs);
      assert.equal(outputs['verdict'], 'pass');
      const shown = log.replaceAll(/^::add-mask::.*$/gm, '');
      for (const text of [shown, summary, JSON.stringify(outputs)]) assert.doesNotMatch(text, /s3cret-token|k3y-value/);
      const { log: refused } = await guarded.gate({ metrics: one(), token: 'wrong-token' });
      assert.match(refused, /metrics-unauthorized/);
    } finally {
      await guarded.close();
    }
  });

  it('writes report and record', async () => {
    bench.arms(
      (look) => 100 * noise(look),
      (look) => 100 * noise(look + 1000),
    );
    const { outputs, summary } = await bench.gate({ metrics: one() });
    assert.ok(existsSync(outputs['report'] ?? ''));
    assert.equal(readFileSync(outputs['report'] ?? '', 'utf8').trim(), summary.trim());
    const record = JSON.parse(outputs['record'] ?? '');
    assert.equal(at(record, 'details', 'verdict'), 'pass');
    assert.equal(at(record, 'details', 'metrics', 0, 'decision'), 'pass');
  });

  it('keeps a label value inside its string', async () => {
    await bench.gate({ metrics: one(), canary: 'x"} or vector(0) #' });
    const queries = bench.double.requests.map(({ parameters }) => parameters.get('query'));
    assert.ok(queries.includes('value{track="x\\u0022} or vector(0) #"}'));
  });
});
