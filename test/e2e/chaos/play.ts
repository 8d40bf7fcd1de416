import { expect } from '@jest/globals';
import { parseJson, stringAt } from '../../../src/json/json.ts';
import { Phases } from './phases.ts';
import type { Scenario, ServerOfStage, Stage } from './scenario.ts';
import { type Ended, type RunningStep, type StepOptions, startStep } from './step.ts';
import { FOLDERS, type Folder, World } from './world.ts';

/** A scenario on its stage. */
export interface Play {
  readonly world: World;
  readonly stage: Stage;
  start(phases: Phases, options?: Partial<StepOptions>): RunningStep;
  /** All that the step has brought about, in the servers and on the disk. */
  state(): unknown;
}

/** Sets the stage for a scenario, and clears it afterwards. */
export async function play<T>(scenario: Scenario, body: (play: Play) => Promise<T>): Promise<T> {
  const world = await World.open();
  try {
    const stage = await scenario.stage(world);
    try {
      return await body({
        world,
        stage,
        start(phases, options = {}) {
          world.phases = phases;
          return startStep(world, {
            action: scenario.action,
            with: stage.inputs,
            ...(stage.env === undefined ? {} : { env: stage.env }),
            ...options,
          });
        },
        state: () => ({ servers: stage.state(), files: filesOf(world, stage) }),
      });
    } finally {
      await stage.close();
    }
  } finally {
    await world.close();
  }
}

/** What an undisturbed run of a scenario does. */
export interface Undisturbed {
  readonly phases: readonly string[];
  /** See `Stage`. */
  readonly waits: readonly RegExp[];
  /** How many requests each server got. */
  readonly requests: ReadonlyMap<string, number>;
  /** The content of the workspace before the run and after it. */
  readonly workspace: {
    readonly before: Readonly<Record<string, string>>;
    readonly after: Readonly<Record<string, string>>;
  };
  readonly state: unknown;
}

export function playUndisturbed(scenario: Scenario): Promise<Undisturbed> {
  return play(scenario, async ({ world, stage, start, state }) => {
    watchServers(world, stage);
    const before = world.files('workspace');
    const phases = new Phases();
    expectSuccess(await start(phases).ended);
    const requests = new Map(
      Object.entries(stage.servers).map(([name, server]) => [name, phases.seen.filter(isRequestTo(server)).length]),
    );
    return {
      phases: phases.seen,
      waits: stage.waits ?? [],
      requests,
      workspace: { before, after: world.files('workspace') },
      state: state(),
    };
  });
}

function isRequestTo({ requests = /./ }: ServerOfStage): (phase: string) => boolean {
  return (phase) => !/^(file|program|answer of) /.test(phase) && requests.test(phase);
}

export function watchServers(world: World, stage: Stage): void {
  const watched = new Set<unknown>();
  for (const [name, { faults }] of Object.entries(stage.servers)) {
    if (!watched.has(faults)) world.watch(name, faults);
    watched.add(faults);
  }
}

export function expectSuccess(ended: Ended): void {
  const { exitCode, signal, outputs, log } = ended;
  expect({ exitCode, signal, status: outputs['status'], log }).toStrictEqual({
    exitCode: 0,
    signal: null,
    status: 'success',
    log,
  });
}

/** Outputs, summary and delivery record are complete and say the same. */
export function expectResults({ outputs, summary, records, log }: Ended): void {
  const record = parseJson(outputs['record'] ?? '');
  const status = outputs['status'];
  expect({ status, summary: summary === '' ? 'none' : 'there', last: records.at(-1), log }).toStrictEqual({
    status: stringAt(record, 'status') ?? 'no record',
    summary: 'there',
    last: outputs['record'],
    log,
  });
}

/** Every error says what is wrong and what to do, in a sentence each, and none is a surprise for us. */
export function expectSentence({ annotations, log, exitCode }: Ended): void {
  const errors = annotations.filter(({ level }) => level === 'error');
  expect({ exitCode, errors: errors.length > 0, log }).toStrictEqual({ exitCode: 1, errors: true, log });
  for (const { title, message } of errors) {
    expect(`${title} ${message}`).not.toMatch(/: internal\b/);
    expect(message).toMatch(/[.!?]\n→ \S.*[.!?]$/s);
  }
}

/** Each manifest is as before or as after the run: none is half written, lost, or left over. */
export function expectNothingHalfWritten(world: World, { workspace }: Undisturbed, leftovers?: RegExp): void {
  const files = world.files('workspace');
  const torn = Object.entries(files)
    .filter(([path]) => !leftovers?.test(path))
    .filter(([path, content]) => content !== workspace.before[path] && content !== workspace.after[path]);
  const lost = Object.keys(workspace.before).filter((path) => !(path in files));
  expect({ torn: torn.map(([path]) => path), lost }).toStrictEqual({ torn: [], lost: [] });
}

/** Lines that later steps parse. */
export function expectWholeLines(world: World): void {
  for (const [path, content] of Object.entries(world.files('temp'))) {
    if (!path.endsWith('.jsonl')) continue;
    const lines = content.split('\n').filter((line) => line !== '');
    expect(lines.filter((line) => parseJson(line) === undefined)).toStrictEqual([]);
  }
}

function filesOf(world: World, { keeps }: Stage): Record<string, unknown> {
  const kept = (folder: Folder, path: string) =>
    folder !== 'temp' || !(path === 'delivery-records.jsonl' || keeps?.test(path));
  const ofRunner: readonly Folder[] = ['output', 'summary'];
  return Object.fromEntries(
    FOLDERS.filter((folder) => !ofRunner.includes(folder)).map((folder) => [
      folder,
      Object.fromEntries(Object.entries(world.files(folder)).filter(([path]) => kept(folder, path))),
    ]),
  );
}
