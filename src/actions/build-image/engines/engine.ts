import type { Runtime } from '../../../entry/context.ts';
import type { Digest } from '../../../image/digest.ts';
import { findProgram } from '../../../program/find-program.ts';
import type { Tool } from '../../../tools/tool.ts';
import type { BuildSession } from '../session/build-session.ts';

/** Something that builds an image. */
export interface Engine {
  /** Its name in the input `engine`. */
  readonly name: string;
  /** For people: `buildah 1.28.2`. */
  readonly title: string;
  build(session: BuildSession): Promise<BuiltImage>;
}

export interface BuiltImage {
  /** `undefined` if the engine knows it only after the push. */
  readonly digest: Digest | undefined;
  /** Without a push: whether the engine keeps the image, under every tag of the spec. */
  readonly isKept: boolean;
  /** Pushes to the first repository of the spec, and returns the digest that the engine reports. */
  push(): Promise<Digest>;
}

/** Looks for an engine on this runner. Each engine's file exports one. */
export type FindEngine = (search: EngineSearch) => Promise<Engine | Unavailable>;

export interface EngineSearch extends Pick<Runtime, 'env' | 'signal'> {
  /** Runs a short command; `undefined` if it fails. The same command runs only once. */
  ask(program: string, args: readonly string[]): Promise<string | undefined>;
  /** Installs a tool and returns the path of its program; `undefined` if nothing may be installed. */
  readonly install: ((tool: Tool) => Promise<string>) | undefined;
}

/** Why an engine doesn't work on this runner. */
export interface Unavailable {
  readonly reason: 'not-installed' | 'not-responding';
  /** Whether `install-tools` would install it. */
  readonly isInstallable: boolean;
}

/** For a program that doesn't work: it is not installed, or its daemon does not respond. */
export async function unavailable(program: string, { env }: EngineSearch): Promise<Unavailable> {
  const path = await findProgram(program, { env });
  return { reason: path === undefined ? 'not-installed' : 'not-responding', isInstallable: false };
}
