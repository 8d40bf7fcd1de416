import { spawnSync } from 'node:child_process';
import { closeSync, cpSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { few } from './at-once.ts';
import { Phases } from './phases.ts';
import {
  expectNothingHalfWritten,
  expectSentence,
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
import { FOLDERS, type Folder, type World } from './world.ts';

/** Each folder that an action writes to is full, and each of its writes exceeds a quota. The next run has space. */

/** Takes all the space. */
const FILLER = /^\.filler$/;

const undisturbed = new Map<Scenario, Undisturbed>(
  await Promise.all(SCENARIOS.map(async (scenario) => [scenario, await few(() => playUndisturbed(scenario))] as const)),
);

for (const [scenario, expected] of undisturbed) {
  describe(`${scenario.name} on a full disk`, () => {
    test.concurrent.each(FOLDERS)('in the folder %s', async (folder) =>
      few(() => survivesFullFolder(scenario, folder, expected)),
    );
  });
  const changes = expected.phases.filter((phase) => phase.startsWith('file '));
  const cases = changes.flatMap((change, index) =>
    (['EDQUOT', 'ENOSPC', 'EROFS', 'EIO'] as const)
      .slice(index % 4, (index % 4) + 1)
      .map((code) => [code, index + 1, change.replace(/\S*\/chaos-\w+\//g, '').slice(0, 80)] as const),
  );
  describe(`${scenario.name} with a file system that refuses`, () => {
    test.concurrent.each(cases)('with %s at change %d (%s)', async (code, at) =>
      few(() => survivesRefusal(scenario, code, at, expected)),
    );
  });
}

async function survivesFullFolder(scenario: Scenario, folder: Folder, expected: Undisturbed): Promise<void> {
  await play(scenario, async (on) => {
    const disk = mountSmallDisk(on.world, folder);
    try {
      disk.fill();
      const ended = await on.start(new Phases()).ended;
      const isWritten = expected.phases.some(
        (phase) => phase.startsWith('file ') && /\/chaos-\w+\/([^/]+)\//.exec(phase)?.[1] === folder,
      );
      if (isWritten) expectRefusal(on, ended, expected, on.stage.secrets);
      else expectSuccess(ended);
      disk.clear();
      await expectGoodSecondRun(on, expected);
    } finally {
      disk.unmount();
    }
  });
}

async function survivesRefusal(scenario: Scenario, code: string, at: number, expected: Undisturbed): Promise<void> {
  await play(scenario, async (on) => {
    watchServers(on.world, on.stage);
    const ended = await on.start(new Phases(), {
      faultAt: (number) => (number === at ? code : undefined),
    }).ended;
    // A folder that can't be removed stays until the next run.
    const isRemoval = on.world.phases.seen.filter((name) => name.startsWith('file '))[at - 1]?.startsWith('file rm ');
    expectRefusal(on, ended, expected, isRemoval === true ? [] : on.stage.secrets);
    await expectGoodSecondRun(on, expected);
  });
}

function expectRefusal({ world }: Play, ended: Ended, expected: Undisturbed, secrets: readonly string[]): void {
  expectSentence(ended);
  expect(world.filesWith(secrets)).toStrictEqual([]);
  expectNothingHalfWritten(world, expected, FILLER);
}

async function expectGoodSecondRun({ world, stage, start, state }: Play, expected: Undisturbed): Promise<void> {
  expectSuccess(await start(new Phases()).ended);
  expectWholeLines(world);
  expect(state()).toStrictEqual(expected.state);
  expect(world.filesWith(stage.secrets)).toStrictEqual([]);
}

interface SmallDisk {
  fill(): void;
  clear(): void;
  unmount(): void;
}

/** Puts a folder on a disk of its own. */
function mountSmallDisk(world: World, folder: Folder): SmallDisk {
  const path = world.folder(folder);
  const aside = join(world.root, 'aside');
  cpSync(path, aside, { recursive: true });
  run('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'chaos', path]);
  cpSync(aside, path, { recursive: true });
  rmSync(aside, { recursive: true });
  const filler = join(path, '.filler');
  return {
    fill: () => writeUntilFull(filler),
    clear: () => rmSync(filler),
    unmount: () => run('umount', [path]),
  };
}

function writeUntilFull(path: string): void {
  const file = openSync(path, 'w');
  const chunk = Buffer.alloc(4096);
  try {
    for (;;) writeSync(file, chunk);
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOSPC')) throw thrown;
  } finally {
    closeSync(file);
  }
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status === 0) return;
  const reason = error?.message ?? stderr.trim();
  throw new Error(
    `This test needs small disks, so it must run as root on Linux and be allowed to mount: ${program}: ${reason}`,
  );
}
