import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { invalidInput } from '../../core/inputs.ts';
import type { Context } from '../../entry/context.ts';
import { leadsOutByLink } from '../../files/links.ts';
import type { Platform } from '../../image/platform.ts';
import { imageRepository, normalRepository, type RepositoryReference } from '../../image/reference.ts';
import { registryOf } from '../../image/registry/registries.ts';
import type { contract } from './contract.ts';
import { readGitContext } from './git-context.ts';
import { type BuildInputs, isComposed, requireConsistentInputs } from './inputs.ts';
import { tagsFor } from './tags/tags.ts';

/** What is going to be built and pushed: everything that is known before anything is touched. */
export interface BuildPlan {
  readonly inputs: BuildInputs;
  /** The repository that is built to, and those that get a copy. */
  readonly images: readonly [RepositoryReference, ...RepositoryReference[]];
  /** The tag of highest priority first. */
  readonly tags: readonly [string, ...string[]];
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  readonly platforms: readonly Platform[];
  /** Absolute path of the folder that is built. */
  readonly context: string;
  /** Absolute path of the Dockerfile; empty for the engine layers. */
  readonly file: string;
  /** Seconds since the epoch: when the commit was made; `undefined` where that is not known. */
  readonly time: number | undefined;
}

/** Decides everything that the inputs, the commit and the runner decide. @throws ActionError `input-invalid` */
export async function makePlan(
  inputs: BuildInputs,
  { env, cwd, signal }: Pick<Context<typeof contract>, 'env' | 'cwd' | 'signal'>,
): Promise<BuildPlan> {
  const names = inputs.image.map(normalRepository);
  const [image, ...copies] = inputs.image.filter((_, index) => names.indexOf(names[index] ?? '') === index);
  if (!image) throw invalidInput('image', 'names no repository.', ['Example: `image: ghcr.io/acme/shop`.']);
  const registries = [...new Set(inputs.image.map(registryOf))];
  requireConsistentInputs(inputs, registries);
  const context = await folder(resolve(cwd, inputs.context), inputs.context);
  const git = await readGitContext(context, env, signal);
  const [tag, ...more] = tagsFor(inputs.tags, git);
  if (tag === undefined) throw invalidInput('tags', 'gives no tag.', ['Example: `tags: type=sha`.']);
  const standard: [string, string | undefined][] = [
    ['created', git.time === undefined ? undefined : timestamp(git.time)],
    ['revision', git.sha || undefined],
    ['source', git.url],
    ['version', tag],
  ];
  const oci = standard.flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[`org.opencontainers.image.${name}`, value]],
  );
  return {
    inputs,
    images: [image, ...copies],
    tags: [tag, ...more],
    labels: new Map([...oci, ...inputs.labels]),
    annotations: new Map(inputs.annotations),
    platforms: inputs.platforms,
    context,
    file: isComposed(inputs) ? '' : await dockerfile(inputs, context, cwd),
    time: git.time,
  };
}

/** All references that the image will have. */
export function references({ images, tags }: BuildPlan): string[] {
  return images.flatMap((image) => tags.map((tag) => `${imageRepository(image)}:${tag}`));
}

/** RFC 3339, in whole seconds and UTC. */
export function timestamp(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

async function folder(path: string, typed: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return path;
  throw invalidInput(
    'context',
    found ? `is "${typed}", which is a file.` : `is "${typed}", but there is no such folder.`,
    [
      found
        ? 'Give its folder here, and the file in `file`.'
        : 'Is there an actions/checkout step before this one? Paths start at the workspace.',
    ],
  );
}

async function dockerfile({ file, context: typed }: BuildInputs, context: string, cwd: string): Promise<string> {
  const candidates =
    file === undefined ? [join(context, 'Dockerfile'), join(context, 'Containerfile')] : [resolve(cwd, file)];
  for (const path of candidates) {
    if (!(await stat(path).catch(() => undefined))?.isFile()) continue;
    if (!(await leadsOutByLink(path, cwd))) return path;
    throw invalidInput('file', `is "${file ?? basename(path)}", a symbolic link out of the workspace.`, [
      'Put the Dockerfile itself there: engines show its lines, and what lies elsewhere on the runner may be secret.',
    ]);
  }
  if (file !== undefined)
    throw invalidInput('file', `is "${file}", but there is no such file.`, [
      'Paths start at the workspace, not at `context`.',
    ]);
  throw invalidInput('file', `is not given, and there is no Dockerfile in the context "${typed}".`, [
    'Give the path of the Dockerfile; or give `base` and `files` to build without one.',
  ]);
}
