import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCommandFile } from './command-file.ts';
import { readMetadata } from './metadata.ts';

/** A job's surroundings. */
export interface JobOptions {
  /** The repository with the actions: the folder above `actions/` and `dist/`. */
  readonly actions: string;
  /** Where the job's folders and files are made; each job takes an own, empty folder. */
  readonly folder: string;
  /** The value of `github.token`. */
  readonly token: string;
  /** owner/name of the repository whose workflow runs, and the commit. */
  readonly repository: string;
  readonly sha: string;
  /** Further variables, such as GITHUB_API_URL. */
  readonly env?: Readonly<Record<string, string>>;
  /** Gets each line of a step's log, secrets masked. */
  readonly onLine?: (line: string) => void;
}

/** What a step left behind. */
export interface StepResult {
  /** The exit code: 0 is success. */
  readonly code: number;
  readonly outputs: Readonly<Record<string, string>>;
  /** The log as a person sees it: masked. */
  readonly log: string;
  /** The job summary's part of this step (Markdown). */
  readonly summary: string;
}

interface PostStep {
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
  readonly state: string;
}

/**
 * A job as GitHub's runner runs it: one step after another, each action in a process of its own, with inputs in INPUT_*,
 * outputs, state and summary in files, and the post steps at the end, last one first.
 */
export class Job {
  /** The checkout's folder (GITHUB_WORKSPACE), in which the steps run. */
  readonly workspace: string;
  /** RUNNER_TEMP. */
  readonly temp: string;
  readonly #options: JobOptions;
  readonly #masks = new Set<string>();
  readonly #posts: PostStep[] = [];

  constructor(options: JobOptions) {
    this.#options = options;
    this.workspace = join(options.folder, 'work');
    this.temp = join(options.folder, 'temp');
    for (const folder of [this.workspace, this.temp]) mkdirSync(folder, { recursive: true });
    this.#masks.add(options.token);
  }

  /** The delivery records that the steps have written so far, one a line. */
  get records(): string {
    const file = join(this.temp, 'delivery-records.jsonl');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** Runs an action with its inputs, as `uses:` and `with:` would. `signal` cancels it as a runner does: SIGINT. */
  async step(action: string, inputs: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<StepResult> {
    const { token, repository, sha } = this.#options;
    const contexts = { 'github.token': token, 'github.repository': repository, 'github.sha': sha };
    const metadata = readMetadata(join(this.#options.actions, 'actions', action), contexts);
    const unknown = Object.keys(inputs).filter((name) => !metadata.inputs.has(name));
    if (unknown.length > 0) throw new Error(`${action} has no input ${unknown.join(', ')}`);
    const given = [...metadata.inputs].map(([name, byDefault]) => [inputVariable(name), inputs[name] ?? byDefault]);
    const files = this.#commandFiles();
    const env = { ...this.#environment(), ...files, ...definedEntries(given), GITHUB_ACTION: action };
    if (metadata.post !== undefined) this.#posts.push({ program: metadata.post, env, state: files.GITHUB_STATE });
    const { code, log } = await this.#run(metadata.main, env, signal);
    const outputs = parseCommandFile(readFileSync(files.GITHUB_OUTPUT, 'utf8'));
    return { code, log, outputs, summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8') };
  }

  /** Runs the post steps. Returns their logs. */
  async finish(): Promise<string> {
    let logs = '';
    for (const { program, env, state } of this.#posts.reverse().splice(0)) {
      const states = Object.entries(parseCommandFile(readFileSync(state, 'utf8')));
      const saved = Object.fromEntries(states.map(([name, value]) => [`STATE_${name}`, value]));
      logs += (await this.#run(program, { ...env, ...this.#commandFiles(), ...saved })).log;
    }
    return logs;
  }

  #environment(): Record<string, string> {
    const { repository, sha, env } = this.#options;
    // A runner's job has a login shell's variables, but nothing of what the machine's runner was told for itself.
    const machine = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'USER'].map((name) => [name, process.env[name]]);
    return {
      ...definedEntries(machine),
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTOR: 'developer',
      GITHUB_API_URL: 'https://api.github.com',
      GITHUB_EVENT_NAME: 'push',
      GITHUB_GRAPHQL_URL: 'https://api.github.com/graphql',
      GITHUB_JOB: 'job',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_REF_NAME: 'main',
      GITHUB_REF_TYPE: 'branch',
      GITHUB_REPOSITORY: repository,
      GITHUB_REPOSITORY_OWNER: repository.split('/')[0] ?? '',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_RUN_ID: '1',
      GITHUB_RUN_NUMBER: '1',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_SHA: sha,
      GITHUB_WORKFLOW: 'deliver',
      GITHUB_WORKSPACE: this.workspace,
      RUNNER_ARCH: 'X64',
      RUNNER_OS: 'Linux',
      RUNNER_TEMP: this.temp,
      ...env,
    };
  }

  #commandFiles() {
    const file = () => {
      const path = join(this.temp, `command-${randomUUID()}`);
      writeFileSync(path, '');
      return path;
    };
    return {
      GITHUB_OUTPUT: file(),
      GITHUB_STATE: file(),
      GITHUB_ENV: file(),
      GITHUB_PATH: file(),
      GITHUB_STEP_SUMMARY: file(),
    };
  }

  async #run(program: string, env: Readonly<Record<string, string>>, signal?: AbortSignal) {
    const child = spawn(process.execPath, [program], { cwd: this.workspace, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const cancel = () => child.kill('SIGINT');
    signal?.addEventListener('abort', cancel);
    let log = '';
    let rest = '';
    const take = (text: string) => {
      const lines = `${rest}${text}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) log += this.#line(line);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject).once('close', (exit) => resolve(exit ?? 1));
    });
    signal?.removeEventListener('abort', cancel);
    if (rest !== '') log += this.#line(rest);
    return { code, log };
  }

  /** A line as it is shown: masks are taken from it, and put on it. */
  #line(line: string): string {
    const [, mask] = /^::add-mask::(.+)$/.exec(line) ?? [];
    if (mask !== undefined) {
      this.#masks.add(mask.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%'));
      return '';
    }
    const shown = [...this.#masks].reduce((text, secret) => text.replaceAll(secret, '***'), line);
    this.#options.onLine?.(shown);
    return `${shown}\n`;
  }
}

/** The variable in which a runner passes an input: upper case, spaces as underscores, hyphens as they are. */
function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}

function definedEntries(entries: readonly (readonly (string | undefined)[])[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of entries) if (name !== undefined && value !== undefined) values[name] = value;
  return values;
}
