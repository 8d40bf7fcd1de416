import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Env } from '../../../core/inputs.ts';
import { readTextFile } from '../../../files/regular-file.ts';
import { normalRepository } from '../../../image/reference.ts';
import { mayUsePlainHttp } from '../../../image/registry/host.ts';
import { verifyTag } from '../../../image/registry/manifests.ts';
import { registryOf } from '../../../image/registry/registries.ts';
import { probeOutput } from '../../../program/probe.ts';
import type { BuildSession } from '../session/build-session.ts';
import { references } from '../session/build-spec.ts';
import { commonArguments, pairs } from './arguments.ts';
import { runEngineProgram, runPush } from './command.ts';
import { registriesConfEnv } from './containers-registries.ts';
import { type Engine, type FindEngine, unavailable } from './engine.ts';
import { writeLogin } from './login.ts';
import { reportedDigest } from './reported-digest.ts';

/** Finds buildah or podman. They share their code base, and nearly all of their command line. */
export function containersFinder(name: 'buildah' | 'podman'): FindEngine {
  return async (search) => {
    const version = /(?<!\d)\d+\.\d+\S*/.exec((await search.ask(name, ['--version'])) ?? '')?.[0];
    return version === undefined ? unavailable(name, search) : containersEngine(name, `${name} ${version}`);
  };
}

function containersEngine(name: 'buildah' | 'podman', title: string): Engine {
  return {
    name,
    title,
    async build(session) {
      const { spec, folder } = session;
      const access = await registryAccess(session);
      const idFile = join(folder, 'image-id');
      const list = spec.platforms.length > 1 ? manifestListName(session) : undefined;
      // A build adds to a list that exists already.
      if (list !== undefined) await removeManifestList(session, name, list);
      const target =
        list === undefined
          ? ['--iidfile', idFile, ...references(spec).flatMap((reference) => ['--tag', reference])]
          : ['--manifest', list];
      const args = ['build', ...buildArguments(session), ...access.args, ...target, spec.context];
      await runEngineProgram(session, { program: name, args, env: access.env }, 'build-failed');
      const [, ...more] = references(spec);
      if (list !== undefined && !spec.options.push && more.length > 0)
        await runEngineProgram(
          session,
          { program: name, args: ['tag', list, ...more], env: access.env },
          'build-failed',
        );
      const built = list === undefined ? { idFile } : { list };
      return { digest: undefined, isKept: true, push: () => push(session, name, access, built) };
    },
  };
}

/** The name of the manifest list of several platforms: a temporary one for a push, else the first reference. */
function manifestListName({ spec, folder }: BuildSession): string {
  const [first] = references(spec);
  return !spec.options.push && first !== undefined ? first : `localhost/${basename(folder).toLowerCase()}`;
}

/** Does nothing if there is no such list. */
async function removeManifestList({ env, signal }: BuildSession, program: string, list: string): Promise<void> {
  await probeOutput({ program, args: ['manifest', 'rm', list], env, signal });
}

/** How the program gets its login, and connects to registries. */
interface RegistryAccess {
  readonly args: readonly string[];
  readonly env: Env;
}

async function registryAccess(session: BuildSession): Promise<RegistryAccess> {
  const { spec, folder } = session;
  const login = await writeLogin(session);
  const args = login === undefined ? [] : ['--authfile', join(login, 'config.json')];
  if (spec.options.registryCa !== undefined) {
    const certificates = join(folder, 'certificates');
    await mkdir(certificates);
    await writeFile(join(certificates, 'ca.crt'), spec.options.registryCa);
    args.push('--cert-dir', certificates);
  }
  return { args, env: await registriesConfEnv(session) };
}

async function push(
  session: BuildSession,
  program: string,
  access: RegistryAccess,
  built: { list: string } | { idFile: string },
) {
  const { spec, registries, folder } = session;
  const [image] = spec.images;
  const [tag] = spec.tags;
  const digestFile = join(folder, 'digest');
  const destination = `docker://${normalRepository(image)}:${tag}`;
  const isPlain = mayUsePlainHttp(registryOf(image), spec.options.insecureRegistries);
  const options = ['--digestfile', digestFile, ...access.args, ...(isPlain ? ['--tls-verify=false'] : [])];
  const args =
    'list' in built
      ? ['manifest', 'push', '--all', ...options, built.list, destination]
      : ['push', ...options, readTextFile(built.idFile).trim(), destination];
  await runPush(session, { program, args, env: access.env });
  if ('list' in built) await removeManifestList(session, program, built.list);
  const digest = reportedDigest(program, readTextFile(digestFile));
  await verifyTag(await registries.repository(image), tag, digest);
  return digest;
}

function buildArguments({ spec, env }: BuildSession): string[] {
  return [
    '--file',
    spec.file,
    ...commonArguments(spec),
    ...pairs('--annotation', spec.annotations),
    ...(spec.options.pull ? ['--pull=always'] : []),
    // Only if the user sets the variable, because it also sets the time of every file in the new layers.
    ...(env['SOURCE_DATE_EPOCH'] ? ['--timestamp', env['SOURCE_DATE_EPOCH']] : []),
  ];
}
