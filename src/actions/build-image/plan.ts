import { invalidInput } from '../../core/inputs.ts';
import type { Runtime } from '../../entry/context.ts';
import { formatReference, normalRepository } from '../../image/reference.ts';
import type { GivenLogin } from '../../image/registry/keychain/login-source.ts';
import { registryOf } from '../../image/registry/registries.ts';
import type { EngineSelection } from './engines/choose-engine.ts';
import { type BuildInputs, buildsFrom } from './inputs.ts';
import { type BuildOptions, type BuildSpec, timestamp } from './session/build-spec.ts';
import { findContext, findDockerfile } from './source/build-context.ts';
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
  const context = await findContext(inputs.context, cwd);
  const git = await readGitContext(context, env, signal);
  const [tag, ...more] = tagsFor(inputs.tags, git);
  return {
    options: optionsOf(inputs),
    images,
    tags: [tag, ...more],
    labels: new Map([...ociLabels(git, tag), ...inputs.labels]),
    annotations: new Map(inputs.annotations),
    platforms: inputs.platforms,
    source: sourceText(inputs),
    context,
    file: buildsFrom(inputs) === 'Dockerfile' ? await findDockerfile(inputs, context, cwd) : '',
    time: git.time,
    repositoryUrl: git.url,
    login: loginOf(inputs, registryOf(images[0])),
  };
}

function optionsOf(inputs: BuildInputs): BuildOptions {
  return {
    push: inputs.push,
    pull: inputs.pull,
    noCache: inputs.noCache,
    buildArgs: inputs.buildArgs,
    target: inputs.target,
    base: inputs.base,
    files: inputs.files,
    entrypoint: inputs.entrypoint,
    cmd: inputs.cmd,
    env: inputs.env,
    user: inputs.user,
    workdir: inputs.workdir,
    expose: inputs.expose,
    compression: inputs.compression,
    registryCa: inputs.registryCa,
    insecureRegistries: inputs.insecureRegistries,
    retries: inputs.retries,
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
