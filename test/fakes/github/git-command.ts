import { execFileSync, spawnSync } from 'node:child_process';
import { defined } from '../../../src/core/defined.ts';

type Variables = Readonly<Record<string, string>>;

/** Runs git's plumbing commands in one repository, without the configuration of this machine. */
export class GitCommand {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** @returns stdout. @throws if git fails. */
  run(args: readonly string[], input?: string | Uint8Array, env: Variables = {}): Buffer {
    return execFileSync('git', [...args], {
      ...this.#options(env),
      ...defined({ input }),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  }

  /** For commands whose failure is an answer. */
  try(args: readonly string[], input = '') {
    return spawnSync('git', [...args], { ...this.#options({}), input });
  }

  #options(env: Variables) {
    return {
      maxBuffer: 256 * 1024 * 1024,
      env: {
        PATH: process.env['PATH'],
        GIT_DIR: this.#dir,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_LITERAL_PATHSPECS: '1',
        ...env,
      },
    };
  }
}
