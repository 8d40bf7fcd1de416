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
const MOST_TIMES_BASE = 1.1;
const POD =
  'apiVersion: v1\nkind: Pod\nmetadata: { name: shop }\nspec:\n  containers:\n    - name: shop\n      image: ghcr.io/acme/shop:1.4.1\n';

/**
 * A small pull request from start to end of the process, on the double of GitHub: by the bundle of `dist/`, and by that of another build whose
 * `dist` BENCH_BASE names. They take turns.
 */
export async function benchWork(): Promise<Outcome> {
  const base = process.env['BENCH_BASE'];
  const own = bundleIn(join(ROOT, 'dist'));
  const bundles = base === undefined ? [own] : [own, bundleIn(base)];
  const rounds: Work[][] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const works: Work[] = [];
    for (const bundle of bundles) works.push(await work(bundle));
    rounds.push(works);
  }
  const [ours, theirs] = bundles.map((_, index) => {
    const works = rounds.slice(1).flatMap((round) => round[index] ?? []);
    return { time: median(works.map(({ time }) => time)), requests: works[0]?.requests ?? 0 };
  });
  if (ours === undefined) throw new Error('Nothing was measured.');
  const rows: Row[] = [];
  if (theirs !== undefined)
    rows.push({
      what: 'open-gitops-PR of BENCH_BASE: a small pull request',
      figure: `${milliseconds(theirs.time)}, ${theirs.requests} requests`,
      ...{ ratio: '', target: '', met: undefined },
    });
  const ratio = theirs === undefined ? undefined : ours.time / theirs.time;
  rows.push({
    what: 'open-gitops-PR: a small pull request',
    figure: `${milliseconds(ours.time)}, ${ours.requests} requests`,
    ratio: ratio === undefined ? '' : `${ratio.toFixed(2)} ×`,
    target: ratio === undefined ? '' : `≤ ${MOST_TIMES_BASE} ×, no more requests`,
    met: ratio === undefined ? undefined : ratio <= MOST_TIMES_BASE && ours.requests <= (theirs?.requests ?? 0),
  });
  const notes = base === undefined ? ['BENCH_BASE names no other build: there is nothing to compare with.'] : [];
  return { title: `Real work (medians of ${ROUNDS} interleaved runs of the whole process)`, rows, notes };
}

function bundleIn(dist: string): string {
  const bundle = join(dist, 'open-gitops-PR', 'index.js');
  if (!existsSync(bundle)) throw new Error(`${bundle} is not there: run \`npm run build\` first.`);
  return bundle;
}

interface Work {
  readonly time: number;
  readonly requests: number;
}

async function work(bundle: string): Promise<Work> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-work-'));
  const double = await FakeGitHub.start();
  try {
    const repository = double.addRepository('acme/gitops', { files: { 'shop.yaml': POD } });
    const image = 'ghcr.io/acme/shop';
    const [from, to] = [`${image}:1.4.1`, `${image}:1.4.2`];
    const change = { file: 'shop.yaml', document: 0, path: 'spec.containers[0].image', line: 7, old: from, new: to };
    const inputs = {
      repository: 'acme/gitops',
      token: double.token(),
      changes: JSON.stringify([{ ...change, from, to, image, resource: 'Pod/shop', kind: 'kubernetes' }]),
      application: 'shop',
      environment: 'staging',
    };
    const began = performance.now();
    const output = await outputOf(bundle, {
      ...{ PATH: process.env['PATH'] ?? '', HOME: folder, RUNNER_TEMP: folder, GITHUB_WORKSPACE: folder },
      ...double.env,
      ...inputVariables(contract.inputs, inputs, {}),
    });
    const time = performance.now() - began;
    if (repository.pulls.length !== 1) throw new Error(`${bundle} opened no pull request:\n${output}`);
    return { time, requests: double.requests.length };
  } finally {
    await double.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The double answers in this process: it must not be held up by waiting for the other one. */
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
