import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../scripts/actions.ts';
import { type Command, medians } from '../measure.ts';
import { milliseconds, type Outcome, type Row } from '../outcome.ts';
import { bumpCommand, grepCommand, MATCHES, YQ, yqCommand } from './commands.ts';
import { type TreeSize, writeStream, writeTree } from './tree.ts';
import { findYq } from './yq.ts';

const ROUNDS = 5;
/** 10,000 files of 10 kB. */
const LARGE: TreeSize = { files: 10_000, matches: MATCHES, bytes: 10_000 };
const GROWTH = [1_000, 10_000, 50_000] as const;
const STREAM: TreeSize = { files: 5_000, matches: MATCHES, bytes: 2_000 };
/** yq parses only about a hundred files per second: it reads a part of the tree, and its time is scaled to the whole tree. */
const YQ_FILES = 250;

const MAX_GREP_RATIO = 3;
const MAX_YQ_RATIO = 0.5;
const MAX_MEGABYTES = 150;
/** How much more a file may cost in the largest tree than in the middle one. */
const MAX_GROWTH = 1.5;
const MAX_STREAM_MILLISECONDS = 1000;

/**
 * Bumps one image in a GitOps tree, and measures the whole process: compared with `grep -rl` and, if available, mikefarah's yq on the same
 * tree; its peak memory; its growth with the size of the tree; and one file with very many documents.
 */
export function benchBump(): Outcome {
  const bundle = join(ROOT, 'dist', 'bump-manifest-tag', 'index.js');
  if (!existsSync(bundle)) throw new Error('bump-manifest-tag has no bundle: run `npm run build` first.');
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
  const [grepTime, bumpTime] = [timeOf(times, grep), timeOf(times, bump)];
  const megabytes = Number(readFileSync(peak, 'utf8')) / 1024;
  const yq = findYq();
  const yqPartTime = yq === undefined ? undefined : timeOf(medians([yqCommand(yq, tree, YQ_FILES)], 1), { name: YQ });
  const yqTime = yqPartTime === undefined ? undefined : (yqPartTime * LARGE.files) / YQ_FILES;
  const rows: Row[] = [
    {
      subject: `grep -rl, ${LARGE.files} files, 100 MB`,
      measured: milliseconds(grepTime),
      ratio: '',
      target: '',
      met: undefined,
    },
    withLimit(
      'bump-manifest-tag, same tree',
      milliseconds(bumpTime),
      `${(bumpTime / grepTime).toFixed(1)} × grep`,
      bumpTime / grepTime,
      MAX_GREP_RATIO,
      '×',
    ),
    withLimit('its peak memory', `${megabytes.toFixed(0)} MB`, '', megabytes, MAX_MEGABYTES, 'MB'),
  ];
  if (yqTime !== undefined)
    rows.push(
      {
        subject: `${YQ} (scaled from ${YQ_FILES} files)`,
        measured: milliseconds(yqTime),
        ratio: '',
        target: '',
        met: undefined,
      },
      withLimit(
        'bump-manifest-tag, compared with yq',
        milliseconds(bumpTime),
        `${(bumpTime / yqTime).toFixed(3)} × yq`,
        bumpTime / yqTime,
        MAX_YQ_RATIO,
        '×',
      ),
    );
  const notes = yq
    ? []
    : ['Not installed: yq (github.com/mikefarah/yq). Other programs of that name are not measured.'];
  return { rows, notes };
}

/** Measures the time per additional file, between trees of 1,000, 10,000 and 50,000 files. */
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
    return {
      subject: command.name,
      measured: milliseconds(timeOf(times, command)),
      ratio: '',
      target: '',
      met: undefined,
    };
  });
  const ratio = perFileLater / perFile;
  return [
    ...rows,
    withLimit(
      'growth: time per additional file, from 10,000 / from 1,000',
      `${(perFileLater * 1000).toFixed(0)} µs / ${(perFile * 1000).toFixed(0)} µs`,
      `${ratio.toFixed(2)} ×`,
      ratio,
      MAX_GROWTH,
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
    withLimit(one.name, milliseconds(time), '', time, MAX_STREAM_MILLISECONDS, 'ms'),
    { subject: every.name, measured: milliseconds(worst), ratio: '', target: '', met: undefined },
  ];
}

function withLimit(subject: string, measured: string, ratio: string, value: number, limit: number, unit: string): Row {
  return { subject, measured, ratio, target: `≤ ${limit} ${unit}`, met: value <= limit };
}

function timeOf(times: ReadonlyMap<string, number>, { name }: Pick<Command, 'name'>): number {
  return times.get(name) ?? Number.NaN;
}
