import { systemClock } from '../core/clock.ts';
import type { Contract } from '../core/contract.ts';
import { processRunner } from '../core/runner.ts';
import type { Run } from './context.ts';
import { runAction } from './run-action.ts';

/** The entry of a bundle: runs the action with the real process as its world. */
export async function main<C extends Contract>(contract: C, run: Run<C>): Promise<void> {
  // A log that nobody reads any more is no reason to end without outputs: unheard, Node would throw the error of the pipe.
  process.stdout.on('error', () => {});
  process.exitCode = await runAction(contract, run, {
    env: process.env,
    cwd: process.env['GITHUB_WORKSPACE'] ?? process.cwd(),
    clock: systemClock,
    runner: processRunner,
    onCancel(cancel) {
      // The runner sends SIGINT, 7.5 s later SIGTERM, and kills 2.5 s after that.
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => cancel(name));
    },
  });
}
