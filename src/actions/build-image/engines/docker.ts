import type { Env } from '../../../core/inputs.ts';
import { invalidInput } from '../../../core/inputs.ts';
import { imageRepository } from '../../../image/reference.ts';
import { verifyTag } from '../../../image/registry/manifests.ts';
import { listAt, parseJson } from '../../../json/json.ts';
import { probeOutput } from '../../../program/probe.ts';
import type { BuildSession } from '../session/build-session.ts';
import { references } from '../session/build-spec.ts';
import { commonArguments } from './arguments.ts';
import { findBuildx } from './buildx.ts';
import { runEngineProgram, runPush } from './command.ts';
import { type Engine, type FindEngine, unavailable } from './engine.ts';
import { dockerEnv, writeLogin } from './login.ts';
import { reportedDigest } from './reported-digest.ts';

/** Buildx if it works, else the classic builder of the docker daemon. */
export const findDocker: FindEngine = async (search) => {
  const buildx = await findBuildx(search);
  if (!('reason' in buildx)) return buildx;
  const version = await search.ask('docker', ['version', '--format', '{{.Server.Version}}']);
  if (version) return classicBuilder(version);
  return { ...(await unavailable('docker', search)), isInstallable: buildx.isInstallable };
};

/** The classic builder: one platform, no annotations. */
function classicBuilder(version: string): Engine {
  return {
    name: 'docker',
    title: `docker ${version}, classic builder`,
    async build(session) {
      const { spec, env } = session;
      requireSupport(session);
      const login = await dockerEnv(env, await writeLogin(session));
      const tags = references(spec).flatMap((reference) => ['--tag', reference]);
      const pull = spec.options.pull ? ['--pull'] : [];
      const args = ['build', '--file', spec.file, ...commonArguments(spec), ...pull, ...tags, spec.context];
      await runEngineProgram(
        session,
        { program: 'docker', args, env: { ...login, DOCKER_BUILDKIT: '0' } },
        'build-failed',
      );
      return { digest: undefined, isKept: true, push: () => push(session, login) };
    },
  };
}

function requireSupport({ spec }: BuildSession): void {
  const remedy = ['Install buildx, or choose `engine: buildah`.'];
  if (spec.platforms.length > 1)
    throw invalidInput('platforms', 'names several platforms, but the classic docker builder builds for one.', remedy);
  if (spec.annotations.size > 0)
    throw invalidInput('annotations', "can't be set by the classic docker builder.", remedy);
}

async function push(session: BuildSession, login: Env) {
  const { spec, registries, env, signal } = session;
  const [image] = spec.images;
  const [tag] = spec.tags;
  const name = imageRepository(image);
  const { stdout } = await runPush(session, { program: 'docker', args: ['push', `${name}:${tag}`], env: login });
  const reported =
    /digest: (sha256:[0-9a-f]{64})/.exec(stdout)?.[1] ??
    (await repoDigest({ env: { ...env, ...login }, signal }, name, tag));
  const digest = reportedDigest('docker push', reported);
  await verifyTag(await registries.repository(image), tag, digest);
  return digest;
}

/** The digest that the docker daemon has for an image of a repository. */
async function repoDigest(
  runtime: Pick<BuildSession, 'env' | 'signal'>,
  name: string,
  tag: string,
): Promise<string | undefined> {
  const args = ['image', 'inspect', '--format', '{{json .RepoDigests}}', `${name}:${tag}`];
  const inspected = await probeOutput({ ...runtime, program: 'docker', args });
  const found = listAt(parseJson(inspected ?? '')).find(
    (entry) => typeof entry === 'string' && entry.startsWith(`${name}@`),
  );
  return typeof found === 'string' ? found.slice(name.length + 1) : undefined;
}
