import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Faults } from '../../fakes/faults.ts';
import { listenOnLoopback } from '../../fakes/loopback.ts';
import { few } from './at-once.ts';
import { HOSTILE_ANSWERS, type HostileAnswer } from './hostile-answers.ts';
import { Phases } from './phases.ts';
import { expectResults, expectSentence, expectSuccess, type Play, play } from './play.ts';
import type { Scenario, Stage } from './scenario.ts';
import { installKubectl, rollout } from './scenarios/wait-for-rollout.ts';
import { endWithin } from './step.ts';

/** A tool is downloaded from a mirror that is hostile, or during which the action is killed. Nothing of it is kept or run. */

/** How many times faster the time of the action passes, and how long it may take, in ms of its own time. */
const SPEED = 60;
const LIMIT = 30 * 60_000;

const wrongTool: HostileAnswer = (request, response) => {
  request.resume();
  response.end('#!/bin/sh\necho hello from an attacker\n');
};

/** wait-for-rollout on a runner without kubectl. */
const withoutKubectl: Scenario = {
  ...rollout,
  async stage(world): Promise<Stage> {
    const stage = await rollout.stage(world);
    rmSync(join(world.programs, 'kubectl'));
    const faults = new Faults();
    const server = createServer((request, response) => {
      void faults.serve(request, response, () => wrongTool(request, response));
    });
    const port = await listenOnLoopback(server);
    return {
      ...stage,
      inputs: { ...stage.inputs, 'install-tools': 'true', 'tools-mirror': `http://127.0.0.1:${port}` },
      servers: { ...stage.servers, mirror: { faults } },
      async close() {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
        await stage.close();
      },
    };
  },
};

describe('a mirror of tools', () => {
  const answers = Object.entries({ ...HOSTILE_ANSWERS, 'has another program': wrongTool });
  test.concurrent.each(answers)('that %s ends the step with a sentence', async (_, answer) =>
    few(() =>
      play(withoutKubectl, async (on) => {
        on.stage.servers['mirror']?.faults.inject(/./, { kind: 'hostile', answer }, Number.POSITIVE_INFINITY);
        const ended = await endWithin(LIMIT / SPEED, on.start(new Phases(), { speed: SPEED }));
        expectResults(ended);
        expectSentence(ended);
        await expectNothingKept(on);
      }),
    ),
  );

  test.concurrent.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'leaves nothing after %s during the download',
    async (signal) =>
      few(() =>
        play(withoutKubectl, async (on) => {
          on.stage.servers['mirror']?.faults.inject(/./, {
            kind: 'held',
            until: () => on.world.phases.reach('mirror'),
          });
          // The only phase that has this name.
          const phases = new Phases('mirror');
          const step = on.start(phases);
          await phases.held;
          step.kill(signal);
          const ended = await step.ended;
          if (signal === 'SIGKILL') expect(ended.signal).toBe(signal);
          else expect([ended.exitCode, ended.outputs['status']]).toStrictEqual([1, 'cancelled']);
          await expectNothingKept(on);
        }),
      ),
  );
});

/** The next run, on a runner with kubectl, ends right and finds nothing that was left. */
async function expectNothingKept({ world, start }: Play): Promise<void> {
  installKubectl(world);
  expectSuccess(await start(new Phases()).ended);
  expect(Object.keys(world.files('tool-cache'))).toStrictEqual([]);
  expect(Object.keys(world.files('temp'))).toStrictEqual(['delivery-records.jsonl']);
}
