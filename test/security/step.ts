import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadContract, ROOT } from '../../scripts/actions.ts';
import { systemClock } from '../../src/core/clock.ts';
import { runAction } from '../../src/entry/run-action.ts';
import { FakeGitHub } from '../fakes/github/server.ts';
import { FakeKubernetes } from '../fakes/kubernetes/server.ts';
import { fakeRunner } from '../fakes/runner.ts';
import { onTestFinished } from '../jest-support.ts';
import { commandFiles, inputVariables } from '../runner/command-files.ts';

/** A runner with a workspace, a RUNNER_TEMP, and a folder elsewhere that no step should touch. */
export interface Machine {
  readonly workspace: string;
  readonly temp: string;
  readonly elsewhere: string;
}

export function newMachine(): Machine {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'machine-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const machine = { workspace: join(folder, 'work'), temp: join(folder, 'temp'), elsewhere: join(folder, 'elsewhere') };
  for (const path of Object.values(machine)) mkdirSync(path);
  return machine;
}

export interface StepResult {
  readonly exitCode: number;
  /** Everything that the step showed or passed on. */
  readonly shown: string;
}

/** Runs an action in this process, against fake servers if it needs some. */
export async function runStep(
  action: string,
  inputs: Readonly<Record<string, string>>,
  { workspace, temp }: Machine,
): Promise<StepResult> {
  const contract = await loadContract(action);
  const { run } = await import(join(ROOT, 'src', 'actions', action, 'run.ts'));
  const files = commandFiles(temp);
  const server = await serverFor(action);
  const env = {
    PATH: '/nonexistent',
    HOME: temp,
    GITHUB_OUTPUT: files.output,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_REPOSITORY: 'acme/shop',
    RUNNER_TEMP: temp,
    ...server.env,
    ...inputVariables(contract.inputs, { ...server.inputs, ...inputs }, { repository: 'acme/gitops' }),
  };
  const lines: string[] = [];
  const exitCode = await runAction(contract, run, {
    env,
    cwd: workspace,
    clock: systemClock,
    runner: fakeRunner(env, (line) => lines.push(line)),
    onCancel() {},
  });
  const shown = [...lines, readFileSync(files.output, 'utf8'), readFileSync(files.summary, 'utf8')].join('\n');
  return { exitCode, shown };
}

interface Server {
  readonly env: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, string>>;
}

/** What an action connects to before it reads the files in question. */
async function serverFor(action: string): Promise<Server> {
  if (action === 'open-gitops-PR') {
    const github = await FakeGitHub.start({});
    onTestFinished(() => github.close());
    github.addRepository('acme/gitops', { files: { 'shop.yaml': 'a: 1\n' } });
    return { env: github.env, inputs: { token: github.token() } };
  }
  if (action === 'wait-for-rollout') {
    const kubernetes = await FakeKubernetes.start();
    onTestFinished(() => kubernetes.stop());
    return { env: {}, inputs: { kubeconfig: kubernetes.kubeconfig, timeout: '1s' } };
  }
  return { env: {}, inputs: {} };
}
