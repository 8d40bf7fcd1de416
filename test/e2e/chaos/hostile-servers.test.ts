import { describe, expect, test } from '@jest/globals';
import { limitTo } from './at-once.ts';
import { HOSTILE_ANSWERS, type HostileAnswer } from './hostile-answers.ts';
import { Phases } from './phases.ts';
import {
  expectNothingHalfWritten,
  expectResults,
  expectSentence,
  expectSuccess,
  play,
  playUndisturbed,
  type Undisturbed,
} from './play.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import { endWithin } from './step.ts';

/** Each server of each action turns hostile: at its first request, or after it has worked for a while. */

/** How many times faster the time of a step passes whose requests have only limits of their own: they take minutes together. */
const SPEED = 60;
/** In the time of such a step, in ms. Longer than all limits: for a request, its repetitions, and a wait for a rate limit. */
const LIMIT = 30 * 60_000;
/** For a step with a timeout. */
const TIMEOUT_SPEED = 5;
/** How much longer than its timeout a step may take, in ms of its time: it starts, ends, and says what it knows. */
const SLACK = 20_000;

// Most of them wait most of the time.
const many = limitTo(8);
const undisturbed = new Map<Scenario, Undisturbed>(
  await Promise.all(
    firstOfEachAction().map(async (scenario) => [scenario, await many(() => playUndisturbed(scenario))] as const),
  ),
);

for (const [scenario, expected] of undisturbed) {
  for (const [server, requests] of expected.requests) {
    const moments = requests < 3 ? [1] : [1, Math.ceil(requests / 2)];
    const cases = Object.entries(HOSTILE_ANSWERS).flatMap(([what, answer]) =>
      moments.map((moment) => [what, moment, answer] as const),
    );
    describe(`${scenario.name}: the ${server}`, () => {
      test.concurrent.each(cases)('%s, from request %d on', async (_, moment, answer) =>
        many(() => survives({ scenario, server, answer, moment, expected })),
      );
    });
  }
}

/** Other scenarios of an action use the same clients. */
function firstOfEachAction(): readonly Scenario[] {
  return SCENARIOS.filter(({ action }, index) => SCENARIOS.findIndex((one) => one.action === action) === index);
}

interface Case {
  readonly scenario: Scenario;
  readonly server: string;
  readonly answer: HostileAnswer;
  readonly moment: number;
  readonly expected: Undisturbed;
}

async function survives({ scenario, server, answer, moment, expected }: Case): Promise<void> {
  await play(scenario, async ({ world, stage, start, state }) => {
    const { faults, requests = /./ } = stage.servers[server] ?? missing(server);
    faults.inject(requests, { kind: 'meanwhile', happen: () => {} }, moment - 1);
    faults.inject(requests, { kind: 'hostile', answer }, Number.POSITIVE_INFINITY);
    const [limit, speed] = stage.timeout === undefined ? [LIMIT, SPEED] : [stage.timeout + SLACK, TIMEOUT_SPEED];
    const ended = await endWithin(limit / speed, start(new Phases(), { speed }));
    expectResults(ended);
    // Some answers are not needed, such as that to the end of an upload.
    if (moment > 1 && ended.exitCode === 0) expect(state()).toStrictEqual(expected.state);
    else expectSentence(ended);
    expect(world.filesWith(stage.secrets)).toStrictEqual([]);
    expectNothingHalfWritten(world, expected);

    faults.clear();
    expectSuccess(await start(new Phases()).ended);
    expect(state()).toStrictEqual(expected.state);
  });
}

function missing(server: string): never {
  throw new Error(`the stage has no server "${server}"`);
}
