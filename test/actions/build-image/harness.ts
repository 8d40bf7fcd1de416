import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { contract } from '../../../src/actions/build-image/contract.ts';
import { run } from '../../../src/actions/build-image/run.ts';
import type { Clock } from '../../../src/core/clock.ts';
import { runAction } from '../../../src/entry/run-action.ts';
import { fakeRunner } from '../../fakes/runner.ts';
import { readKeyValues } from '../../runner/command-files.ts';
import { readCommand } from '../../runner/commands.ts';

export interface Outcome {
  readonly exitCode: 0 | 1;
  readonly log: string;
  /** The text of the error annotation; empty if there is none. */
  readonly error: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** A checkout in a temporary folder. The action runs in it as on a runner, but waits take no time. */
export class Checkout {
  readonly folder = mkdtempSync(join(tmpdir(), 'build-image-test-'));
  readonly temp = mkdtempSync(join(tmpdir(), 'runner-temp-'));

  write(path: string, content: string | Uint8Array, mode = 0o644): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), content, { mode });
  }

  /** Files that the action left in the runner's temporary folder, apart from the delivery records. */
  leftovers(): string[] {
    return readdirSync(this.temp).filter((name) => !['delivery-records.jsonl', 'output', 'summary'].includes(name));
  }

  /** @param cancelAt cancels the job when a log line matches */
  async run(
    inputs: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>> = {},
    cancelAt?: RegExp,
  ): Promise<Outcome> {
    let cancel: (name: string) => void = () => {};
    const lines: string[] = [];
    const [output, summary] = [join(this.temp, 'output'), join(this.temp, 'summary')];
    for (const file of [output, summary]) writeFileSync(file, '');
    const clock: Clock = { now: () => Date.now(), sleep: async () => {} };
    const variables = {
      PATH: '/nonexistent',
      HOME: this.temp,
      RUNNER_TEMP: this.temp,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_SHA: '43591c2674b572be0d3efa81b2b840a3b5128c71',
      SOURCE_DATE_EPOCH: '1700000000',
      ...env,
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    };
    const exitCode = await runAction(contract, run, {
      env: variables,
      cwd: this.folder,
      clock,
      runner: fakeRunner(variables, (line) => {
        lines.push(line);
        if (cancelAt?.test(line)) cancel('SIGINT');
      }),
      onCancel: (callback) => {
        cancel = callback;
      },
    });
    const error = lines.map(readCommand).find((command) => command?.name === 'error');
    return {
      exitCode,
      log: lines.filter((line) => !line.startsWith('::add-mask::')).join('\n'),
      error: error === undefined ? '' : `${error.properties['title']}::${error.message}`,
      outputs: readKeyValues(readFileSync(output, 'utf8')),
      summary: readFileSync(summary, 'utf8'),
    };
  }

  remove(): void {
    for (const folder of [this.folder, this.temp]) rmSync(folder, { recursive: true, force: true });
  }
}
