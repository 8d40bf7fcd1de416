import { ActionError } from '../../../core/error.ts';
import type { Runtime } from '../../../entry/context.ts';
import { probeOutput } from '../../../program/probe.ts';
import type { InstallTool } from '../../../tools/install.ts';
import type { Tool } from '../../../tools/tool.ts';
import type { Engine, EngineSearch, Unavailable } from './engine.ts';
import { ENGINE_NAMES, type EngineEntry, type EngineName, engineEntry } from './engines.ts';

/** Which engines come into question. */
export interface EngineSelection {
  /** `auto`: the first engine that works here. */
  readonly name: EngineName | 'auto';
  /** With `auto`, only the engines that build from this are tried. */
  readonly buildsFrom: EngineEntry['buildsFrom'];
  /** Whether a missing tool may be installed. */
  readonly mayInstall: boolean;
  /** The server to install tools from, instead of their own. */
  readonly toolsMirror: string | undefined;
}

export interface EngineRuntime extends Pick<Runtime, 'env' | 'signal' | 'http' | 'clock' | 'log'> {
  /** Holds an installed tool until the build is over. */
  readonly folder: string;
}

/** The selected engine, or the first one that works here. @throws ActionError `engine-not-found`, or why no tool could be installed */
export async function chooseEngine(
  selection: EngineSelection,
  runtime: EngineRuntime,
  installTool = installLazily,
): Promise<Engine> {
  const { folder, env, signal } = runtime;
  const install = (tool: Tool) => installTool(tool, folder, { ...runtime, mirror: selection.toolsMirror });
  const askOnce = asksOnce((program, args) => probeOutput({ program, args, env, signal }));
  const candidates = candidatesFor(selection);
  const failed: Unavailable[] = [];
  for (const name of candidates) {
    // `auto` installs nothing if another engine works.
    const mayInstall = selection.mayInstall && name === candidates.at(-1);
    const findEngine = await engineEntry(name).load();
    const found = await findEngine({ env, signal, ask: askOnce, install: mayInstall ? install : undefined });
    if (!('reason' in found)) return found;
    failed.push(found);
  }
  throw notFound(selection, candidates, failed);
}

const installLazily: InstallTool = async (...args) => (await import('../../../tools/install.ts')).installTool(...args);

function candidatesFor({ name, buildsFrom }: EngineSelection): readonly EngineName[] {
  if (name !== 'auto') return [name];
  return ENGINE_NAMES.filter((each) => engineEntry(each).buildsFrom === buildsFrom);
}

function asksOnce(askProgram: EngineSearch['ask']): EngineSearch['ask'] {
  const answers = new Map<string, Promise<string | undefined>>();
  return (program, args) => {
    const command = JSON.stringify([program, ...args]);
    const answer = answers.get(command) ?? askProgram(program, args);
    answers.set(command, answer);
    return answer;
  };
}

function notFound(
  { name: engine, mayInstall }: EngineSelection,
  candidates: readonly EngineName[],
  failed: readonly Unavailable[],
): ActionError {
  const isInstallable = !mayInstall && failed.some((each) => each.isInstallable);
  const install = isInstallable ? ', or set `install-tools: true` to install buildx' : '';
  if (engine === 'auto')
    return new ActionError({
      code: 'engine-not-found',
      message: `No engine works on this runner. Tried: ${candidates.join(', ')}.`,
      remedy: `Install one of them, or start its daemon${install}, or give \`base\` and \`files\`: the engine layers needs no program.`,
    });
  const isMissing = failed.at(-1)?.reason === 'not-installed';
  return new ActionError({
    code: 'engine-not-found',
    message: `The engine ${engine} does not work on this runner: ${isMissing ? 'it is not installed' : 'its daemon or builder does not respond'}.`,
    remedy: `${isMissing ? 'Install' : 'Start'} it${install}, or remove \`engine\`: then the first engine that works is used.`,
  });
}
