/** Measures ratios in one run on one machine: `npm run bench` for all, `npm run bench -- start` for one. */
import { cpus } from 'node:os';
import { messageOf } from '../src/core/error.ts';
import { benchBump } from './bump/bench.ts';
import { render } from './outcome.ts';
import { benchPullRequest } from './pull-request.ts';
import { benchRollout } from './rollout/bench.ts';
import { benchStart } from './start.ts';

const BENCHES = {
  start: benchStart,
  bump: benchBump,
  rollout: benchRollout,
  'pull-request': benchPullRequest,
} as const;

const requested = process.argv.slice(2);
const unknown = requested.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  console.error(`Unknown bench: ${unknown.join(', ')}. Available: ${Object.keys(BENCHES).join(', ')}.`);
  process.exitCode = 1;
} else {
  console.log(`# Bench (Node ${process.version}, ${cpus().length} cores)\n`);
  try {
    let missed = 0;
    for (const [name, bench] of Object.entries(BENCHES)) {
      if (requested.length > 0 && !requested.includes(name)) continue;
      const outcome = await bench();
      missed += outcome.rows.filter(({ met }) => met === false).length;
      console.log(`${render(outcome)}\n`);
    }
    console.log(missed === 0 ? 'All targets met.' : `${missed} targets missed.`);
  } catch (thrown) {
    console.error(messageOf(thrown));
    process.exitCode = 1;
  }
}
