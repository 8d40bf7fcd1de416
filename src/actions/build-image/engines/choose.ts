import { ActionError } from '../../../core/error.ts';
import type { Context } from '../../../entry/context.ts';
import { findProgram } from '../../../program/find.ts';
import { ask } from '../../../program/probe.ts';
import type { Bring } from '../../../tools/bring.ts';
import { TOOLS } from '../../../tools/tools.ts';
import type { contract } from '../contract.ts';
import { type BuildInputs, isComposed } from '../inputs.ts';
import { type BuildxCommand, buildxEngine } from './buildx.ts';
import { containersEngine } from './containers.ts';
import { dockerEngine } from './docker.ts';
import type { Engine } from './engine.ts';
import { layersEngine } from './layers.ts';

/** What engines are looked for with. */
export interface EngineSearch
  extends Pick<Context<typeof contract>, 'inputs' | 'env' | 'signal' | 'http' | 'clock' | 'log'> {
  /** Where a tool that is brought stays until the build is over. */
  readonly folder: string;
}

/** An engine that works; else whether its program is missing, or is there and does not answer. */
type Found = Engine | 'missing' | 'silent';

const FINDERS = {
  buildx: (search) => findBuildx({ program: 'docker', first: ['buildx'] }, search),
  buildah: (search) => findContainers('buildah', search),
  podman: (search) => findContainers('podman', search),
  docker: async (search) => {
    const server = await askFor(search, 'docker', ['version', '--format', '{{.Server.Version}}']);
    return server ? dockerEngine(server) : whyNot('docker', search);
  },
} satisfies Record<string, (search: EngineSearch) => Promise<Found>>;

/** What is looked for, in this order. A buildx that has to be brought is better than the classic builder alone. */
const WANTED = {
  auto: ['buildx', 'buildah', 'podman', 'brought buildx', 'docker'],
  buildx: ['buildx', 'brought buildx'],
  docker: ['buildx', 'brought buildx', 'docker'],
  buildah: ['buildah'],
  podman: ['podman'],
} as const satisfies Record<
  Exclude<BuildInputs['engine'], 'layers'>,
  readonly (keyof typeof FINDERS | 'brought buildx')[]
>;

/** The engine that was asked for, or the best one that works here. @throws ActionError `engine-not-found`, and what bringing throws. */
export async function chooseEngine(search: EngineSearch, bring = bringLazily): Promise<Engine> {
  const { inputs, folder } = search;
  const { engine } = inputs;
  if (engine === 'layers' || isComposed(inputs)) return layersEngine;
  const found = new Map<string, Found>();
  for (const name of WANTED[engine]) {
    if (name === 'brought buildx') {
      // A builder that does not answer an installed buildx would not answer another one either.
      if (!inputs.installTools || found.get('buildx') !== 'missing') continue;
      const program = await bring(TOOLS.buildx, folder, { ...search, mirror: inputs.toolsMirror });
      found.set('buildx', await findBuildx({ program, first: [] }, search));
    } else found.set(name, await FINDERS[name](search));
    const last = [...found.values()].find((each) => typeof each === 'object');
    if (last !== undefined) return last;
  }
  throw notFound(engine, found, inputs.installTools);
}

const bringLazily: Bring = async (...args) => (await import('../../../tools/bring.ts')).bringTool(...args);

function notFound(engine: string, found: ReadonlyMap<string, Found>, isBringing: boolean): ActionError {
  const brought =
    found.get('buildx') === 'missing' && !isBringing ? ', or set `install-tools: true` to have buildx brought' : '';
  if (engine === 'auto')
    return new ActionError({
      code: 'engine-not-found',
      message: 'No engine works here: buildx, buildah, podman and docker were tried.',
      remedy: `Install one of them, or start its daemon${brought}, or give \`base\` and \`files\`: the engine layers needs no program.`,
    });
  const isMissing = found.get(engine) === 'missing';
  return new ActionError({
    code: 'engine-not-found',
    message: `The engine ${engine} does not work here: ${isMissing ? 'it is not installed' : 'its daemon or builder does not answer'}.`,
    remedy: `${isMissing ? 'Install' : 'Start'} it${brought}, or leave \`engine\` out: then the best one that works here is taken.`,
  });
}

async function findBuildx(command: BuildxCommand, search: EngineSearch): Promise<Found> {
  const { program, first } = command;
  const version = await askFor(search, program, [...first, 'version']);
  if (version === undefined) return 'missing';
  if (!answers(await askFor(search, program, [...first, 'inspect']))) return 'silent';
  return buildxEngine(`buildx ${version.split(/\s+/)[1] ?? ''}`.trim(), command);
}

async function findContainers(name: 'buildah' | 'podman', search: EngineSearch): Promise<Found> {
  const version = /\d+\.\d+\S*/.exec((await askFor(search, name, ['--version'])) ?? '')?.[0];
  return version === undefined ? whyNot(name, search) : containersEngine(name, `${name} ${version}`);
}

async function whyNot(program: string, { env }: EngineSearch): Promise<'missing' | 'silent'> {
  return (await findProgram(program, { env })) === undefined ? 'missing' : 'silent';
}

function askFor({ env, signal }: EngineSearch, program: string, args: readonly string[]): Promise<string | undefined> {
  return ask({ program, args, env, signal });
}

/** Whether a builder builds: buildx ends well even where its daemon is gone. Its own containers it starts when they are needed. */
function answers(told: string | undefined): boolean {
  if (told === undefined || /^\s*Error:/m.test(told)) return false;
  return !(/^Driver:\s*remote\s*$/m.test(told) && /^Status:\s*inactive\s*$/m.test(told));
}
