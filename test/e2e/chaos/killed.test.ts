import { describe, expect, test } from '@jest/globals';
import { few } from './at-once.ts';
import { Phases } from './phases.ts';
import {
  expectNothingHalfWritten,
  expectResults,
  expectSuccess,
  expectWholeLines,
  type Play,
  play,
  playUndisturbed,
  type Undisturbed,
  watchServers,
} from './play.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import type { Ended } from './step.ts';

/** Each action is killed in each phase: before each request and its answer, in each program, before each change of a file. */

/** GitHub's runner sends SIGINT, after 7.5 s SIGTERM, and after 2.5 s more SIGKILL. */
const RUNNER_PATIENCE = 7500;

/** The number of a phase, or a log line after which the step waits. */
type Moment = number | RegExp;

const undisturbed = new Map<Scenario, Undisturbed>(
  await Promise.all(SCENARIOS.map(async (scenario) => [scenario, await few(() => playUndisturbed(scenario))] as const)),
);

for (const [scenario, expected] of undisturbed) {
  const phases = [
    ...expected.phases.map((name, index) => [`${index + 1} (${shortened(name)})`, index + 1] as const),
    ...expected.waits.map((line) => [`of waiting after ${line}`, line] as const),
  ];
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    describe(`${scenario.name}, cancelled by ${signal}`, () => {
      test.concurrent.each(phases)('in phase %s', async (_, at) =>
        few(() => cancelled(scenario, signal, at, expected)),
      );
    });
  describe(`${scenario.name}, killed by SIGKILL`, () => {
    test.concurrent.each(phases)('in phase %s', async (_, at) => few(() => killed(scenario, at, expected)));
  });
}

async function cancelled(scenario: Scenario, signal: NodeJS.Signals, at: Moment, expected: Undisturbed): Promise<void> {
  await play(scenario, async (on) => {
    const { world, stage, state } = on;
    watchServers(world, stage);
    const { ended, patience } = await killAt(on, at, signal);
    expectResults(ended);
    expect(patience).toBeLessThan(RUNNER_PATIENCE);
    // Who is cancelled when all is done may say so.
    const isDone = ended.outputs['status'] === 'success';
    const { exitCode, log } = ended;
    expect({ exitCode, status: ended.outputs['status'], log }).toStrictEqual(
      isDone ? { exitCode: 0, status: 'success', log } : { exitCode: 1, status: 'cancelled', log },
    );
    if (isDone) expect(state()).toStrictEqual(expected.state);
    expect(world.filesWith(stage.secrets)).toStrictEqual([]);
    expectNothingHalfWritten(world, expected);
    await expectGoodSecondRun(on, expected);
  });
}

async function killed(scenario: Scenario, at: Moment, expected: Undisturbed): Promise<void> {
  await play(scenario, async (on) => {
    watchServers(on.world, on.stage);
    const { ended } = await killAt(on, at, 'SIGKILL');
    expect(ended.signal).toBe('SIGKILL');
    // The process had no chance to remove its files. The next run does.
    expectNothingHalfWritten(on.world, expected, /\.tmp$/);
    await expectGoodSecondRun(on, expected);
  });
}

/** @returns also how long the process lived after the signal, in ms */
async function killAt(
  { start }: Play,
  at: Moment,
  signal: NodeJS.Signals,
): Promise<{ readonly ended: Ended; readonly patience: number }> {
  const phases = new Phases(typeof at === 'number' ? at : undefined);
  const waits = Promise.withResolvers<string>();
  const step = start(phases, { onLine: (line) => typeof at !== 'number' && at.test(line) && waits.resolve(line) });
  const held = await Promise.race([phases.held, waits.promise, step.ended]);
  if (typeof held !== 'string') throw new Error(`the step ended before phase ${at}: ${held.log}`);
  const sent = performance.now();
  step.kill(signal);
  // A call of the file system can't be interrupted. A request and a program can, so they stay held.
  if (held.startsWith('file ') && signal !== 'SIGKILL') phases.release();
  const ended = await step.ended;
  return { ended, patience: performance.now() - sent };
}

async function expectGoodSecondRun({ world, stage, start, state }: Play, expected: Undisturbed): Promise<void> {
  const second = await start(new Phases()).ended;
  expectSuccess(second);
  expectResults(second);
  expectWholeLines(world);
  expect(state()).toStrictEqual(expected.state);
  expect(world.filesWith(stage.secrets)).toStrictEqual([]);
}

function shortened(name: string): string {
  return name.replace(/\S*\/chaos-\w+\//g, '').slice(0, 80);
}
