import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { Toolbox } from './modules.ts';

/** Test programs needn't be fast. Without debug data and inlining the compiler has a third less to do. */
const flags = ['-buildvcs=false', '-trimpath', '-gcflags=all=-dwarf=false -l'];

const environment = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' };

/** Folder that keeps compiled programs between runs: E2E_CACHE, or a folder in the user's cache (XDG_CACHE_HOME). */
export function cacheFolder(): string {
  // An empty variable counts as unset (XDG Base Directory Specification).
  const { E2E_CACHE: own, XDG_CACHE_HOME: caches } = process.env;
  return own || join(caches || join(homedir(), '.cache'), 'gitops-actions', 'e2e');
}

const folders = new Map<Toolbox, string>();

/** Folder of a compiled toolbox. Its name contains a hash of all sources. It may not exist yet. */
export function toolboxFolder(toolbox: Toolbox): string {
  const folder = folders.get(toolbox) ?? join(cacheFolder(), `${toolbox.name}-${contentHash(toolbox)}`);
  folders.set(toolbox, folder);
  return folder;
}

function contentHash(toolbox: Toolbox): string {
  const hash = createHash('sha256').update(JSON.stringify([toolbox, flags]));
  hash.update(execFileSync('go', ['env', 'GOVERSION', 'GOOS', 'GOARCH'], { cwd: source(toolbox), env: environment }));
  for (const file of sourceFiles(source(toolbox))) {
    hash.update(`${relative(source(toolbox), file)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Whether the cache has the compiled toolbox. */
export function isBuilt(toolbox: Toolbox): boolean {
  return existsSync(toolboxFolder(toolbox));
}

/** Path of a program of a compiled toolbox. */
export function program(toolbox: Toolbox, name: string): string {
  const file = join(toolboxFolder(toolbox), 'bin', name);
  if (!existsSync(file)) throw new Error(`${name} isn't compiled yet. Run \`npm run test:e2e\`.`);
  return file;
}

/**
 * Compiles a toolbox unless the cache has it. Returns its folder: programs in `bin`, copied files in `share`.
 * The folder appears in the cache complete or not at all. Calls `progress` every 15 s.
 */
export async function build(toolbox: Toolbox, progress: (line: string) => void): Promise<string> {
  const folder = toolboxFolder(toolbox);
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}-draft-`);
  try {
    await compile(toolbox, join(draft, 'bin'), progress);
    for (const [link, program] of Object.entries(toolbox.links ?? {})) symlinkSync(program, join(draft, 'bin', link));
    for (const [copy, from] of Object.entries(toolbox.files ?? {}))
      copyFromModule(toolbox, from, join(draft, 'share', copy));
    // If another run has finished the same toolbox in the meantime, keep its folder.
    if (!existsSync(folder)) renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}

async function compile(toolbox: Toolbox, target: string, progress: (line: string) => void): Promise<void> {
  const started = Date.now();
  const output: string[] = [];
  mkdirSync(target, { recursive: true });
  const variables = Object.entries(toolbox.variables ?? {}).map(([name, value]) => ` -X ${name}=${value}`);
  const linking = `-ldflags=-s -w${variables.join('')}`;
  // One call for all packages, so that all cores stay busy while one of the programs is linked.
  const go = spawn('go', ['build', '-v', ...flags, linking, '-o', `${target}/`, ...toolbox.packages], {
    cwd: source(toolbox),
    env: environment,
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  go.stderr.setEncoding('utf8').on('data', (text: string) => output.push(text));
  const lines = () =>
    output
      .join('')
      .split('\n')
      .filter((line) => line !== '');
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const timer = setInterval(() => progress(`${toolbox.name}: ${lines().length} steps, ${seconds()} s`), 15_000);
  try {
    const code = await new Promise<number | null>((resolve, reject) => go.once('error', reject).once('close', resolve));
    if (code !== 0) throw new Error(`go build of ${toolbox.name} failed:\n${lines().slice(-30).join('\n')}`);
    progress(`${toolbox.name}: compiled in ${seconds()} s`);
  } finally {
    clearInterval(timer);
  }
}

function copyFromModule(toolbox: Toolbox, from: { module: string; folder: string }, target: string): void {
  cpSync(join(moduleFolder(toolbox, from.module), from.folder), target, { recursive: true });
}

/** The folder with the sources of a module, in the version that the toolbox pins. */
export function moduleFolder(toolbox: Toolbox, module: string): string {
  const download = ['mod', 'download', '-json', module];
  const output = execFileSync('go', download, { cwd: source(toolbox), env: environment, encoding: 'utf8' });
  return JSON.parse(output).Dir;
}

function source(toolbox: Toolbox): string {
  return join(import.meta.dirname, toolbox.name);
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
