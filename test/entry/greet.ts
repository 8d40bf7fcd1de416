import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import { defaulted, defineContract, optional, required } from '../../src/core/contract.ts';
import { duration, list, text } from '../../src/core/input-types.ts';
import type { Run } from '../../src/entry/context.ts';
import { runAction } from '../../src/entry/run-action.ts';
import { fakeRunner } from '../fakes/runner.ts';

export const contract = defineContract({
  name: 'greet',
  description: 'Greets people.',
  branding: { icon: 'sun', color: 'blue' },
  inputs: {
    'first-name': required(text, { description: 'Who.', example: 'Ada' }),
    timeout: defaulted(duration, '10m', { description: 'How long.', example: '90s' }),
    titles: optional(list(text), { description: 'Titles.', example: 'Dr' }),
    token: optional(text, { description: 'A secret.', example: 't0ken', secret: true }),
  },
  outputs: { greeting: { description: 'What was said.' }, 'said-at': { description: 'When.' } },
});

/** Runs an action in a folder that stands for the runner's. */
export async function runWith(
  folder: string,
  env: Record<string, string>,
  run: Run<typeof contract>,
  random?: () => number,
  cancelGrace = 60_000,
) {
  const files = {
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    RUNNER_TEMP: folder,
  };
  for (const file of [files.GITHUB_OUTPUT, files.GITHUB_STEP_SUMMARY]) writeFileSync(file, '');
  const log: string[] = [];
  let cancel: (name: string) => void = () => {};
  const variables = {
    ...files,
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_SHA: 'abc',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_RUN_ID: '7',
    ...env,
  };
  const exitCode = await runAction(contract, run, {
    env: variables,
    cwd: folder,
    clock: systemClock,
    cancelGrace,
    random,
    runner: fakeRunner(variables, (line) => {
      log.push(line);
      if (line === 'please cancel') cancel('SIGINT');
    }),
    onCancel: (callback) => {
      cancel = callback;
    },
  });
  return {
    exitCode,
    log,
    outputs: readOutputs(files.GITHUB_OUTPUT),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
  };
}

function readOutputs(file: string): Record<string, string> {
  const found = readFileSync(file, 'utf8').matchAll(/^(.+?)<<(ghadelimiter_.+)\n([\s\S]*?)\n\2$/gm);
  return Object.fromEntries([...found].map((match) => [match[1], match[3] ?? '']));
}
