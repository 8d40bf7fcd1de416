// Started by each harness: waits until the harness's process closes the pipe or dies, then removes what is left of the harness.
import { cleanUp } from './cleanup.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('which folder?');

// Ctrl-C reaches the whole terminal; the work starts only after the harness is gone.
process
  .on('SIGINT', () => {})
  .on('SIGTERM', () => {})
  .on('SIGHUP', () => {});
process.stdin.resume().on('close', () => {
  cleanUp(folder).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
});
