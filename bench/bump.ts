import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../scripts/actions.ts';
import { defined } from '../src/core/defined.ts';
import { cacheFolder } from '../test/e2e/tools/toolbox.ts';
import { type Command, medians } from './measure.ts';
import { milliseconds, type Outcome, type Row } from './outcome.ts';
import { IMAGE, type Tree, writeStream, writeTree } from './tree.ts';

const ROUNDS = 5;
const MATCHES = 20;
/** 10,000 files of 10 kB. */
const LARGE: Tree = { files: 10_000, matches: MATCHES, bytes: 10_000 };
const GROWTH = [1_000, 10_000, 50_000] as const;
const STREAM: Tree = { files: 5_000, matches: MATCHES, bytes: 2_000 };
/** yq parses a hundred files a second or so: it scans a part of the tree, and the time is scaled to all of it. */
const YQ_FILES = 250;

const MOST_TIMES_GREP = 3;
const MOST_TIMES_YQ = 0.5;
const MOST_MEGABYTES = 150;
/** A file of the largest tree may cost as much more than one of the middle. */
const MOST_GROWTH = 1.5;
const MOST_STREAM_MILLISECONDS = 1000;

/**
 * Bumping one image in a GitOps tree, whole process: beside reading the same tree with `grep -rl` (the least that anybody must do) and
 * searching it with mikefarah's yq where that is there; its memory; how it grows with the tree; and one file of very many documents.
 */
