import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import { contract } from '../../../src/actions/bump-manifest-tag/contract.ts';
import { run } from '../../../src/actions/bump-manifest-tag/run.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { runAction } from '../../../src/entry/run-action.ts';
import { fakeRunner } from '../../fakes/runner.ts';
import { readKeyValues } from '../../runner/command-files.ts';

type Inputs = Readonly<Record<string, string>>;

export const REPOSITORY = join(import.meta.dirname, '../../..');
export const DIGEST = `sha256:${'4b'.repeat(32)}`;

/** The workspace of one test, and the files that the runner would create for outputs and summary. */
export interface Workspace {
  readonly folder: () => string;
  /** Writes a file into the workspace. */
  file(name: string, text: string): void;
  read(name: string): string;
  /** Fills the workspace with the example GitOps repository, as a Git repository. */
  example(): void;
  git(...args: string[]): string;
  /** The environment of a step with these inputs. */
  environment(inputs: Inputs): Inputs & { readonly GITHUB_OUTPUT: string; readonly GITHUB_STEP_SUMMARY: string };
  /** Runs the action. */
  run(inputs: Inputs, env?: Inputs): Promise<ActionRun>;
}

interface ActionRun {
  readonly code: number;
  readonly outputs: Readonly<Record<string, string>>;
  /** An output as JSON; `null` if it is empty. */
  readonly json: (name: string) => ReturnType<typeof JSON.parse>;
  readonly summary: string;
  readonly log: string;
}

/** Gives each test of the file an empty workspace. */
export function useWorkspace(): Workspace {
  let temp = '';
  const folder = () => join(temp, 'workspace');
  beforeEach(() => {
    temp = realpathSync(mkdtempSync(join(tmpdir(), 'bump-')));
    mkdirSync(folder());
  });
  afterEach(() => rmSync(temp, { recursive: true }));

  const file = (name: string, text: string) => {
    mkdirSync(dirname(join(folder(), name)), { recursive: true });
    writeFileSync(join(folder(), name), text);
  };
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'core.autocrlf=false', ...args], { cwd: folder(), encoding: 'utf8', stdio: 'pipe' });
  const example = () => {
    cpSync(join(REPOSITORY, 'examples/gitops'), folder(), { recursive: true });
    git('init', '--quiet');
    git('add', '.');
  };
  const environment = (inputs: Inputs) => {
    const files = { GITHUB_OUTPUT: join(temp, 'output'), GITHUB_STEP_SUMMARY: join(temp, 'summary.md') };
    for (const path of Object.values(files)) writeFileSync(path, '');
    const variables = Object.entries(inputs).map(([name, value]): [string, string] => [
      `INPUT_${name.toUpperCase()}`,
      value,
    ]);
    return { ...files, GITHUB_WORKSPACE: folder(), ...Object.fromEntries(variables) };
  };
  const runWith = async (inputs: Inputs, more: Inputs = {}): Promise<ActionRun> => {
    const { GITHUB_OUTPUT, GITHUB_STEP_SUMMARY, ...rest } = environment(inputs);
    const env = { GITHUB_OUTPUT, GITHUB_STEP_SUMMARY, ...rest, ...more };
    const log: string[] = [];
    const runner = fakeRunner(env, (line) => log.push(line));
    const code = await runAction(contract, run, {
      env,
      cwd: folder(),
      clock: systemClock,
      runner,
      onCancel: () => {},
    });
    const outputs = readKeyValues(readFileSync(GITHUB_OUTPUT, 'utf8'));
    const json = (name: string) => JSON.parse(outputs[name] || 'null');
    return { code, outputs, json, summary: readFileSync(GITHUB_STEP_SUMMARY, 'utf8'), log: log.join('\n') };
  };
  const read = (name: string) => readFileSync(join(folder(), name), 'utf8');
  return { folder, file, read, example, git, environment, run: runWith };
}
