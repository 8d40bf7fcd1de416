import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/actions.ts';
import { defined } from '../../src/core/defined.ts';
import type { Command } from '../measure.ts';
import { IMAGE } from './tree.ts';

/** How many fields each run must find. */
export const MATCHES = 20;
/** Reads the same tree: the minimum that any tool must do. */
export function grepCommand(tree: string): Command {
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

export interface BumpOptions {
  readonly dryRun?: boolean;
  readonly reset?: () => void;
  /** The file for the peak memory of the process. */
  readonly peak?: string;
}

export function bumpCommand(name: string, folder: string, bundle: string, tree: string, options: BumpOptions): Command {
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
      if (status !== 0) throw new Error(`bump-manifest-tag exited with ${status}:\n${stdout}${stderr}`);
      // Not the output `changes`, which is empty if it is too long for GitHub.
      const result = stdout.trim().split('\n').at(-1) ?? '';
      const changed = Number(/^✓ (\d+) fields? in /.exec(result)?.[1] ?? 0);
      if (changed < MATCHES) throw new Error(`bump-manifest-tag changed too few fields: ${result}`);
    },
  };
}

export const YQ = 'yq searching the files';

/** Finds the fields with yq, which parses every file, many at a time. */

export function yqCommand(yq: string, tree: string, files: number): Command {
  const query = `.. | select(tag == "!!str" and test("^${IMAGE.replaceAll('.', '\\.')}:"))`;
  const script = 'find "$1" -name "*.yaml" | sort | head -n "$2" | xargs "$3" -N "$4"';
  return {
    name: YQ,
    program: 'sh',
    args: ['-c', script, 'sh', tree, String(files), yq, query],
    check: ({ status, stderr }) => {
      if (status !== 0) throw new Error(`yq exited with ${status}: ${stderr}`);
    },
  };
}
