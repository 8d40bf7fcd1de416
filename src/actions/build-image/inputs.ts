import type { InputValues } from '../../core/contract.ts';
import { invalidInput } from '../../core/inputs.ts';
import { formatPlatform, platformProblem } from '../../image/platform.ts';
import { registryOf } from '../../image/registry/registries.ts';
import { requireCertificates } from './checks/require-certificates.ts';
import type { contract } from './contract.ts';
import { type EngineEntry, engineEntry } from './engines/engines.ts';

export type BuildInputs = InputValues<typeof contract>;

/** What the image is built from: the engine decides, or with `auto` whether `files` or `base` is given. */
export function buildsFrom({ engine, files, base }: BuildInputs): EngineEntry['buildsFrom'] {
  if (engine !== 'auto') return engineEntry(engine).buildsFrom;
  return files.length > 0 || base !== undefined ? 'files' : 'Dockerfile';
}

/** Checks across inputs. @throws ActionError `input-invalid` */
export function requireValidBuildInputs(inputs: BuildInputs): void {
  if (buildsFrom(inputs) === 'files') {
    requireNoDockerfileInputs(inputs);
    requireFilesAndBase(inputs);
  } else requireNoFilesInputs(inputs);
  requireWholeLogin(inputs);
  requireDistinctPlatforms(inputs);
  requireCertificates(inputs.registryCa);
  requireNoVisiblePassword(inputs);
}

function requireNoDockerfileInputs({ file, buildArgs, target }: BuildInputs): void {
  const name = firstGiven({
    file: file !== undefined,
    'build-args': buildArgs.length > 0,
    target: target !== undefined,
  });
  if (name === undefined) return;
  throw invalidInput(name, 'is for engines that read a Dockerfile, but the engine here is layers.', [
    `Remove \`${name}\`, or choose another \`engine\` and remove \`base\` and \`files\`.`,
  ]);
}

function requireNoFilesInputs({ engine, ...inputs }: BuildInputs): void {
  const { base, files, entrypoint, cmd, env, user, workdir, expose } = inputs;
  const name = firstGiven({
    files: files.length > 0,
    base: base !== undefined,
    entrypoint: entrypoint.length > 0,
    cmd: cmd.length > 0,
    env: env.length > 0,
    user: user !== undefined,
    workdir: workdir !== undefined,
    expose: expose.length > 0,
  });
  if (name === undefined) return;
  throw invalidInput(name, `is for the engine layers, but the engine here is ${engine}.`, [
    engine === 'auto'
      ? 'Give `base` and `files` too, or write it into the Dockerfile.'
      : `Choose \`engine: layers\`, or write it into the Dockerfile and remove \`${name}\`.`,
  ]);
}

function requireFilesAndBase({ base, files, workdir, engine, platforms }: BuildInputs): void {
  if (base === undefined)
    throw invalidInput('base', `is missing for ${engine === 'layers' ? 'the engine layers' : '`files`'}.`, [
      'Give the image to build on, such as `base: debian:13-slim`, or `base: scratch`.',
    ]);
  if (base === 'scratch' && files.length === 0)
    throw invalidInput('files', 'is missing: an image from scratch without files is empty.', [
      'Example: `files: dist => /app`.',
    ]);
  // A misspelled platform is not found in a base, but from scratch it would be built.
  const unknown = base === 'scratch' ? platforms.map(platformProblem).find((found) => found !== undefined) : undefined;
  if (unknown !== undefined) throw invalidInput('platforms', `names ${unknown.problem}`, [unknown.hint]);
  if (workdir !== undefined && !workdir.startsWith('/'))
    throw invalidInput('workdir', `takes an absolute path, but got "${workdir}".`, [`Did you mean "/${workdir}"?`]);
}

function requireWholeLogin({ image, registryUsername, registryPassword }: BuildInputs): void {
  const registries = [...new Set(image.map(registryOf))];
  if (registryPassword !== undefined && registryUsername === undefined)
    throw invalidInput('registry-username', 'is missing, but `registry-password` is given.', [
      'Give both, or neither.',
    ]);
  if (registryUsername !== undefined && registryPassword === undefined)
    throw invalidInput('registry-password', 'is missing, but `registry-username` is given.', [
      'Give both, or neither. An empty secret counts as missing: is its name right, and may this workflow read it?',
    ]);
  if (registryUsername !== undefined && registries.length > 1)
    throw invalidInput(
      'registry-username',
      `is one login, but \`image\` names several registries (${registries.join(', ')}).`,
      ['Log in to each registry in an earlier step (docker/login-action), and remove the login here.'],
    );
}

function requireDistinctPlatforms({ platforms }: BuildInputs): void {
  const names = platforms.map(formatPlatform);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalidInput('platforms', `names ${twice} twice.`, ['Name each platform once.']);
}

/** Everybody who can pull the image can read its config and its tags. */
function requireNoVisiblePassword({ registryPassword, ...inputs }: BuildInputs): void {
  if (registryPassword === undefined || registryPassword.length < 4) return;
  const { labels, annotations, env, buildArgs, tags, entrypoint, cmd } = inputs;
  const visible = { labels, annotations, env, 'build-args': buildArgs, tags, entrypoint, cmd };
  const password = JSON.stringify(registryPassword).slice(1, -1);
  const name = Object.entries(visible).find(([, value]) => JSON.stringify(value).includes(password))?.[0];
  if (name === undefined) return;
  throw invalidInput(
    name,
    'contains the value of `registry-password`, and everybody who can pull the image could read it.',
    ['Remove it. A program that needs a secret must get it when it runs, not from the image.'],
  );
}

function firstGiven(inputs: Readonly<Record<string, boolean>>): string | undefined {
  return Object.entries(inputs).find(([, isGiven]) => isGiven)?.[0];
}
