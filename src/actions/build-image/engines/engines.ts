import type { FindEngine } from './engine.ts';

export interface EngineEntry {
  /** For the description of the input `engine`; follows the name. */
  readonly describe: string;
  readonly buildsFrom: 'Dockerfile' | 'files';
  /** Loads the engine's file, only when the engine is needed: that keeps the start of the action fast. */
  readonly load: () => Promise<FindEngine>;
}

/** All engines. `auto` tries those that build from a Dockerfile in this order; only the last one may install a tool. */
export const ENGINES = {
  layers: {
    describe: 'puts `files` on `base`, and needs neither a daemon nor a Dockerfile',
    buildsFrom: 'files',
    load: async () => (await import('./layers.ts')).findLayers,
  },
  buildx: {
    describe: 'is BuildKit',
    buildsFrom: 'Dockerfile',
    load: async () => (await import('./buildx.ts')).findBuildx,
  },
  buildah: {
    describe: 'needs no daemon',
    buildsFrom: 'Dockerfile',
    load: async () => (await import('./buildah.ts')).findBuildah,
  },
  podman: {
    describe: 'needs no daemon',
    buildsFrom: 'Dockerfile',
    load: async () => (await import('./podman.ts')).findPodman,
  },
  docker: {
    describe: 'is buildx if it works here, else the classic builder',
    buildsFrom: 'Dockerfile',
    load: async () => (await import('./docker.ts')).findDocker,
  },
} as const satisfies Record<string, EngineEntry>;

export type EngineName = keyof typeof ENGINES;

export const ENGINE_NAMES: readonly EngineName[] = Object.keys(ENGINES).filter((name) => isEngineName(name));

function isEngineName(name: string): name is EngineName {
  return Object.hasOwn(ENGINES, name);
}

export function engineEntry(name: EngineName): EngineEntry {
  return ENGINES[name];
}
