/**
 * The phases of a run, in order: each request to a server and its answer, each call of a program, and each change of the file system.
 * A run can be stopped in any of them.
 */
export class Phases {
  readonly seen: string[] = [];
  /** Resolves with the name of the phase in which the run is held. */
  readonly held: Promise<string>;
  readonly #at: number | string | undefined;
  readonly #report: (name: string) => void;
  readonly #released: Promise<void>;
  readonly #release: () => void;

  /** @param at the number of the phase, from 1, or the name of the phase in which the run is held; without it, the run goes through. */
  constructor(at?: number | string) {
    this.#at = at;
    const held = Promise.withResolvers<string>();
    const released = Promise.withResolvers<void>();
    this.held = held.promise;
    this.#report = held.resolve;
    this.#released = released.promise;
    this.#release = released.resolve;
  }

  /** The run begins a phase; resolves when it may go on. The same name again, such as for one output after the other, is the same phase. */
  async reach(name: string): Promise<void> {
    if (this.seen.at(-1) === name) return;
    this.seen.push(name);
    if (this.seen.length !== this.#at && name !== this.#at) return;
    this.#report(name);
    await this.#released;
  }

  /** Lets the run go on. */
  release(): void {
    this.#release();
  }
}
