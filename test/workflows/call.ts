import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../../scripts/actions.ts';
import type { Sandbox } from '../../scripts/demo/sandbox.ts';
import { at, isObject, listAt, objectAt, stringAt } from '../../src/json/json.ts';
import { expectWithNote, fail, invariant } from '../jest-support.ts';
import { commandFiles, readKeyValues } from '../runner/command-files.ts';
import { readCommand } from '../runner/commands.ts';
import { type Job, runStep } from '../runner/runner.ts';
import type { Artifacts } from './artifacts.ts';
import { interpolate, isMet, type JobStatus, type Scope } from './expression.ts';

/** A workflow of a user that calls one of ours. */
export interface Caller {
  readonly sandbox: Sandbox;
  /** The artifacts of the run that the call belongs to. */
  readonly artifacts: Artifacts;
  readonly with: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** The repository of the caller. Default: the monorepo. */
  readonly repository?: string;
  /** What the calling job grants. */
  readonly permissions: Permissions;
}

type Permissions = Readonly<Record<string, unknown>>;

/** What happens to a job from outside. */
interface Interruption {
  /** The run is cancelled when this appears in the log. */
  readonly cancelledAt?: RegExp;
  /** The machine is lost after the step with this id: no later step of the job runs. */
  readonly lostAfter?: string;
}

export interface JobResult {
  readonly status: JobStatus;
  readonly outputs: Readonly<Record<string, string>>;
  /** The ids and names of the steps that ran. */
  readonly ran: readonly string[];
  readonly log: string;
}

type Outputs = Readonly<Record<string, string>>;

/** What the steps of a job share. */
interface JobHarness {
  readonly job: Job;
  readonly interruption: Interruption;
  readonly cancel: AbortController;
  readonly lines: string[];
  readonly ran: string[];
}

/** A call of a reusable workflow. Its jobs can be run once or, as a re-run, again. */
export class Call {
  readonly #workflow: unknown;
  #caller: Caller;
  readonly #needs: Record<string, { outputs: Outputs; result: JobStatus }> = {};
  #attempt = 1;