export function benchBump(): Outcome {
  const bundle = join(ROOT, 'dist', 'bump-manifest-tag', 'index.js');
  if (!existsSync(bundle)) throw new Error('No bundle of bump-manifest-tag: run `npm run build` first.');
  const folder = mkdtempSync(join(tmpdir(), 'bench-bump-'));
  try {
    const large = largeTree(folder, bundle);
    return {
      title: `Bumping one image (${MATCHES} fields; medians of ${ROUNDS} interleaved runs of the whole process)`,
      rows: [...large.rows, ...growth(folder, bundle), ...stream(folder, bundle)],
      notes: large.notes,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function largeTree(folder: string, bundle: string): Pick<Outcome, 'rows' | 'notes'> {
  const tree = join(folder, 'large');
  const original = join(folder, 'original');
  writeTree(original, LARGE);
  const reset = () => {
    rmSync(tree, { recursive: true, force: true });
    cpSync(original, tree, { recursive: true });
  };
  reset();
  const peak = join(folder, 'peak');
  const [grep, bump] = [grepCommand(tree), bumpCommand('bump-manifest-tag', folder, bundle, tree, { reset, peak })];
  const times = medians([grep, bump], ROUNDS);
  const [least, ours] = [timeOf(times, grep), timeOf(times, bump)];
  const megabytes = Number(readFileSync(peak, 'utf8')) / 1024;
  const yq = mikefarahYq();
  const scan = yq === undefined ? undefined : timeOf(medians([yqCommand(yq, tree)], 1), { name: YQ });
  const whole = scan === undefined ? undefined : (scan * LARGE.files) / YQ_FILES;
  const rows: Row[] = [
    {
      what: `grep -rl, ${LARGE.files} files, 100 MB`,
      figure: milliseconds(least),
      ratio: '',
      target: '',
      met: undefined,
    },
    limited(
      'bump-manifest-tag, same tree',
      milliseconds(ours),
      `${(ours / least).toFixed(1)} × grep`,
      ours / least,
      MOST_TIMES_GREP,
      '×',
    ),
    limited('its peak memory', `${megabytes.toFixed(0)} MB`, '', megabytes, MOST_MEGABYTES, 'MB'),
  ];
  if (whole !== undefined)
    rows.push(
      {
        what: `${YQ} (scaled from ${YQ_FILES} files)`,
        figure: milliseconds(whole),
        ratio: '',
        target: '',
        met: undefined,
      },
      limited(
        'bump-manifest-tag beside it',
        milliseconds(ours),
        `${(ours / whole).toFixed(3)} × yq`,
        ours / whole,
        MOST_TIMES_YQ,
        '×',
      ),
    );
  const notes = yq
    ? []
    : ['Peer not on this machine: yq (github.com/mikefarah/yq); other programs of that name are not measured.'];
  return { rows, notes };
}

/** Time per file between trees of a thousand files, of ten and of fifty thousand. */
function growth(folder: string, bundle: string): Row[] {
  const commands = GROWTH.map((files) => {
    const tree = join(folder, `growth-${files}`);
    writeTree(tree, { files, matches: MATCHES, bytes: 1_000 });
    return bumpCommand(`${files} files of 1 kB`, folder, bundle, tree, { dryRun: true });
  });
  const times = medians(commands, 3);
  const [small = 0, middle = 0, large = 0] = commands.map((command) => timeOf(times, command));
  const [first, second, third] = GROWTH;
  const [perFile, perFileLater] = [(middle - small) / (second - first), (large - middle) / (third - second)];
  const rows = commands.map((command): Row => {
    return { what: command.name, figure: milliseconds(timeOf(times, command)), ratio: '', target: '', met: undefined };
  });
  const ratio = perFileLater / perFile;
  return [
    ...rows,
    limited(
      'growth: cost of a further file, later / earlier',
      `${(perFileLater * 1000).toFixed(0)} µs / ${(perFile * 1000).toFixed(0)} µs`,
      `${ratio.toFixed(2)} ×`,
      ratio,
      MOST_GROWTH,
      '×',
    ),
  ];
}

function stream(folder: string, bundle: string): Row[] {
  const [few, all] = [join(folder, 'few'), join(folder, 'all')];
  writeStream(few, STREAM);
  writeStream(all, { ...STREAM, matches: STREAM.files });
  const options = { dryRun: true };
  const one = bumpCommand('10 MB in 5,000 documents, 20 of them matching', folder, bundle, few, options);
  const every = bumpCommand('10 MB in 5,000 documents, all matching', folder, bundle, all, options);
  const time = timeOf(medians([one], 3), one);
  const worst = timeOf(medians([every], 1), every);
  return [
    limited(one.name, milliseconds(time), '', time, MOST_STREAM_MILLISECONDS, 'ms'),
    { what: every.name, figure: milliseconds(worst), ratio: '', target: '', met: undefined },
  ];
}

function limited(what: string, figure: string, ratio: string, value: number, limit: number, unit: string): Row {
  return { what, figure, ratio, target: `≤ ${limit} ${unit}`, met: value <= limit };
}

function grepCommand(tree: string): Command {
  return {
    name: 'grep -rl',
    program: 'grep',
    args: ['-rl', `image: ${IMAGE}:`, tree],
    check: ({ stdout }) => {
      const found = stdout.trim().split('\n').length;
      if (found !== MATCHES) throw new Error(`grep -rl found ${found} files instead of ${MATCHES}.`);
    },
  };
}

interface BumpOptions {
  readonly dryRun?: boolean;
  readonly reset?: () => void;
  /** The file that takes the peak memory of the process. */
  readonly peak?: string;
}

function bumpCommand(name: string, folder: string, bundle: string, tree: string, options: BumpOptions): Command {
  const output = join(folder, 'output');
  const { dryRun = false, reset = () => {}, peak } = options;
  return {
    name,
    program: process.execPath,
    args: [...(peak === undefined ? [] : ['--import', join(ROOT, 'bench', 'peak-memory.mjs')]), bundle],
    env: {
      INPUT_IMAGE: `${IMAGE}:1.4.2`,
      INPUT_ROOT: tree,
      'INPUT_DRY-RUN': String(dryRun),
      GITHUB_OUTPUT: output,
      GITHUB_WORKSPACE: folder,
      ...defined({ BENCH_PEAK: peak }),
    },
    reset: () => {
      reset();
      writeFileSync(output, '');
    },
    check({ status, stdout, stderr }) {
      if (status !== 0) throw new Error(`bump-manifest-tag ended with ${status}:\n${stdout}${stderr}`);
      // Not the output `changes`, which is left empty where it is longer than GitHub takes.
      const result = stdout.trim().split('\n').at(-1) ?? '';
      const changed = Number(/^✓ (\d+) fields? in /.exec(result)?.[1] ?? 0);
      if (changed < MATCHES) throw new Error(`Too little was changed: ${result}`);
    },
  };
}

const YQ = 'yq searching the files';

/** What people do with yq to find the fields: it reads every file, many at a time. */
function yqCommand(yq: string, tree: string): Command {
  const query = `.. | select(tag == "!!str" and test("^${IMAGE.replaceAll('.', '\\.')}:"))`;
  const script = 'find "$1" -name "*.yaml" | sort | head -n "$2" | xargs "$3" -N "$4"';
  return {
    name: YQ,
    program: 'sh',
    args: ['-c', script, 'sh', tree, String(YQ_FILES), yq, query],
    check: ({ status, stderr }) => {
      if (status !== 0) throw new Error(`yq ended with ${status}: ${stderr}`);
    },
  };
}

function timeOf(times: ReadonlyMap<string, number>, { name }: Pick<Command, 'name'>): number {
  return times.get(name) ?? Number.NaN;
}

/** mikefarah's yq, by its version line: from BENCH_YQ, the PATH, or where the end-to-end tests keep programs; Debian's `yq` is another. */
function mikefarahYq(): string | undefined {
  const cache = cacheFolder();
  const kept = join(cache, 'yq', 'yq');
  const known = [process.env['BENCH_YQ'], 'yq', kept].filter((program) => program !== undefined);
  const found = known.find(isMikefarahYq);
  if (found !== undefined || spawnSync('go', ['version']).status !== 0) return found;
  const env = { ...process.env, GOBIN: join(cache, 'yq'), CGO_ENABLED: '0', GOFLAGS: '' };
  spawnSync('go', ['install', 'github.com/mikefarah/yq/v4@v4.47.2'], { env, stdio: 'inherit' });
  return isMikefarahYq(kept) ? kept : undefined;
}

function isMikefarahYq(program: string): boolean {
  return spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout?.includes('mikefarah') === true;
}
