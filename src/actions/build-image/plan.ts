import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { invalidInput } from '../../core/inputs.ts';
import type { Runtime } from '../../entry/context.ts';
import { leadsOutByLink } from '../../files/links.ts';
import { formatReference, normalRepository } from '../../image/reference.ts';
import type { GivenLogin } from '../../image/registry/keychain/login-source.ts';
import { registryOf } from '../../image/registry/registries.ts';
import type { EngineSelection } from './engines/choose-engine.ts';
import { type BuildInputs, buildsFrom } from './inputs.ts';
import { type BuildSpec, timestamp } from './session/build-spec.ts';
import { type GitContext, readGitContext } from './source/git-context.ts';
import { tagsFor } from './tags/tags.ts';

/** What a run will do. It is computed before anything is built. */
export interface BuildPlan {
  readonly spec: BuildSpec;
  readonly engine: EngineSelection;
  /** Only report the plan. */
  readonly dryRun: boolean;
}

/** Computes the plan from the inputs, the commit and the runner. @throws ActionError `input-invalid` */
export async function planBuild(inputs: BuildInputs, runtime: PlanRuntime): Promise<BuildPlan> {
  const { engine, installTools, toolsMirror, dryRun } = inputs;
  const spec = await specOf(inputs, runtime);
  return {
    spec,
    engine: { name: engine, buildsFrom: buildsFrom(inputs), mayInstall: installTools, toolsMirror },
    dryRun,
  };
}

type PlanRuntime = Pick<Runtime, 'env' | 'cwd' | 'signal'>;

async function specOf(inputs: BuildInputs, { env, cwd, signal }: PlanRuntime): Promise<BuildSpec> {
  const images = distinctImages(inputs);
  const context = await contextFolder(resolve(cwd, inputs.context), inputs.context);
  const git = await readGitContext(context, env, signal);
  const [tag, ...more] = tagsFor(inputs.tags, git);
  return {
    options: inputs,
    images,
    tags: [tag, ...more],
    labels: new Map([...ociLabels(git, tag), ...inputs.labels]),
    annotations: new Map(inputs.annotations),
    platforms: inputs.platforms,
    source: sourceText(inputs),
    context,
    file: buildsFrom(inputs) === 'Dockerfile' ? await dockerfile(inputs, context, cwd) : '',
    time: git.time,
    repositoryUrl: git.url,
    login: loginOf(inputs, registryOf(images[0])),
  };
}

/** The repositories, each once, however it is written. */
function distinctImages({ image }: BuildInputs): BuildSpec['images'] {
  const names = image.map(normalRepository);
  const [first, ...copies] = image.filter((_, index) => names.indexOf(names[index] ?? '') === index);
  if (first) return [first, ...copies];
  throw invalidInput('image', 'names no repository.', ['Example: `image: ghcr.io/acme/shop`.']);
}

function ociLabels({ time, sha, url }: GitContext, version: string): [string, string][] {
  const labels = {
    created: time === undefined ? undefined : timestamp(time),
    revision: sha || undefined,
    source: url,
    version,
  };
  return Object.entries(labels).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[`org.opencontainers.image.${name}`, value]],
  );
}

function sourceText(inputs: BuildInputs): string {
  const { file, context, base, files } = inputs;
  if (buildsFrom(inputs) === 'Dockerfile') return `${file ?? 'the Dockerfile'} in ${context}`;
  const baseText = base === undefined || base === 'scratch' ? 'scratch' : formatReference(base);
  const shown = files.slice(0, 3).map(({ source, target }) => `${source} → ${target}`);
  if (files.length > 3) shown.push(`${files.length - 3} more`);
  return files.length === 0 ? baseText : `${baseText} and ${shown.join(', ')}`;
}

function loginOf({ registryUsername, registryPassword }: BuildInputs, registry: string): GivenLogin | undefined {
  if (registryUsername === undefined || registryPassword === undefined) return undefined;
  return {
    registries: [registry],
    username: registryUsername,
    password: registryPassword,
    source: 'the input `registry-username`',
  };
}

async function contextFolder(path: string, input: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return path;
  if (found)
    throw invalidInput('context', `is "${input}", which is a file.`, ['Give its folder here, and the file in `file`.']);
  throw invalidInput('context', `is "${input}", but there is no such folder.`, [
    'Does an earlier step run actions/checkout? Paths are relative to the workspace.',
  ]);
}

async function dockerfile({ file, context: input }: BuildInputs, context: string, cwd: string): Promise<string> {
  const candidates =
    file === undefined ? [join(context, 'Dockerfile'), join(context, 'Containerfile')] : [resolve(cwd, file)];
  for (const path of candidates) {
    if (!(await stat(path).catch(() => undefined))?.isFile()) continue;
    if (!(await leadsOutByLink(path, cwd))) return path;
    throw invalidInput('file', `is "${file ?? basename(path)}", a symbolic link to a file outside the workspace.`, [
      'Replace the link by the Dockerfile itself: engines show its lines, and other files of the runner may be secret.',
    ]);
  }
  if (file !== undefined)
    throw invalidInput('file', `is "${file}", but there is no such file.`, [
      'Paths are relative to the workspace, not to `context`.',
    ]);
  throw invalidInput('file', `is not given, and there is no Dockerfile in the context "${input}".`, [
    'Give the path of the Dockerfile; or give `base` and `files` to build without one.',
  ]);
}
