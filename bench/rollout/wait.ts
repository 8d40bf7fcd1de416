import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/actions.ts';
import { contract } from '../../src/actions/wait-for-rollout/contract.ts';
import { defined } from '../../src/core/defined.ts';
import type { FakeKubernetes } from '../../test/fakes/kubernetes/server.ts';
import { inputVariables } from '../../test/runner/command-files.ts';

/** The result of a process that waits for a rollout; times are `performance.now()` in ms. */
export interface WaitResult {
  readonly exitCode: number | null;
  readonly output: string;
  /** When the line with the verdict was printed. */
  readonly verdictAt: number;
  readonly exitedAt: number;
}

interface Program {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly verdict: RegExp;
}

/** Runs a program that waits for a rollout. @param onOutput is called with all output so far. */
export async function runWait(
  { program, args, env, verdict }: Program,
  onOutput: (output: string, child: ChildProcess) => void = () => {},
): Promise<WaitResult> {
  const child = spawn(program, [...args], { env: { PATH: process.env['PATH'] ?? '', ...env } });
  let output = '';
  let verdictAt = Number.NaN;
  const receive = (text: string) => {
    output += text;
    if (Number.isNaN(verdictAt) && verdict.test(output)) verdictAt = performance.now();
    onOutput(output, child);
  };
  child.stdout.setEncoding('utf8').on('data', receive);
  child.stderr.setEncoding('utf8').on('data', receive);
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { exitCode, output, verdictAt, exitedAt: performance.now() };
}

/** wait-for-rollout from `dist/` or BENCH_DIST, started like on a runner. @param peak the file for its peak memory. */
export function waitForRollout(
  folder: string,
  inputs: Readonly<Record<string, string>>,
  verdict: RegExp,
  peak?: string,
): Program {
  const bundle = join(process.env['BENCH_DIST'] ?? join(ROOT, 'dist'), 'wait-for-rollout', 'index.js');
  if (!existsSync(bundle)) throw new Error('wait-for-rollout has no bundle: run `npm run build` first.');
  const preload = peak === undefined ? [] : ['--import', join(ROOT, 'bench', 'peak-memory.mjs')];
  const variables = inputVariables(contract.inputs, inputs, { token: 'none' });
  return {
    program: process.execPath,
    args: [...preload, bundle],
    env: {
      ...variables,
      HOME: folder,
      RUNNER_TEMP: folder,
      GITHUB_WORKSPACE: folder,
      ...defined({ BENCH_PEAK: peak }),
    },
    verdict,
  };
}

/** kubectl as in a job: without the cache of an earlier run. */
export function kubectlRolloutStatus(folder: string, args: readonly string[], verdict: RegExp): Program {
  const home = mkdtempSync(join(folder, 'home-'));
  return { program: 'kubectl', args: [...args, '--kubeconfig', kubeconfigIn(folder)], env: { HOME: home }, verdict };
}

export function kubeconfigIn(folder: string): string {
  return join(folder, 'kubeconfig');
}

export function writeKubeconfig(folder: string, { kubeconfig }: FakeKubernetes): void {
  writeFileSync(kubeconfigIn(folder), kubeconfig);
}

/** The peak memory of a process in kB. */
export function peakOf(file: string): number {
  return Number(readFileSync(file, 'utf8'));
}

/** How many requests each of the two programs has sent since the last call. */
export function takeRequests({ requests }: FakeKubernetes): { readonly ours: number; readonly kubectl: number } {
  const of = (agent: string) => requests.filter(({ headers }) => headers['user-agent']?.startsWith(agent)).length;
  const counts = { ours: of('gitops-actions/'), kubectl: of('kubectl/') };
  requests.length = 0;
  return counts;
}
