import { join } from 'node:path';
import type { Env } from '../../../core/inputs.ts';
import { readTextFile } from '../../../files/regular-file.ts';
import { normalRepository } from '../../../image/reference.ts';
import { mayUsePlainHttp } from '../../../image/registry/host.ts';
import { verifyTag } from '../../../image/registry/manifests.ts';
import { registryOf } from '../../../image/registry/registries.ts';
import { parseJson, stringAt } from '../../../json/json.ts';
import { TOOLS } from '../../../tools/tools.ts';
import type { BuildSession } from '../session/build-session.ts';
import { references } from '../session/build-spec.ts';
import { commonArguments, pairs } from './arguments.ts';
import { runEngineProgram, runPush } from './command.ts';
import type { Engine, EngineSearch, FindEngine, Unavailable } from './engine.ts';
import { dockerEnv, writeLogin } from './login.ts';
import { reportedDigest } from './reported-digest.ts';

/** How buildx is called: `docker buildx`, or as a program of its own. */
interface BuildxCommand {
  readonly program: string;
  readonly subcommand: readonly string[];
}

export const findBuildx: FindEngine = async (search) => {
  const found = await tryBuildx({ program: 'docker', subcommand: ['buildx'] }, search);
  // If no builder responds to an installed buildx, none responds to another buildx.
  const isMissing = 'reason' in found && found.reason === 'not-installed';
  if (!isMissing || search.install === undefined) return found;
  return tryBuildx({ program: await search.install(TOOLS.buildx), subcommand: [] }, search);
};

async function tryBuildx(command: BuildxCommand, { ask }: EngineSearch): Promise<Engine | Unavailable> {
  const { program, subcommand } = command;
  const version = await ask(program, [...subcommand, 'version']);
  if (version === undefined) return { reason: 'not-installed', isInstallable: true };
  if (!hasBuilder(await ask(program, [...subcommand, 'inspect'])))
    return { reason: 'not-responding', isInstallable: false };
  return buildxEngine(`buildx ${version.split(/\s+/)[1] ?? ''}`.trim(), command);
}

/** `buildx inspect` succeeds even if the daemon doesn't respond. A builder in a container may be inactive: it is started on demand. */
function hasBuilder(inspected: string | undefined): boolean {
  if (inspected === undefined || /^[ \t]*Error:/m.test(inspected)) return false;
  return !(/^Driver:\s*remote\s*$/m.test(inspected) && /^Status:\s*inactive\s*$/m.test(inspected));
}

/**
 * BuildKit through buildx, with any driver. The first run builds, a second one pushes and finds every step in the cache: so a push
 * can be retried without building again.
 */
function buildxEngine(title: string, { program, subcommand }: BuildxCommand): Engine {
  return {
    name: 'buildx',
    title,
    async build(session) {
      const { spec, env: runnerEnv } = session;
      const env = { ...(await dockerEnv(runnerEnv, await writeLogin(session))), ...sourceDateEpoch(spec.time) };
      // The store of the docker daemon keeps one platform of an image.
      const isKept = !spec.options.push && spec.platforms.length <= 1;
      const output = isKept
        ? ['--load', ...references(spec).flatMap((name) => ['--tag', name])]
        : ['--output', 'type=cacheonly'];
      const pull = spec.options.pull ? ['--pull'] : [];
      const args = [...subcommand, ...buildArguments(session), ...pull, ...output, spec.context];
      await runEngineProgram(session, { program, args, env }, 'build-failed');
      return { digest: undefined, isKept, push: () => push(session, { program, subcommand }, env) };
    },
  };
}

async function push(session: BuildSession, { program, subcommand }: BuildxCommand, env: Env) {
  const { spec, registries, folder } = session;
  const [image] = spec.images;
  const [tag] = spec.tags;
  const metadata = join(folder, 'metadata.json');
  const insecure = mayUsePlainHttp(registryOf(image), spec.options.insecureRegistries) ? ',registry.insecure=true' : '';
  const output = `type=image,name=${normalRepository(image)}:${tag},push=true${insecure}`;
  const cached = buildArguments(session).filter((argument) => argument !== '--no-cache');
  const args = [...subcommand, ...cached, '--metadata-file', metadata, '--output', output, spec.context];
  await runPush(session, { program, args, env });
  const reported = stringAt(parseJson(readTextFile(metadata)), 'containerimage.digest');
  const digest = reportedDigest('buildx', reported);
  await verifyTag(await registries.repository(image), tag, digest);
  return digest;
}

/** BuildKit writes this time into the config, so that the same commit gives the same image. */
function sourceDateEpoch(time: number | undefined): Env {
  return time === undefined ? {} : { SOURCE_DATE_EPOCH: String(time) };
}

function buildArguments({ spec }: BuildSession): string[] {
  const level = spec.platforms.length > 1 ? 'index,manifest' : 'manifest';
  // Attestations would make an index of an image, and contain the time of the build.
  const fixed = ['--provenance=false', '--sbom=false', '--progress=plain'];
  const annotations = [...spec.annotations].map(([key, value]): [string, string] => [`${level}:${key}`, value]);
  return ['build', ...fixed, '--file', spec.file, ...commonArguments(spec), ...pairs('--annotation', annotations)];
}
