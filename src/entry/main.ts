import { systemClock } from '../core/clock.ts';
import type { Contract } from '../core/contract.ts';
import { processRunner } from '../core/runner.ts';
import type { Run } from './context.ts';
import { runAction } from './run-action.ts';

/** The entry point of a bundle: runs the action in this process. */
export async function main<C extends Contract>(contract: C, run: Run<C>): Promise<void> {
  // If nobody reads the log any more, Node would throw an error of the pipe, and the action would end without outputs.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  process.exitCode = await runAction(contract, run, {
    env: process.env,
    cwd: process.env['GITHUB_WORKSPACE'] ?? process.cwd(),
    clock: systemClock,
    runner: processRunner,
    onCancel(cancel) {
      // The runner sends SIGINT, after 7.5 s SIGTERM, and after 2.5 s more SIGKILL.
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => cancel(name));
    },
  });
}
