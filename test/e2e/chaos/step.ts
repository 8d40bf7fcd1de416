import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { parse } from 'yaml';
import { objectAt, stringAt } from '../../../src/json/json.ts';
import { inputVariables, readKeyValues } from '../../runner/command-files.ts';
import { type Annotation, LogView } from '../../runner/log-view.ts';
import { copyAsJavaScript } from './as-javascript.ts';
import type { World } from './world.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const PRELOAD = join(import.meta.dirname, 'preload.ts');

export interface StepOptions {
  readonly action: string;
  readonly with: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** How many times faster the time of the step passes. */
  readonly speed?: number;
  /** Called in each phase that changes the file system, with its number from 1. Returns the code of the error with which it fails. */
  readonly faultAt?: (number: number) => string | undefined;
  readonly onLine?: (line: string) => void;
}

export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** The lines of delivery-records.jsonl. */
  readonly records: readonly string[];
  readonly log: string;
  readonly annotations: readonly Annotation[];
  readonly milliseconds: number;
}

export interface RunningStep {
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

/** Starts the bundle of an action in a process of its own, as GitHub's runner does. */
export function startStep(world: World, options: StepOptions): RunningStep {
  const description: unknown = parse(readFileSync(join(ROOT, 'actions', options.action, 'action.yml'), 'utf8'));
  const files = {
    output: join(world.folder('output'), 'output'),
    summary: join(world.folder('summary'), 'summary.md'),
  };
  const records = join(world.folder('temp'), 'delivery-records.jsonl');
  for (const file of Object.values(files)) writeFileSync(file, '');
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [join(ROOT, 'actions', options.action, stringAt(description, 'runs', 'main') ?? '')],
    {
      cwd: world.folder('workspace'),
      env: {
        PATH: world.programs,
        HOME: world.folder('home'),
        TMPDIR: world.folder('tmp'),
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKSPACE: world.folder('workspace'),
        GITHUB_REPOSITORY: 'acme/shop',
        GITHUB_SHA: '43591c2674b572be0d3efa81b2b840a3b5128c71',
        GITHUB_REF: 'refs/heads/main',
        GITHUB_SERVER_URL: 'https://github.com',
        RUNNER_TEMP: world.folder('temp'),
        RUNNER_TOOL_CACHE: world.folder('tool-cache'),
        SOURCE_DATE_EPOCH: '1700000000',
        ...options.env,
        ...inputVariables(objectAt(description, 'inputs') ?? {}, options.with, { repository: 'acme/shop' }),
        GITHUB_OUTPUT: files.output,
        GITHUB_STEP_SUMMARY: files.summary,
        NODE_OPTIONS: `--import=${copyAsJavaScript(PRELOAD, world.modules)}`,
        CHAOS_REPORTS: '1',
        ...(options.speed === undefined ? {} : { CHAOS_SPEED: String(options.speed) }),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    },
  );
  const view = new LogView(options.onLine);
  const [, stdout, stderr, reports, answers] = child.stdio;
  if (!stdout || !stderr || !isReadable(reports) || !isWritable(answers)) throw new Error('the process has no pipes');
  for (const stream of [stdout, stderr]) eachLine(stream, (line) => view.show(line));
  // A killed process closes its end first.
  answers.on('error', () => {});
  eachLine(reports, (line) => {
    const { phases } = world;
    void phases.reach(`file ${line}`).then(() => {
      const code = options.faultAt?.(phases.seen.filter((name) => name.startsWith('file ')).length);
      answers.write(`${code ?? 'go'}\n`);
    });
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) =>
      resolve({
        exitCode,
        signal,
        outputs: outputsIn(files.output),
        summary: readFileSync(files.summary, 'utf8'),
        records: existsSync(records) ? readFileSync(records, 'utf8').split('\n').slice(0, -1) : [],
        log: view.lines.join('\n'),
        annotations: view.annotations,
        milliseconds: performance.now() - started,
      }),
    );
  });
  return { kill: (signal) => child.kill(signal), ended };
}

/** A killed step may leave half an output, which the runner refuses. */
function outputsIn(file: string): Record<string, string> {
  try {
    return readKeyValues(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

function eachLine(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  stream.on('end', () => rest !== '' && onLine(rest));
}

function isReadable(stream: unknown): stream is Readable {
  return typeof stream === 'object' && stream !== null && 'read' in stream;
}

function isWritable(stream: unknown): stream is Writable {
  return typeof stream === 'object' && stream !== null && 'write' in stream;
}

/** Waits for the end of a step. @throws if it still runs after `ms`; then it is killed. */
export async function endWithin(ms: number, step: RunningStep): Promise<Ended> {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    step.kill('SIGKILL');
  }, ms);
  const ended = await step.ended;
  clearTimeout(timer);
  if (isLate) throw new Error(`the step still ran after ${ms / 1000} s:\n${ended.log}`);
  return ended;
}
