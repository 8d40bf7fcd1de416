import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { locate } from '../tools/locate.ts';

/** How to start a long-running program. */
export interface DaemonOptions {
  readonly name: string;
  /** A name to look up on PATH, or a path. */
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Resolves to true when the program is ready. Until then it throws or resolves to false. */
  readonly probe: () => Promise<boolean>;
  /** How long the program may take to get ready, in ms (default 60,000). */
  readonly timeout?: number;
}

/** A running program. Its output goes to a file. */
export class Daemon {
  readonly name: string;
  readonly log: string;
  readonly #options: DaemonOptions;
  readonly #process: ChildProcess;
  readonly #ended: Promise<string>;
  #end: string | undefined;

  constructor(options: DaemonOptions, logs: string, mark: Readonly<Record<string, string>>) {
    this.name = options.name;
    this.log = join(logs, `${options.name}.log`);
    this.#options = options;
    const output = openSync(this.log, 'a');
    // In its own session, so that Ctrl-C reaches only the tests, which then stop the daemons in order.
    this.#process = spawn(locate(options.program) ?? options.program, options.args, {
      cwd: options.cwd ?? '/',
      detached: true,
      env: { ...process.env, ...options.env, ...mark },
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    this.#ended = new Promise((resolve) => {
      this.#process.once('error', (error) => resolve(error.message));
      this.#process.once('exit', (code, signal) => resolve(`ended with ${signal ?? `code ${code}`}`));
    });
    void this.#ended.then((end) => {
      this.#end = end;
    });
  }

  /** Waits until the probe succeeds. If the program ends or takes too long, throws with the end of its log. */
  async ready(): Promise<void> {
    const deadline = Date.now() + (this.#options.timeout ?? 60_000);
    let reason = 'not ready';
    while (Date.now() < deadline) {
      if (this.#end !== undefined) throw new Error(`${this.name} ${this.#end}\n${this.logTail()}`);
      try {
        if (await this.#options.probe()) return;
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
      await Promise.race([this.#ended, delay(100)]);
    }
    throw new Error(`${this.name} did not get ready: ${reason}\n${this.logTail()}`);
  }

  /** Sends SIGTERM, and SIGKILL if the program is still running after 2 s. */
  async stop(): Promise<void> {
    if (this.#end !== undefined) return;
    this.#process.kill('SIGTERM');
    const abort = new AbortController();
    const timer = delay(2000, 'late', { signal: abort.signal }).catch(() => 'aborted');
    if ((await Promise.race([this.#ended, timer])) === 'late') this.#process.kill('SIGKILL');
    abort.abort();
    await this.#ended;
  }

  /** The end of the log, shortened for reading. */
  logTail(): string {
    const lines = readFileSync(this.log, 'utf8').trimEnd().split('\n').slice(-10);
    const text = lines.map((line) => (line.length > 600 ? `${line.slice(0, 600)}…` : line));
    return `--- ${this.name} (${this.log})\n${text.join('\n')}`;
  }
}
