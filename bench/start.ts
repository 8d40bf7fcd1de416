import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { actionNames, ROOT } from '../scripts/actions.ts';
import { stringAt } from '../src/json/json.ts';
import { type Command, medians } from './measure.ts';
import { milliseconds, type Outcome, type Row } from './outcome.ts';

const ROUNDS = 25;
const MAX_NODE_RATIO = 2.3;
const MAX_BYTES = 1_000_000;
/** For a bundle with a toolkit package that is loaded lazily. */
const MAX_BYTES_WITH_LAZY_TOOLKIT = 1_200_000;
const LAZY_TOOLKIT = /^@actions\/(?:exec|github|tool-cache) /m;

/** Well-known actions to compare with. They aren't installed with this repository. */
const PEERS = [
  'peter-evans/create-pull-request',
  'docker/metadata-action',
  'docker/build-push-action',
  'astral-sh/setup-uv',
];

/**
 * Measures the start of each bundle as a multiple of an idle Node process, and its size. Each run gets an unknown input, so it stops
 * after reading its inputs. Peers: folders of checked-out JavaScript actions in BENCH_PEER_ACTIONS, separated by `:`.
 */
export function benchStart(): Outcome {
  const bundles = actionNames().map((name) => ({ name, folder: join(ROOT, 'dist', name) }));
  const missing = bundles.filter(({ folder }) => !existsSync(join(folder, 'index.js'))).map(({ name }) => name);
  if (missing.length > 0) throw new Error(`No bundles: ${missing.join(', ')}. Run \`npm run build\` first.`);
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
          throw new Error(`${name} did not stop at the unknown input:\n${result.stdout}${result.stderr}`);
      },
    }),
  );
  // A peer stops at its first missing input, with any exit code.
  const theirs = peers.map(
    ({ name, main }): Command => ({ name, program: process.execPath, args: [main], check: () => {} }),
  );
  const times = medians([bare, ...ours, ...theirs], ROUNDS);
  const unit = times.get(bare.name) ?? Number.NaN;
  const rows = [...times].map(([name, time]): Row => {
    const ratio = time / unit;
    const isOurs = ours.some((command) => command.name === name);
    return {
      subject: name === bare.name ? '`node -e 0`' : `start of ${name}${isOurs ? '' : ' (peer)'}`,
      measured: milliseconds(time),
      ratio: `${ratio.toFixed(2)} ×`,
      target: isOurs ? `≤ ${MAX_NODE_RATIO} ×` : '',
      met: isOurs ? ratio <= MAX_NODE_RATIO : undefined,
    };
  });
  const sizes = bundles.map(({ name, folder }): Row => {
    const bytes = scriptBytes(folder);
    const lazy = LAZY_TOOLKIT.test(readFileSync(join(folder, 'licenses.txt'), 'utf8'));
    const most = lazy ? MAX_BYTES_WITH_LAZY_TOOLKIT : MAX_BYTES;
    return {
      subject: `size of ${name}`,
      measured: `${Math.round(bytes / 1000)} kB (${Math.round(statSync(join(folder, 'index.js')).size / 1000)} kB at start)`,
      ratio: '',
      target: `≤ ${(most / 1000).toLocaleString('en')} kB`,
      met: bytes <= most,
    };
  });
  const missingPeers = PEERS.filter((peer) => !peers.some(({ name }) => peer.endsWith(name)));
  return {
    title: `Start-up (median of ${ROUNDS} interleaved runs) and size`,
    rows: [...rows, ...sizes],
    notes:
      missingPeers.length > 0
        ? [`Peers that were not measured (set BENCH_PEER_ACTIONS to their folders): ${missingPeers.join(', ')}.`]
        : [],
  };
}

function expectStatus(expected: number): Command['check'] {
  return ({ status, stdout, stderr }) => {
    if (status !== expected) throw new Error(`exit code ${status} instead of ${expected}:\n${stdout}${stderr}`);
  };
}

/** The size of all JavaScript in a bundle, including lazily loaded chunks. */
function scriptBytes(folder: string): number {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .reduce((total, name) => total + statSync(join(folder, name)).size, 0);
}

function givenPeers(): { readonly name: string; readonly main: string }[] {
  const folders = (process.env['BENCH_PEER_ACTIONS'] ?? '').split(':').filter((folder) => folder !== '');
  return folders.map((folder) => {
    const main = stringAt(parse(readFileSync(join(folder, 'action.yml'), 'utf8')), 'runs', 'main');
    if (main === undefined)
      throw new Error(`${folder}/action.yml has no \`runs.main\`, so it isn't a JavaScript action.`);
    return { name: folder.replace(/\/+$/, '').split('/').at(-1) ?? folder, main: join(folder, main) };
  });
}
