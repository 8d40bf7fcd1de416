import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../scripts/actions.ts';
import { contract } from '../src/actions/open-gitops-PR/contract.ts';
import { FakeGitHub } from '../test/fakes/github/server.ts';
import { inputVariables } from '../test/runner/command-files.ts';
import { median } from './measure.ts';
import { milliseconds, type Outcome, type Row } from './outcome.ts';

const ROUNDS = 15;
const MAX_BASE_RATIO = 1.1;
const POD = `apiVersion: v1
kind: Pod
metadata: { name: shop }
spec:
  containers:
    - name: shop
      image: ghcr.io/acme/shop:1.4.1
`;

/**
 * Opens a small pull request on the GitHub fake with open-gitops-PR, and measures the whole process: the bundle in `dist/`, alternating with the
 * bundle of another build, whose `dist` is BENCH_BASE.
 */
export async function benchPullRequest(): Promise<Outcome> {
  const base = process.env['BENCH_BASE'];
  const own = bundleIn(join(ROOT, 'dist'));
  const bundles = base === undefined ? [own] : [own, bundleIn(base)];
  const rounds: PullRequestRun[][] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const runs: PullRequestRun[] = [];
    for (const bundle of bundles) runs.push(await openPullRequest(bundle));
    rounds.push(runs);
  }
  const [ours, theirs] = bundles.map((_, index) => {
    const runs = rounds.slice(1).flatMap((round) => round[index] ?? []);
    return { time: median(runs.map(({ time }) => time)), requests: runs[0]?.requests ?? 0 };
  });
  if (ours === undefined) throw new Error('Nothing was measured.');
  const rows: Row[] = [];
  if (theirs !== undefined)
    rows.push({
      subject: 'open-gitops-PR of BENCH_BASE: a small pull request',
      measured: `${milliseconds(theirs.time)}, ${theirs.requests} requests`,
      ...{ ratio: '', target: '', met: undefined },
    });
  const ratio = theirs === undefined ? undefined : ours.time / theirs.time;
  rows.push({
    subject: 'open-gitops-PR: a small pull request',
    measured: `${milliseconds(ours.time)}, ${ours.requests} requests`,
    ratio: ratio === undefined ? '' : `${ratio.toFixed(2)} ×`,
    target: ratio === undefined ? '' : `≤ ${MAX_BASE_RATIO} ×, no more requests`,
    met: ratio === undefined ? undefined : ratio <= MAX_BASE_RATIO && ours.requests <= (theirs?.requests ?? 0),
  });
  const notes = base === undefined ? ['BENCH_BASE is not set, so there is no other build to compare with.'] : [];
  return { title: `Opening a pull request (medians of ${ROUNDS} interleaved runs of the whole process)`, rows, notes };
}

function bundleIn(dist: string): string {
  const bundle = join(dist, 'open-gitops-PR', 'index.js');
  if (!existsSync(bundle)) throw new Error(`${bundle} doesn't exist: run \`npm run build\` first.`);
  return bundle;
}

interface PullRequestRun {
  readonly time: number;
  readonly requests: number;
}

async function openPullRequest(bundle: string): Promise<PullRequestRun> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-pull-request-'));
  const github = await FakeGitHub.start();
  try {
    const repository = github.addRepository('acme/gitops', { files: { 'shop.yaml': POD } });
    const image = 'ghcr.io/acme/shop';
    const [from, to] = [`${image}:1.4.1`, `${image}:1.4.2`];
    const change = { file: 'shop.yaml', document: 0, path: 'spec.containers[0].image', line: 7, old: from, new: to };
    const inputs = {
      repository: 'acme/gitops',
      token: github.token(),
      changes: JSON.stringify([{ ...change, from, to, image, resource: 'Pod/shop', kind: 'kubernetes' }]),
      application: 'shop',
      environment: 'staging',
    };
    const startedAt = performance.now();
    const output = await outputOf(bundle, {
      ...{ PATH: process.env['PATH'] ?? '', HOME: folder, RUNNER_TEMP: folder, GITHUB_WORKSPACE: folder },
      ...github.env,
      ...inputVariables(contract.inputs, inputs, {}),
    });
    const time = performance.now() - startedAt;
    if (repository.pulls.length !== 1) throw new Error(`${bundle} opened no pull request:\n${output}`);
    return { time, requests: github.requests.length };
  } finally {
    await github.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the bundle without blocking this process, in which the GitHub fake runs. */
async function outputOf(bundle: string, env: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn(process.execPath, [bundle], { env });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  return output;
}
