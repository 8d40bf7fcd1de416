import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { harnessVariable } from './cleanup.ts';
import { Daemon, type DaemonOptions } from './daemon.ts';

/** Something that was started and must be stopped. */
export interface Component {
  readonly name: string;
  stop(): Promise<void>;
}

/**
 * Runs components: it has a scratch folder and a list of what was started, which it stops in reverse order.
 *
 * Each harness starts a reaper: a separate process that waits for this process to end and then removes everything that is left
 * (processes, mounts, the pods' network, the folder). So nothing stays behind, even if this process is killed.
 */
export class Harness {
  readonly folder = mkdtempSync(join(tmpdir(), 'gitops-actions-e2e-'));
  readonly logs = process.env['E2E_LOGS'] ?? join(this.folder, 'logs');
  readonly daemons: Daemon[] = [];
  readonly #started: Component[] = [];
  readonly #reaper: ChildProcess = startReaper(this.folder);
  #closed: Promise<void> | undefined;

  constructor() {
    mkdirSync(this.logs, { recursive: true });
  }

  /** Creates a folder in the harness's folder. */
  scratch(name: string): string {
    return mkdtempSync(join(this.folder, `${name}-`));
  }

  /** Starts a program and waits until it is ready. The harness stops it, even if it never gets ready. */
  async daemon(options: DaemonOptions): Promise<Daemon> {
    if (this.#closed !== undefined) throw new Error(`${options.name} can't start: the harness is closed`);
    const daemon = new Daemon(options, this.logs, { [harnessVariable]: this.folder });
    this.daemons.push(daemon);
    this.add(daemon);
    await daemon.ready();
    return daemon;
  }

  /** Adds a component that the harness stops, before those that were added earlier. */
  add<T extends Component>(component: T): T {
    this.#started.push(component);
    return component;
  }

  /** Stops everything and waits until nothing is left. Safe to call twice. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const errors: unknown[] = [];
    for (const component of this.#started.reverse()) {
      await component.stop().catch((error: unknown) => errors.push(error));
    }
    await reaped(this.#reaper).catch((error: unknown) => errors.push(error));
    if (errors.length > 0) throw new AggregateError(errors, 'not everything stopped cleanly');
  }
}

/** Runs `body` with a harness and closes the harness, even if a signal ends the process. */
export async function withHarness<T>(body: (harness: Harness) => Promise<T>): Promise<T> {
  const harness = new Harness();
  const end = (signal: NodeJS.Signals) => {
    void harness.close().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  };
  process.once('SIGINT', end).once('SIGTERM', end);
  try {
    return await body(harness);
  } catch (error) {
    for (const daemon of harness.daemons) console.error(daemon.logTail());
    throw error;
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
    await harness.close();
  }
}

function startReaper(folder: string): ChildProcess {
  const { [harnessVariable]: _, ...environment } = process.env;
  try {
    return spawn(process.execPath, [join(import.meta.dirname, 'reaper.ts'), folder], {
      detached: true,
      env: environment,
      stdio: ['pipe', 'inherit', 'inherit'],
    });
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
}

async function reaped(reaper: ChildProcess): Promise<void> {
  const code = await new Promise<number | null>((resolve) => {
    reaper.once('exit', resolve);
    reaper.stdin?.end();
  });
  if (code !== 0) throw new Error(`the reaper ended with code ${code}`);
}
