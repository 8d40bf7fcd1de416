import { invalidInput } from '../../../core/inputs.ts';
import { imageRepository } from '../../../image/reference.ts';
import { verifyTag } from '../../../image/registry/manifests.ts';
import { listAt, parseJson } from '../../../json/json.ts';
import { ask } from '../../../program/probe.ts';
import { references } from '../plan.ts';
import { commonArguments } from './arguments.ts';
import { runEngineProgram, runPush } from './command.ts';
import type { BuildSession, Engine } from './engine.ts';
import { dockerEnv, writeLogin } from './login.ts';
import { reportedDigest } from './reported-digest.ts';

/** The classic builder of the docker daemon: one platform, no annotations. */
export function dockerEngine(version: string): Engine {
  return {
    name: 'docker',
    title: `docker ${version}, classic builder`,
    async build(workshop) {
      const { plan, env } = workshop;
      if (plan.platforms.length > 1)
        throw invalidInput('platforms', 'names several, but the classic docker builder makes one.', [
          'Install buildx, or choose `engine: buildah`.',
        ]);
      if (plan.annotations.size > 0)
        throw invalidInput('annotations', 'can not be set by the classic docker builder.', [
          'Install buildx, or choose `engine: buildah`.',
        ]);
      const login = await dockerEnv(env, await writeLogin(workshop));
      const tags = references(plan).flatMap((reference) => ['--tag', reference]);
      const args = [
        'build',
        '--file',
        plan.file,
        ...commonArguments(plan),
        ...(plan.inputs.pull ? ['--pull'] : []),
        ...tags,
        plan.context,
      ];
      await runEngineProgram(
        workshop,
        { program: 'docker', args, env: { ...login, DOCKER_BUILDKIT: '0' } },
        'build-failed',
      );
      return { digest: undefined, isKept: true, push: () => push(workshop, login) };
    },
  };
}

async function push(workshop: BuildSession, login: Readonly<Record<string, string | undefined>>) {
  const { plan, registries, env, signal } = workshop;
  const [image] = plan.images;
  const [tag] = plan.tags;
  const name = imageRepository(image);
  const { stdout } = await runPush(workshop, { program: 'docker', args: ['push', `${name}:${tag}`], env: login });
  const told =
    /digest: (sha256:[0-9a-f]{64})/.exec(stdout)?.[1] ??
    (await repoDigest({ env: { ...env, ...login }, signal }, name, tag));
  const digest = reportedDigest('docker push', told);
  await verifyTag(await registries.repository(image), tag, digest);
  return digest;
}

async function repoDigest(
  world: Pick<BuildSession, 'env' | 'signal'>,
  name: string,
  tag: string,
): Promise<string | undefined> {
  const args = ['image', 'inspect', '--format', '{{json .RepoDigests}}', `${name}:${tag}`];
  const inspected = await ask({ ...world, program: 'docker', args });
  const found = listAt(parseJson(inspected ?? '')).find(
    (entry) => typeof entry === 'string' && entry.startsWith(`${name}@`),
  );
  return typeof found === 'string' ? found.slice(name.length + 1) : undefined;
}
