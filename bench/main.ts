/** Ratios, measured in one run on one machine: `npm run bench`, or `npm run bench -- start` for one of them. */
import { cpus } from 'node:os';
import { messageOf } from '../src/core/error.ts';
import { benchBump } from './bump.ts';
import { render } from './outcome.ts';
import { benchRollout } from './rollout.ts';
import { benchStart } from './start.ts';
import { benchWork } from './work.ts';

const BENCHES = { start: benchStart, bump: benchBump, rollout: benchRollout, work: benchWork } as const;

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there is ${Object.keys(BENCHES).join(', ')}.`);
  process.exitCode = 1;
} else {
  console.log(`# Bench (Node ${process.version}, ${cpus().length} cores)\n`);
  try {
    let missed = 0;
    for (const [name, bench] of Object.entries(BENCHES)) {
      if (asked.length > 0 && !asked.includes(name)) continue;
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
