import type { Context } from '../../../entry/context.ts';
import type { Digest } from '../../../image/digest.ts';
import type { Registries } from '../../../image/registry/registries.ts';
import type { contract } from '../contract.ts';
import type { BuildPlan } from '../plan.ts';

export type EngineName = 'layers' | 'buildx' | 'docker' | 'buildah' | 'podman';

/** What an engine works with. */
export interface BuildSession extends Pick<Context<typeof contract>, 'env' | 'log' | 'clock' | 'secrets' | 'signal'> {
  readonly plan: BuildPlan;
  readonly registries: Registries;
  /** A folder that only this user can read, and that is gone at the end whatever the end is. */
  readonly folder: string;
}

/** Something that makes an image. A new engine is a file beside this one, and a line in choose.ts. */
export interface Engine {
  readonly name: EngineName;
  /** For people: `buildah 1.28.2`. */
  readonly title: string;
  build(workshop: BuildSession): Promise<BuiltImage>;
}

export interface BuiltImage {
  /** Known before the push only where the engine computes it by itself. */
  readonly digest: Digest | undefined;
  /** Whether the engine has the image in its own store under every tag of the plan, where it is not going to be pushed. */
  readonly isKept: boolean;
  /** Pushes to the first repository of the plan (engines with a command line under its first tag) and answers the digest it says. */
  push(): Promise<Digest>;
}
