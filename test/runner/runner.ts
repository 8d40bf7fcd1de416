import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { objectAt, stringAt } from '../../src/json/json.ts';
import { commandFiles, inputVariables, readKeyValues } from './command-files.ts';
import { type Annotation, LogView } from './log-view.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** The job that a step runs in, as GitHub's runner sets it up. */
export interface Job {
  /** GITHUB_WORKSPACE. */
  readonly workspace: string;
  /** RUNNER_TEMP, which also contains the command files. */
  readonly temp: string;
  /** The environment of the job, such as GITHUB_*. From this process, only PATH and HOME are added. */
  readonly env: Readonly<Record<string, string>>;
  /** The value of `${{ github.token }}` in the defaults of inputs. */
  readonly token?: string;
}

export interface Step {
  /** The name of its folder in actions/. */
  readonly action: string;
  readonly with: Readonly<Record<string, string>>;
  /** Called with each line of the log as GitHub shows it: commands are processed, secrets masked. */
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface StepResult {
  readonly exitCode: number;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly log: readonly string[];
  readonly annotations: readonly Annotation[];
  readonly milliseconds: number;
}

/** Runs an action like GitHub's runner: its bundle in a new process, with INPUT_* variables and command files. */
export async function runStep(job: Job, step: Step): Promise<StepResult> {
  const action: unknown = parse(readFileSync(join(ROOT, 'actions', step.action, 'action.yml'), 'utf8'));
  const main = join(ROOT, 'actions', step.action, stringAt(action, 'runs', 'main') ?? '');
  const files = commandFiles(job.temp);
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: job.workspace,
    RUNNER_TEMP: job.temp,
    ...job.env,
    ...inputVariables(objectAt(action, 'inputs') ?? {}, step.with, {
      token: job.token ?? '',
      repository: job.env['GITHUB_REPOSITORY'] ?? '',
    }),
    GITHUB_OUTPUT: files.output,
    GITHUB_STEP_SUMMARY: files.summary,
  };

  const logView = new LogView(step.onLine);
  const started = performance.now();
  const exitCode = await runProcess(process.execPath, [main], {
    env,
    cwd: job.workspace,
    onLine: (line) => logView.show(line),
    signal: step.signal,
  });
  return {
    exitCode,
    outputs: readKeyValues(readFileSync(files.output, 'utf8')),
    summary: readFileSync(files.summary, 'utf8'),
    log: logView.lines,
    annotations: logView.annotations,
    milliseconds: performance.now() - started,
  };
}

interface ProcessOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

async function runProcess(program: string, args: readonly string[], options: ProcessOptions): Promise<number> {
  const child = spawn(program, args, { env: options.env, cwd: options.cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  options.signal?.addEventListener('abort', () => child.kill('SIGINT'), { once: true });
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) options.onLine(line);
    });
    stream.on('end', () => rest !== '' && options.onLine(rest));
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
  });
}
