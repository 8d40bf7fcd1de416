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

/** When every gate of the tests begins, in seconds since the epoch. */
export const START = 1_767_225_600;

export interface GateResult {
  readonly exitCode: number;
  readonly outputs: Readonly<Record<string, string>>;
  readonly metrics: readonly unknown[];
  readonly summary: string;
  /** What stands in the samples file, a value per line. */
  readonly samples: readonly unknown[];
  readonly log: string;
  /** Milliseconds that the gate's clock ran. */
  readonly elapsed: number;
}

/** A clock that a sleep moves forward at once. */
export class TestClock implements Clock {
  #now = START * 1000;
  /** Called before each sleep. */
  onSleep: (ms: number) => void = () => {};

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.onSleep(ms);
    signal?.throwIfAborted();
    this.#now += ms;
  }
}

/** A metrics server and a folder, for the gates of one test. */
export class GateHarness {
  readonly prometheus: FakePrometheus;
  readonly folder = mkdtempSync(join(tmpdir(), 'canary-gate-test-'));
  readonly clock = new TestClock();
  cancel: (name: string) => void = () => {};

  private constructor(double: FakePrometheus) {
    this.prometheus = double;
  }

  static async open(options: PrometheusOptions = {}): Promise<GateHarness> {
    return new GateHarness(await FakePrometheus.start(options));
  }

  async close(): Promise<void> {
    await this.prometheus.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Both arms of the metric `value{track="…"}`, by the number of the look (from 1; a look every 30 s). */
  arms(baseline: (look: number) => number | undefined, canary: (look: number) => number | undefined): this {
    const at = (f: (look: number) => number | undefined) => (time: number) => f(Math.round((time - START) / 30));
    this.prometheus.answer('value{track="stable"}', at(baseline));
    this.prometheus.answer('value{track="canary"}', at(canary));
    return this;
  }

  async run(inputs: Readonly<Record<string, string>>): Promise<GateResult> {
    const files = commandFiles(this.folder);
    const lines: string[] = [];
    const began = this.clock.now();
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
      elapsed: this.clock.now() - began,
    };
  }
}

function readLines(file: string): unknown[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map(parseJson);
}

/** Numbers around 1 that look random and are the same on every run: `spread` is how far they go. */
export function noise(index: number, spread = 0.05): number {
  const fraction = (Math.abs(Math.sin(index * 12.9898) * 43758.5453) % 1) - 0.5;
  return 1 + 2 * spread * fraction;
}
