// Each harness starts this process. It waits until the harness's process closes the pipe or dies, then cleans up.
import { cleanUp } from './cleanup.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: reaper.ts <folder of the harness>');

// Ctrl-C reaches every process of the terminal, but cleanup must wait for the harness to end.
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
