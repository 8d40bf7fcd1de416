import type { Env } from '../../../core/inputs.ts';
import { parseJson, stringAt } from '../../../json/json.ts';
import { describeResult } from '../../../program/result.ts';
import { runProgram } from '../../../program/run.ts';
import { RegistryError } from '../error.ts';
import { dockerServer, helperOf, readLoginFile } from './docker-config.ts';
import type { LoginSource, RegistryCredentials } from './login-source.ts';

/** In ms. A helper that takes longer hangs, or waits for a user who isn't there. */
const HELPER_TIMEOUT = 60_000;

/** The credential helper that Docker's config.json names, for this registry (`credHelpers`) or for all (`credsStore`). */
export const credentialHelper: LoginSource = {
  isReadByPrograms: true,
  async find({ registry }, { env, signal }) {
    const config = await readLoginFile(registry, env);
    const helper = helperOf(config, registry) ?? stringAt(config, 'credsStore');
    return helper ? askHelper(helper, registry, env, signal) : undefined;
  },
};

/** Runs `docker-credential-<name> get` (protocol of docker-credential-helpers): the server on stdin, JSON on stdout. */
async function askHelper(
  name: string,
  registry: string,
  env: Env,
  signal: AbortSignal | undefined,
): Promise<RegistryCredentials | undefined> {
  const program = `docker-credential-${name}`;
  const input = dockerServer(registry);
  if (!/^[\w.-]+$/.test(name)) throw helperError(program, registry, 'is not the name of a program');
  const result = await runProgram({ program, args: ['get'], input, env, signal, timeout: HELPER_TIMEOUT });
  if (result.kind !== 'exited') throw helperError(program, registry, describeResult(result));
  if (/credentials not found/i.test(result.stdout + result.stderr)) return undefined;
  const answer = parseJson(result.stdout);
  const username = stringAt(answer, 'Username');
  const secret = stringAt(answer, 'Secret');
  if (result.code !== 0 || username === undefined || secret === undefined)
    throw helperError(program, registry, `failed with exit code ${result.code}`);
  if (username === '' && secret === '') return undefined;
  return username === '<token>'
    ? { kind: 'identity', token: secret, source: program }
    : { kind: 'basic', username, password: secret, source: program };
}

function helperError(program: string, registry: string, problem: string): RegistryError {
  return new RegistryError({
    code: 'registry-credentials',
    message: `Docker's config.json names the credential helper ${program}, but it ${problem}.`,
    remedy: 'Install or repair the helper.',
    facts: { registry },
  });
}
