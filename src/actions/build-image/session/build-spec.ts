import type { Compression } from '../../../image/media-types.ts';
import type { Platform } from '../../../image/platform.ts';
import { imageRepository, type RepositoryReference } from '../../../image/reference.ts';
import type { GivenLogin } from '../../../image/registry/keychain/login-source.ts';
import type { Base } from '../input-types/base-image.ts';
import type { FileMapping } from '../input-types/file-mapping.ts';
import type { KeyValue } from '../input-types/key-value.ts';

/** What will be built and pushed. It is computed before anything is built. */
export interface BuildSpec {
  readonly options: BuildOptions;
  /** The repository that is built to, and those that get a copy. */
  readonly images: readonly [RepositoryReference, ...RepositoryReference[]];
  /** The tag with the highest priority first. */
  readonly tags: readonly [string, ...string[]];
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  readonly platforms: readonly Platform[];
  /** What is built, for people: `Dockerfile in services/shop`. */
  readonly source: string;
  /** Absolute path of the folder that is built. */
  readonly context: string;
  /** Absolute path of the Dockerfile; empty if there is none. */
  readonly file: string;
  /** When the commit was made, in seconds since the epoch; `undefined` if unknown. */
  readonly time: number | undefined;
  /** The URL of the repository on GitHub; `undefined` if unknown. */
  readonly repositoryUrl: string | undefined;
  /** The login that the user gave; `undefined` if the keychain must find one. */
  readonly login: GivenLogin | undefined;
}

/** How engines build and push. */
export interface BuildOptions {
  readonly push: boolean;
  readonly pull: boolean;
  readonly noCache: boolean;
  readonly buildArgs: readonly KeyValue[];
  readonly target: string | undefined;
  readonly base: Base | undefined;
  readonly files: readonly FileMapping[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly env: readonly KeyValue[];
  readonly user: string | undefined;
  readonly workdir: string | undefined;
  readonly expose: readonly string[];
  readonly compression: Compression;
  readonly registryCa: string | undefined;
  readonly insecureRegistries: readonly string[];
  readonly retries: number;
}

/** All references that the image will have. */
export function references({ images, tags }: BuildSpec): string[] {
  return images.flatMap((image) => tags.map((tag) => `${imageRepository(image)}:${tag}`));
}

/** RFC 3339, in whole seconds and UTC. */
export function timestamp(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
