import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { actionNames, ROOT } from '../scripts/actions.ts';
import { stringAt } from '../src/json/json.ts';
import { type Command, medians } from './measure.ts';
import { milliseconds, type Outcome, type Row } from './outcome.ts';

const ROUNDS = 25;
const MOST_TIMES_NODE = 2.3;
const MOST_BYTES = 1_000_000;
/** For a bundle with a package of the toolkit that is loaded where it is needed. */
const MOST_BYTES_WITH_LAZY_TOOLKIT = 1_200_000;
const LAZY_TOOLKIT = /^@actions\/(?:exec|github|tool-cache) /m;

/** Peers that the field is compared with; none of them is installed with this repository. */
const PEERS = [
  'peter-evans/create-pull-request',
  'docker/metadata-action',
  'docker/build-push-action',
  'astral-sh/setup-uv',
];

/**
 * Whole-process start of each bundle, as a multiple of a Node that does nothing, and its size. Each run gets an input that does not exist,
 * so it loads, reads its inputs and stops there. Peers: folders of checked-out JavaScript actions in BENCH_PEER_ACTIONS, separated by `:`.
 */
export function benchStart(): Outcome {
  const bundles = actionNames().map((name) => ({ name, folder: join(ROOT, 'dist', name) }));
  const missing = bundles.filter(({ folder }) => !existsSync(join(folder, 'index.js'))).map(({ name }) => name);
  if (missing.length > 0) throw new Error(`No bundle of ${missing.join(', ')}: run \`npm run build\` first.`);
  const peers = givenPeers();
  const bare: Command = { name: 'node -e 0', program: process.execPath, args: ['-e', '0'], check: expectStatus(0) };
  const ours = bundles.map(
    ({ name, folder }): Command => ({
      name,
      program: process.execPath,
      args: [join(folder, 'index.js')],
      env: { 'INPUT_NO-SUCH-INPUT': 'x' },
      check(result) {
        expectStatus(1)(result);
        if (!result.stdout.includes('has no input `no-such-input`'))
          throw new Error(`${name} did not stop at its inputs:\n${result.stdout}${result.stderr}`);
      },
    }),
  );
  // A peer stops wherever it misses its first input: it is only asked not to hang.
  const theirs = peers.map(
    ({ name, main }): Command => ({ name, program: process.execPath, args: [main], check: () => {} }),
  );
  const times = medians([bare, ...ours, ...theirs], ROUNDS);
  const unit = times.get(bare.name) ?? Number.NaN;
  const rows = [...times].map(([name, time]): Row => {
    const ratio = time / unit;
    const isOurs = ours.some((command) => command.name === name);
    return {
      what: name === bare.name ? '`node -e 0`' : `start of ${name}${isOurs ? '' : ' (peer)'}`,
      figure: milliseconds(time),
      ratio: `${ratio.toFixed(2)} ×`,
      target: isOurs ? `≤ ${MOST_TIMES_NODE} ×` : '',
      met: isOurs ? ratio <= MOST_TIMES_NODE : undefined,
    };
  });
  const sizes = bundles.map(({ name, folder }): Row => {
    const bytes = scriptBytes(folder);
    const lazy = LAZY_TOOLKIT.test(readFileSync(join(folder, 'licenses.txt'), 'utf8'));
    const most = lazy ? MOST_BYTES_WITH_LAZY_TOOLKIT : MOST_BYTES;
    return {
      what: `size of ${name}`,
      figure: `${Math.round(bytes / 1000)} kB (${Math.round(statSync(join(folder, 'index.js')).size / 1000)} kB at start)`,
      ratio: '',
      target: `≤ ${(most / 1000).toLocaleString('en')} kB`,
      met: bytes <= most,
    };
  });
  const absent = PEERS.filter((peer) => !peers.some(({ name }) => peer.endsWith(name)));
  return {
    title: `Start-up (median of ${ROUNDS} interleaved runs) and size`,
    rows: [...rows, ...sizes],
    notes:
      absent.length > 0
        ? [`Peers not on this machine (BENCH_PEER_ACTIONS names their folders): ${absent.join(', ')}.`]
        : [],
  };
}

function expectStatus(expected: number): Command['check'] {
  return ({ status, stdout, stderr }) => {
    if (status !== expected) throw new Error(`exit code ${status} instead of ${expected}:\n${stdout}${stderr}`);
  };
}

/** All JavaScript of a bundle, chunks that are loaded later included. */
function scriptBytes(folder: string): number {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .reduce((total, name) => total + statSync(join(folder, name)).size, 0);
}

function givenPeers(): { readonly name: string; readonly main: string }[] {
  const folders = (process.env['BENCH_PEER_ACTIONS'] ?? '').split(':').filter((folder) => folder !== '');
  return folders.map((folder) => {
    const main = stringAt(parse(readFileSync(join(folder, 'action.yml'), 'utf8')), 'runs', 'main');
    if (main === undefined) throw new Error(`${folder}/action.yml names no \`runs.main\`: it is no JavaScript action.`);
    return { name: folder.replace(/\/+$/, '').split('/').at(-1) ?? folder, main: join(folder, main) };
  });
}
