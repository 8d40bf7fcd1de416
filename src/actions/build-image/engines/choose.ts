import { ActionError } from '../../../action/error.ts';
import type { Env } from '../../../action/inputs.ts';
import { ask } from '../../../program/probe.ts';
import { type BuildInputs, isComposed } from '../check.ts';
import { layersEngine } from '../layers/layers.ts';
import { buildxEngine } from './buildx.ts';

import { containersEngine } from './containers.ts';
import { dockerEngine } from './docker.ts';
import type { Engine } from './engine.ts';

interface World {
  readonly env: Env;
  readonly signal: AbortSignal;
}

type Finder = (world: World) => Promise<Engine | undefined>;

/** In the order in which `auto` prefers them. */
const FINDERS = {
  buildx: async (world) => {
    const version = await ask({ ...world, program: 'docker', args: ['buildx', 'version'] });
    if (version === undefined || !answers(await ask({ ...world, program: 'docker', args: ['buildx', 'inspect'] })))
      return undefined;
    return buildxEngine(`buildx ${version.split(/\s+/)[1] ?? ''}`.trim());
  },
  buildah: async (world) => named('buildah', await ask({ ...world, program: 'buildah', args: ['--version'] })),
  podman: async (world) => named('podman', await ask({ ...world, program: 'podman', args: ['--version'] })),
  docker: async (world) => {
    const server = await ask({ ...world, program: 'docker', args: ['version', '--format', '{{.Server.Version}}'] });
    return server ? dockerEngine(server) : undefined;
  },
} satisfies Record<string, Finder>;

/** The engine that was asked for, or the best one that works here. @throws ActionError `engine-not-found` */
export async function chooseEngine(inputs: BuildInputs, { env, signal }: World): Promise<Engine> {
  if (isComposed(inputs)) return layersEngine;
  const { engine } = inputs;
  const wanted: Finder[] =
    engine === 'auto' || engine === 'layers'
      ? Object.values(FINDERS)
      : engine === 'docker'
        ? [FINDERS.buildx, FINDERS.docker]
        : [FINDERS[engine]];
  for (const find of wanted) {
    const found = await find({ env, signal });
    if (found) return found;
  }
  throw new ActionError({
    code: 'engine-not-found',
    message:
      engine === 'auto'
        ? 'No engine works here: buildx, buildah, podman and docker were tried.'
        : `The engine ${engine} does not work here: it is not installed, or its daemon does not answer.`,
    remedy:
      engine === 'auto'
        ? 'Install one of them, or give `base` and `files`: the engine layers needs no program.'
        : 'Install or start it, or leave `engine` out: then the best one that works here is taken.',
  });
}

function named(name: 'buildah' | 'podman', told: string | undefined): Engine | undefined {
  const version = /\d+\.\d+\S*/.exec(told ?? '')?.[0];
  return version === undefined ? undefined : containersEngine(name, `${name} ${version}`);
}

/** Whether a builder builds: buildx ends well even where its daemon is gone. Its own containers it starts when they are needed. */
function answers(told: string | undefined): boolean {
  if (told === undefined || /^\s*Error:/m.test(told)) return false;
  return !(/^Driver:\s*remote\s*$/m.test(told) && /^Status:\s*inactive\s*$/m.test(told));
}
