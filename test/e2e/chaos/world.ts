import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { Faults } from '../../fakes/faults.ts';
import { listenOnLoopback } from '../../fakes/loopback.ts';
import { Phases } from './phases.ts';

/** The folders that a step can write to. */
export const FOLDERS = ['workspace', 'temp', 'home', 'tool-cache', 'tmp', 'output', 'summary'] as const;
export type Folder = (typeof FOLDERS)[number];

/** A machine with the folders of one job, and the phases of the step that runs on it. */
export class World {
  readonly root = mkdtempSync(join(tmpdir(), 'chaos-'));
  /** Of the step that runs now. */
  phases = new Phases();
  readonly #server: Server;
  #port = 0;

  private constructor() {
    for (const folder of FOLDERS) mkdirSync(this.folder(folder));
    mkdirSync(this.programs);
    this.#server = createServer((request, response) => {
      const call = decodeURIComponent((request.url ?? '/').slice(1));
      void this.phases.reach(`program ${call}`).then(() => response.end());
    });
  }

  static async open(): Promise<World> {
    const world = new World();
    world.#port = await listenOnLoopback(world.#server);
    return world;
  }

  async close(): Promise<void> {
    this.phases.release();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.root, { recursive: true, force: true });
  }

  /** Where copies of our own modules are. */
  get modules(): string {
    return join(this.root, 'modules');
  }

  folder(name: Folder): string {
    return join(this.root, name);
  }

  /** The folder that is the PATH of the step. */
  get programs(): string {
    return join(this.root, 'programs');
  }

  write(folder: Folder, path: string, content: string, mode = 0o644): void {
    const file = join(this.folder(folder), path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { mode });
  }

  /** Installs a program whose calls are phases. @param script a module that then does its work */
  install(name: string, script: string): void {
    const report = `await fetch('http://127.0.0.1:${this.#port}/' + encodeURIComponent(${JSON.stringify(name)} + ' ' + process.argv.slice(2).join(' ')));`;
    const file = join(this.programs, name);
    writeFileSync(file, `#!${process.execPath}\n(async () => { ${report} ${script} })();\n`);
    chmodSync(file, 0o755);
  }

  /** Makes each request to a server a phase, and each answer to a request that may change something. */
  watch(name: string, faults: Faults): void {
    faults.inject(
      /./,
      {
        kind: 'held',
        until: async (moment, { method, url }) => {
          const line = `${name} ${method} ${url}`;
          if (moment === 'request') await this.phases.reach(line);
          else if (method !== 'GET' && method !== 'HEAD') await this.phases.reach(`answer of ${line}`);
        },
      },
      Number.POSITIVE_INFINITY,
    );
  }

  /** The files below a folder: path → content. */
  files(name: Folder): Record<string, string> {
    return Object.fromEntries(filesBelow(this.folder(name)).map((file) => [file, this.#read(name, file)]));
  }

  /** The files that contain a text. */
  filesWith(texts: readonly string[]): string[] {
    return FOLDERS.flatMap((folder) =>
      Object.entries(this.files(folder))
        .filter(([, content]) => texts.some((text) => content.includes(text)))
        .map(([file]) => join(folder, file)),
    );
  }

  #read(folder: Folder, file: string): string {
    return readFileSync(join(this.folder(folder), file), 'latin1');
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => lstatSync(join(folder, path)).isFile())
    .map((path) => relative('.', path))
    .sort();
}