  constructor(file: 'build.yml' | 'deploy.yml', caller: Caller) {
    this.#workflow = parse(readFileSync(join(ROOT, '.github', 'workflows', file), 'utf8'));
    this.#caller = caller;
    for (const name of Object.keys(objectAt(this.#workflow, 'jobs') ?? {})) this.#permissionsOf(name);
  }

  /** Changes inputs between two jobs, as a variable of the caller's repository does that changes before a re-run. */
  changeInputs(changed: Readonly<Record<string, unknown>>): void {
    this.#caller = { ...this.#caller, with: { ...this.#caller.with, ...changed } };
  }

  /** Empties an output of a job, as GitHub does with an output that seems to contain a secret. */
  withholdOutput(job: string, output: string): void {
    const { outputs, result } = this.#needs[job] ?? fail(`${job} has not run`);
    this.#needs[job] = { outputs: { ...outputs, [output]: '' }, result };
  }

  /**
   * The permissions of a job's token: its own, else those of its workflow, else those that the caller grants (actions/runner,
   * WorkflowTemplateConverter.cs). GitHub starts no run if any job requests more than the caller grants.
   */
  #permissionsOf(name: string): Permissions {
    const { permissions: granted } = this.#caller;
    const levels = ['none', 'read', 'write'];
    const level = (permissions: Permissions, key: string) => levels.indexOf(String(permissions[key] ?? 'none'));
    const job = objectAt(this.#workflow, 'jobs', name);
    const requested = objectAt(job, 'permissions') ?? objectAt(this.#workflow, 'permissions');
    for (const [key, access] of Object.entries(requested ?? {}))
      if (level({ [key]: access }, key) > level(granted, key))
        throw new Error(
          `Error calling workflow. The nested job '${name}' is requesting '${key}: ${access}', but is only allowed '${key}: ${granted[key] ?? 'none'}'.`,
        );
    return requested ?? granted;
  }

  /** Starts another attempt of the same run. */
  rerun(): void {
    this.#attempt += 1;
  }

  /** Runs a job. The jobs that it needs must have run before. */
  async job(name: string, interruption: Interruption = {}): Promise<JobResult> {
    const job = objectAt(this.#workflow, 'jobs', name);
    invariant(job, name);
    const folder = mkdtempSync(join(tmpdir(), 'workflow-test-'));
    try {
      const harness = {
        job: this.#createJob(name, folder),
        interruption,
        cancel: new AbortController(),
        lines: [],
        ran: [],
      };
      const contexts = this.#contexts(harness.job);
      const { status, steps } = await this.#run(listAt(job, 'steps'), contexts, harness);
      const scope: Scope = { contexts: { ...contexts, steps }, status };
      const outputs = Object.fromEntries(
        Object.entries(objectAt(job, 'outputs') ?? {}).map(([key, value]) => [key, interpolate(String(value), scope)]),
      );
      this.#needs[name] = { outputs, result: status };
      return { status, outputs, ran: harness.ran, log: harness.lines.join('\n') };
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  async #run(list: readonly unknown[], contexts: Scope['contexts'], harness: JobHarness) {
    const steps: Record<string, { outputs: Outputs; outcome: string }> = {};
    let status: JobStatus = 'success';
    for (const step of list) {
      const scope: Scope = { contexts: { ...contexts, steps }, status };
      if (!isMet(stringAt(step, 'if'), scope)) continue;
      const name = stringAt(step, 'id') ?? stringAt(step, 'name') ?? stringAt(step, 'uses') ?? '';
      harness.ran.push(name);
      const { outputs, succeeded } = await this.#step(step, scope, harness);
      steps[name] = { outputs, outcome: succeeded ? 'success' : 'failure' };
      if (harness.cancel.signal.aborted) status = 'cancelled';
      else if (!succeeded && at(step, 'continue-on-error') !== true) status = 'failure';
      if (harness.interruption.lostAfter === name) return { status: 'cancelled' as const, steps };
    }
    return { status, steps };
  }

  async #step(step: unknown, scope: Scope, harness: JobHarness): Promise<{ outputs: Outputs; succeeded: boolean }> {
    const uses = stringAt(step, 'uses');
    const given = textsOf(objectAt(step, 'with'), scope);
    if (uses === undefined)
      return runScript(stringAt(step, 'run') ?? '', textsOf(objectAt(step, 'env'), scope), harness);
    if (uses.startsWith('actions/checkout@')) return { outputs: this.#checkOut(given, harness), succeeded: true };
    if (uses.startsWith('actions/upload-artifact@')) return { outputs: {}, succeeded: this.#upload(given, harness) };
    if (uses.startsWith('$/.github/actions/')) {
      const action = parse(readFileSync(join(ROOT, uses.slice(2), 'action.yml'), 'utf8'));
      const contexts = { ...scope.contexts, inputs: given };
      const { status } = await this.#run(listAt(action, 'runs', 'steps'), contexts, { ...harness, ran: [] });
      return { outputs: {}, succeeded: status === 'success' };
    }
    const { exitCode, outputs } = await runStep(harness.job, {
      action: uses.replace('$/actions/', ''),
      with: given,
      ...(harness.cancel.signal.aborted ? {} : { signal: harness.cancel.signal }),
      onLine: (line) => addToLog(line, harness),
    });
    return { outputs, succeeded: exitCode === 0 };
  }

  #checkOut(given: Readonly<Record<string, string>>, { job }: JobHarness): Outputs {
    const { sandbox } = this.#caller;
    const from = given['repository'] === sandbox.gitops.fullName ? sandbox.gitops.git.dir : sandbox.monorepo;
    const folder = join(job.workspace, given['path'] ?? '.');
    mkdirSync(folder, { recursive: true });
    git(folder, 'clone', '--quiet', from, '.');
    return { commit: git(folder, 'rev-parse', 'HEAD') };
  }

  #upload({ name = '', path = '' }: Readonly<Record<string, string>>, harness: JobHarness): boolean {
    try {
      this.#caller.artifacts.upload(name, path);
      return true;
    } catch (thrown) {
      addToLog(String(thrown), harness);
      return false;
    }
  }

  #createJob(name: string, folder: string): Job {
    const { sandbox } = this.#caller;
    const given = sandbox.job();
    const repository = this.#caller.repository ?? given.env['GITHUB_REPOSITORY'] ?? '';
    const { contents, 'pull-requests': pulls } = this.#permissionsOf(name);
    const permissions = { ...accessTo('contents', contents), ...accessTo('pull_requests', pulls) };
    const token = sandbox.github.token({ permissions, repositories: [repository] });
    const [workspace, temp] = [join(folder, 'work'), join(folder, 'temp')];
    for (const path of [workspace, temp]) mkdirSync(path);
    const env = {
      ...given.env,
      HOME: folder,
      GITHUB_REPOSITORY: repository,
      GITHUB_RUN_ATTEMPT: String(this.#attempt),
    };
    return { ...given, workspace, temp, env, token };
  }

  #contexts(job: Job): Scope['contexts'] {
    const declared = objectAt(this.#workflow, 'on', 'workflow_call') ?? {};
    const github = { repository: job.env['GITHUB_REPOSITORY'], token: job.token, actor: job.env['GITHUB_ACTOR'] };
    const callerScope: Scope = { contexts: { github }, status: 'success' };
    const defaults = Object.entries(objectAt(declared, 'inputs') ?? {}).map(([name, spec]) => {
      const value = at(spec, 'default') ?? '';
      return [name, typeof value === 'string' ? interpolate(value, callerScope) : value];
    });
    for (const [kind, given] of Object.entries({ inputs: this.#caller.with, secrets: this.#caller.secrets }))
      for (const name of Object.keys(given))
        expectWithNote(objectAt(declared, kind, name), `no ${kind} ${name}`).toBeTruthy();
    return {
      github,
      inputs: { ...Object.fromEntries(defaults), ...this.#caller.with },
      secrets: this.#caller.secrets,
      needs: this.#needs,
      runner: { temp: job.temp },
    };
  }
}

function accessTo(resource: 'contents' | 'pull_requests', access: unknown) {
  return access === 'read' || access === 'write' ? { [resource]: access } : {};
}

function textsOf(values: Readonly<Record<string, unknown>> | undefined, scope: Scope): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values ?? {}).map(([name, value]) => [
      name,
      isObject(value) ? JSON.stringify(value) : interpolate(String(value), scope),
    ]),
  );
}

async function runScript(script: string, env: Readonly<Record<string, string>>, harness: JobHarness) {
  const { output } = commandFiles(harness.job.temp);
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd: harness.job.workspace,
    env: { PATH: process.env['PATH'] ?? '', ...harness.job.env, ...env, GITHUB_OUTPUT: output },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n').filter((part) => part !== '')) addToLog(line, harness);
    });
  }
  const [code] = await once(child, 'close');
  return { outputs: readKeyValues(readFileSync(output, 'utf8')), succeeded: code === 0 };
}

function addToLog(line: string, { lines, interruption, cancel }: JobHarness): void {
  const command = readCommand(line);
  lines.push(command ? `${command.properties['title'] ?? ''}: ${command.message}` : line);
  if (interruption.cancelledAt?.test(line)) cancel.abort();
}

function git(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', [...args], { cwd: folder, encoding: 'utf8' }).trim();
}
