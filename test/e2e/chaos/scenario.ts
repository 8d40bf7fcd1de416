import type { Faults } from '../../fakes/faults.ts';
import type { World } from './world.ts';

/** One use of an action. An entry in `scenarios.ts` brings it into every suite of this folder. */
export interface Scenario {
  readonly name: string;
  /** The name of its folder in actions/. */
  readonly action: string;
  /** Starts the servers, and fills the folders of the job. */
  stage(world: World): Promise<Stage>;
}

export interface ServerOfStage {
  readonly faults: Faults;
  /** The requests `METHOD /path` that belong to it, if two servers have one address. */
  readonly requests?: RegExp;
}

export interface Stage {
  readonly inputs: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly servers: Readonly<Record<string, ServerOfStage>>;
  /** The credentials that the step gets, as files would contain them. */
  readonly secrets: readonly string[];
  /** Log lines at which the step waits, so that it can be killed while it does nothing else. */
  readonly waits?: readonly RegExp[];
  /** Names in RUNNER_TEMP that stay there for later steps. */
  readonly keeps?: RegExp;
  /** How long the step may take by its inputs, in ms of its own time. Default: as long as all limits of its requests allow. */
  readonly timeout?: number;
  /** What the step has brought about in its servers, without what differs from run to run. */
  state(): unknown;
  close(): Promise<void>;
}

/** The forms in which a program keeps a login. */
export function loginForms(user: string, password: string): string[] {
  return [password, Buffer.from(`${user}:${password}`).toString('base64')];
}
