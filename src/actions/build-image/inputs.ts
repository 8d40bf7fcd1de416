import type { Inputs } from '../../core/contract.ts';
import { invalidInput } from '../../core/inputs.ts';
import { formatPlatform, platformProblem } from '../../image/platform.ts';
import { requireCertificates } from './certificates.ts';
import type { contract } from './contract.ts';

export type BuildInputs = Inputs<typeof contract>;

/** What only the engine `layers` reads, by the names that users type. */
const ofLayers = ({ base, files, entrypoint, cmd, env, user, workdir, expose }: BuildInputs) => ({
  files: files.length > 0,
  base: base !== undefined,
  entrypoint: entrypoint.length > 0,
  cmd: cmd.length > 0,
  env: env.length > 0,
  user: user !== undefined,
  workdir: workdir !== undefined,
  expose: expose.length > 0,
});

/** What only an engine with a Dockerfile reads. */
const ofDockerfile = (inputs: BuildInputs) => ({
  file: inputs.file !== undefined,
  'build-args': inputs.buildArgs.length > 0,
  target: inputs.target !== undefined,
});

/** Whether the image is composed of `base` and `files` instead of built by a Dockerfile. */
export function isComposed(inputs: BuildInputs): boolean {
  if (inputs.engine !== 'auto') return inputs.engine === 'layers';
  return inputs.files.length > 0 || inputs.base !== undefined;
}

/** Refuses inputs that contradict each other. @throws ActionError `input-invalid` */
export function requireConsistentInputs(inputs: BuildInputs, registries: readonly string[]): void {
  const composed = isComposed(inputs);
  const foreign = given(composed ? ofDockerfile(inputs) : ofLayers(inputs));
  if (foreign !== undefined)
    throw composed
      ? invalidInput(foreign, 'is for engines that read a Dockerfile, but the engine here is layers.', [
          `Remove \`${foreign}\`, or choose another \`engine\` and remove \`base\` and \`files\`.`,
        ])
      : invalidInput(foreign, `is for the engine layers, but the engine here is ${inputs.engine}.`, [
          inputs.engine === 'auto'
            ? 'Give `base` and `files` too, or write it into the Dockerfile.'
            : `Choose \`engine: layers\`, or write it into the Dockerfile and remove \`${foreign}\`.`,
        ]);
  if (composed) checkComposition(inputs);
  checkLogin(inputs, registries);
  checkPlatforms(inputs);
  requireCertificates(inputs.registryCa);
  checkSecrets(inputs);
}

function checkComposition({ base, files, workdir, engine, platforms }: BuildInputs): void {
  if (base === undefined)
    throw invalidInput('base', `is missing for ${engine === 'layers' ? 'the engine layers' : '`files`'}.`, [
      'Give the image to build on, such as `base: debian:13-slim`, or `base: scratch`.',
    ]);
  if (base === 'scratch' && files.length === 0)
    throw invalidInput('files', 'is missing: an image from scratch without files is empty.', [
      'Example: `files: dist => /app`.',
    ]);
  // A base has only platforms that there are; nothing would object to a misspelled one.
  const unknown = base === 'scratch' ? platforms.map(platformProblem).find((found) => found !== undefined) : undefined;
  if (unknown !== undefined) throw invalidInput('platforms', `names ${unknown.problem}`, [unknown.hint]);
  if (workdir !== undefined && !workdir.startsWith('/'))
    throw invalidInput('workdir', `takes an absolute path, but got "${workdir}".`, [`Did you mean "/${workdir}"?`]);
}

function checkLogin({ registryUsername, registryPassword }: BuildInputs, registries: readonly string[]): void {
  if (registryPassword !== undefined && registryUsername === undefined)
    throw invalidInput('registry-username', 'is missing beside `registry-password`.', ['Give both, or neither.']);
  if (registryUsername !== undefined && registryPassword === undefined)
    throw invalidInput('registry-password', 'is missing beside `registry-username`.', [
      'Give both, or neither; an empty secret also counts as missing: is its name right, and may this workflow read it?',
    ]);
  if (registryUsername !== undefined && registries.length > 1)
    throw invalidInput(
      'registry-username',
      `is one login, but \`image\` names several registries (${registries.join(', ')}).`,
      ['Log in to each in a step before (docker/login-action), and leave the login out here.'],
    );
}

function checkPlatforms({ platforms }: BuildInputs): void {
  const names = platforms.map(formatPlatform);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalidInput('platforms', `names ${twice} twice.`, ['Name each platform once.']);
}

/** What stands in an image or its name can be read by everybody who may pull it. */
function checkSecrets({ registryPassword, ...inputs }: BuildInputs): void {
  if (registryPassword === undefined || registryPassword.length < 4) return;
  const { labels, annotations, env, buildArgs, tags, entrypoint, cmd } = inputs;
  const shown = { labels, annotations, env, 'build-args': buildArgs, tags, entrypoint, cmd };
  const name = Object.entries(shown).find(([, value]) =>
    JSON.stringify(value).includes(jsonText(registryPassword)),
  )?.[0];
  if (name !== undefined)
    throw invalidInput(
      name,
      'holds the value of `registry-password`, and everybody who may pull the image could read it.',
      ['Take it out; a build that needs a secret gets it while it runs, not in the image.'],
    );
}

/** A text as it stands inside JSON. */
function jsonText(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function given(names: Readonly<Record<string, boolean>>): string | undefined {
  return Object.entries(names).find(([, present]) => present)?.[0];
}
