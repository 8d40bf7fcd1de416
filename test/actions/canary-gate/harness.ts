import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contract } from '../../../src/actions/canary-gate/contract.ts';
import { run } from '../../../src/actions/canary-gate/run.ts';
import type { Clock } from '../../../src/core/clock.ts';
import { runAction } from '../../../src/entry/run-action.ts';
import { parseJson } from '../../../src/json/json.ts';
import { FakePrometheus, type PrometheusOptions } from '../../fakes/prometheus/server.ts';
import { fakeRunner } from '../../fakes/runner.ts';
import { commandFiles, inputVariables, readKeyValues } from '../../runner/command-files.ts';

/** When every run starts, in seconds since the epoch. */
export const START = 1_767_225_600;

/** The query of `latencyMetric`. `GateHarness.arms` sets its values. */
export const QUERY = 'value{track="{{ arm }}"}';

/** The config of one metric. @param options more keys, in YAML's flow style: `, critical: true` */
export function latencyMetric(options = ''): string {
  return `- { name: latency, query: '${QUERY}', direction: increase, unit: ms${options} }`;
}

export interface GateResult {
  readonly exitCode: number;
  readonly outputs: Readonly<Record<string, string>>;
  readonly metrics: readonly unknown[];
  readonly summary: string;
  /** The lines of the samples file. */
  readonly samples: readonly unknown[];
  readonly log: string;
  /** Milliseconds that passed on the gate's clock. */
  readonly elapsed: number;
}

/** A clock that moves forward at once when something sleeps. */
export class TestClock implements Clock {
  #now = START * 1000;
  /** Called before each sleep. */
  onSleep: (ms: number) => void = () => {};

  now(): number {
    return this.#now;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.onSleep(ms);
    signal?.throwIfAborted();
    this.#now += ms;
  }
}

/** The value of an arm in a sample round (from 1), or `undefined` for no data. */
type ArmValue = (round: number) => number | undefined;

/** Runs the action against a fake Prometheus, in a temporary folder. */
export class GateHarness {
  readonly prometheus: FakePrometheus;
  readonly folder = mkdtempSync(join(tmpdir(), 'canary-gate-test-'));
  readonly clock = new TestClock();
  cancel: (name: string) => void = () => {};

  private constructor(prometheus: FakePrometheus) {
    this.prometheus = prometheus;
  }

  static async open(options: PrometheusOptions = {}): Promise<GateHarness> {
    return new GateHarness(await FakePrometheus.start(options));
  }

  async close(): Promise<void> {
    await this.prometheus.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Sets the values of both arms for QUERY, with a sample round every 30 s. */
  arms(baseline: ArmValue, canary: ArmValue): this {
    const at = (value: ArmValue) => (time: number) => value(Math.round((time - START) / 30));
    this.prometheus.answer('value{track="stable"}', at(baseline));
    this.prometheus.answer('value{track="canary"}', at(canary));
    return this;
  }

  async run(inputs: Readonly<Record<string, string>>): Promise<GateResult> {
    const files = commandFiles(this.folder);
    const lines: string[] = [];
    const startedAt = this.clock.now();
    const given = { address: this.prometheus.url, baseline: 'stable', canary: 'canary', ...inputs };
    const env = {
      ...inputVariables(contract.inputs, given, {}),
      GITHUB_OUTPUT: files.output,
      GITHUB_STEP_SUMMARY: files.summary,
      RUNNER_TEMP: this.folder,
    };
    const exitCode = await runAction(contract, run, {
      env,
      cwd: this.folder,
      clock: this.clock,
      runner: fakeRunner(env, (line) => lines.push(line)),
      onCancel: (cancel) => {
        this.cancel = cancel;
      },
    });
    const outputs = readKeyValues(readFileSync(files.output, 'utf8'));
    const metrics = parseJson(outputs['metrics'] ?? '');
    return {
      exitCode,
      outputs,
      metrics: Array.isArray(metrics) ? metrics : [],
      summary: readFileSync(files.summary, 'utf8'),
      samples: outputs['samples'] ? readLines(outputs['samples']) : [],
      log: lines.join('\n'),
      elapsed: this.clock.now() - startedAt,
    };
  }
}

function readLines(file: string): unknown[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map(parseJson);
}

/** A number within 5 % of 1 that looks random but is the same on every run. */
export function noise(index: number): number {
  const fraction = (Math.abs(Math.sin(index * 12.9898) * 43758.5453) % 1) - 0.5;
  return 1 + 0.1 * fraction;
}

/** Values with noise around a mean. Two arms with different seeds are independent. */
export function noisy(mean: number, seed = 0): (round: number) => number {
  return (round) => mean * noise(round + seed);
}

export function constant<T extends number | undefined>(value: T): () => T {
  return () => value;
}
