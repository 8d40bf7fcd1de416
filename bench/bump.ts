import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../scripts/actions.ts';
import { parseJson } from '../src/json/json.ts';
import { readKeyValues } from '../test/runner/command-files.ts';
import { type Command, medians } from './measure.ts';
import { milliseconds, type Outcome, type Row } from './outcome.ts';
import { IMAGE, writeTree } from './tree.ts';

const ROUNDS = 7;
const YQ = 'grep -rl and yq -i';
const TREE = { files: 2000, matches: 20 };

/**
 * Bumping one image in a tree of manifests, whole process, beside reading the same tree with `grep -rl` (the least that anybody must do)
 * and, where mikefarah's yq is there, finding and editing the same fields with it.
 */
export function benchBump(): Outcome {
  const bundle = join(ROOT, 'dist', 'bump-manifest-tag', 'index.js');
  if (!existsSync(bundle)) throw new Error('No bundle of bump-manifest-tag: run `npm run build` first.');
  const folder = mkdtempSync(join(tmpdir(), 'bench-bump-'));
  try {
    const original = join(folder, 'original');
    const tree = join(folder, 'tree');
    const output = join(folder, 'output');
    writeTree(original, TREE);
    const reset = () => {
      rmSync(tree, { recursive: true, force: true });
      cpSync(original, tree, { recursive: true });
      writeFileSync(output, '');
    };
    const grep: Command = {
      name: 'grep -rl',
      program: 'grep',
      args: ['-rl', `image: ${IMAGE}:`, tree],
      reset,
      check: ({ stdout }) => expectCount(stdout.trim().split('\n').length, 'grep -rl found'),
    };
    const bump: Command = {
      name: 'bump-manifest-tag',
      program: process.execPath,
      args: [bundle],
      env: { INPUT_IMAGE: `${IMAGE}:1.4.2`, INPUT_ROOT: tree, GITHUB_OUTPUT: output, GITHUB_WORKSPACE: folder },
      reset,
      check({ status, stdout, stderr }) {
        if (status !== 0) throw new Error(`bump-manifest-tag ended with ${status}:\n${stdout}${stderr}`);
        const files = parseJson(readKeyValues(readFileSync(output, 'utf8'))['files'] ?? '');
        expectCount(Array.isArray(files) ? files.length : 0, 'bump-manifest-tag changed');
      },
    };
    const yq = mikefarahYq();
    const peers = yq ? [yqCommand(yq, tree, reset)] : [];
    const times = medians([grep, bump, ...peers], ROUNDS);
    return {
      title: `Bumping one image in ${TREE.matches} of ${TREE.files} manifests (median of ${ROUNDS} interleaved runs)`,
      rows: rowsOf(times),
      notes: yq
        ? []
        : ['Peer not on this machine: yq (github.com/mikefarah/yq); other programs of that name are not measured.'],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What people do with yq today, in its quickest form: grep finds the files, yq rewrites each of them (its `-i` takes one at a time). */
function yqCommand(yq: string, tree: string, reset: () => void): Command {
  const edit = `(.. | select(tag == "!!str" and test("^${IMAGE.replaceAll('.', '\\.')}:"))) = "${IMAGE}:1.4.2"`;
  const script = 'grep -rl "$1" "$2" | xargs -n 1 "$3" -i "$4"';
  return {
    name: YQ,
    program: 'sh',
    args: ['-c', script, 'sh', `image: ${IMAGE}:`, tree, yq, edit],
    reset,
    check: ({ status, stderr }) => {
      if (status !== 0) throw new Error(`yq ended with ${status}: ${stderr}`);
    },
  };
}

function rowsOf(times: ReadonlyMap<string, number>): Row[] {
  const grep = times.get('grep -rl') ?? Number.NaN;
  const yq = times.get(YQ);
  return [...times].map(([name, time]) => {
    const isOurs = name === 'bump-manifest-tag';
    return {
      what: name,
      figure: milliseconds(time),
      ratio: `${(time / grep).toFixed(1)} × grep${yq !== undefined && isOurs ? `, ${(time / yq).toFixed(2)} × yq` : ''}`,
      target: isOurs && yq !== undefined ? '≤ 1 × yq' : '',
      met: isOurs && yq !== undefined ? time <= yq : undefined,
    };
  });
}

function expectCount(found: number, what: string): void {
  if (found !== TREE.matches) throw new Error(`${what} ${found} files instead of ${TREE.matches}.`);
}

/** mikefarah's yq by its version line; Debian's `yq` is another program (a wrapper of jq). */
function mikefarahYq(): string | undefined {
  const program = process.env['BENCH_YQ'] ?? 'yq';
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return stdout?.includes('mikefarah') ? program : undefined;
}
