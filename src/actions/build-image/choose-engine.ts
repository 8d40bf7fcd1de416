import { ActionError } from '../../core/error.ts';
import type { Context } from '../../entry/context.ts';
import { probeOutput } from '../../program/probe.ts';
import type { InstallTool } from '../../tools/install.ts';
import type { Tool } from '../../tools/tool.ts';
import type { contract } from './contract.ts';
import type { Engine, EngineSearch, Unavailable } from './engines/engine.ts';
import { ENGINE_NAMES, type EngineName, engineEntry } from './engines/engines.ts';
import { buildsFrom } from './inputs.ts';

export interface EngineChoice
  extends Pick<Context<typeof contract>, 'inputs' | 'env' | 'signal' | 'http' | 'clock' | 'log'> {
  /** Holds an installed tool until the build is over. */
  readonly folder: string;
}

/** The engine that the inputs name, or the first one that works here. @throws ActionError `engine-not-found`, or why no tool could be installed */
export async function chooseEngine(choice: EngineChoice, installTool = installLazily): Promise<Engine> {
  const { inputs, folder, env, signal } = choice;
  const install = (tool: Tool) => installTool(tool, folder, { ...choice, mirror: inputs.toolsMirror });
  const askOnce = asksOnce((program, args) => probeOutput({ program, args, env, signal }));
  const candidates = candidatesFor(inputs);
  const failed: Unavailable[] = [];
  for (const name of candidates) {
    // `auto` installs nothing if another engine works.
    const mayInstall = inputs.installTools && name === candidates.at(-1);
    const findEngine = await engineEntry(name).load();
    const found = await findEngine({ env, signal, ask: askOnce, install: mayInstall ? install : undefined });
    if (!('reason' in found)) return found;
    failed.push(found);
  }
  throw notFound(choice, candidates, failed);
}

const installLazily: InstallTool = async (...args) => (await import('../../tools/install.ts')).installTool(...args);

function candidatesFor(inputs: EngineChoice['inputs']): readonly EngineName[] {
  if (inputs.engine !== 'auto') return [inputs.engine];
  const source = buildsFrom(inputs);
  return ENGINE_NAMES.filter((name) => engineEntry(name).buildsFrom === source);
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
  { inputs }: EngineChoice,
  candidates: readonly EngineName[],
  failed: readonly Unavailable[],
): ActionError {
  const { engine, installTools } = inputs;
  const isInstallable = !installTools && failed.some((each) => each.isInstallable);
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
