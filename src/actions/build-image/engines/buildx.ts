import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env } from '../../../core/inputs.ts';
import { normalRepository } from '../../../image/reference.ts';
import { mayUsePlainHttp } from '../../../image/registry/endpoint.ts';
import { verifyTag } from '../../../image/registry/manifests.ts';
import { registryOf } from '../../../image/registry/registries.ts';
import { parseJson, stringAt } from '../../../json/json.ts';
import { references } from '../plan.ts';
import { commonArguments, pairs } from './arguments.ts';
import { runEngineProgram, runPush } from './command.ts';
import type { BuildSession, Engine } from './engine.ts';
import { dockerEnv, writeLogin } from './login.ts';
import { reportedDigest } from './reported-digest.ts';

/** How buildx is called: as docker's plugin, or alone. */
export interface BuildxCommand {
  readonly program: string;
  /** In front of its own arguments. */
  readonly first: readonly string[];
}

/**
 * BuildKit through buildx, whatever its driver. It builds in the first run and pushes in a second one, which finds every step
 * in the cache: so a push can be tried again without building again.
 */
export function buildxEngine(version: string, { program, first }: BuildxCommand): Engine {
  return {
    name: 'buildx',
    title: version,
    async build(workshop) {
      const { plan, env } = workshop;
      const settings = { ...(await dockerEnv(env, await writeLogin(workshop))), ...epoch(plan.time) };
      const fresh = [...first, ...buildArguments(workshop), ...(plan.inputs.pull ? ['--pull'] : [])];
      // The daemon's own store holds one platform of an image.
      const isKept = !plan.inputs.push && plan.platforms.length <= 1;
      const keep = isKept
        ? ['--load', ...references(plan).flatMap((name) => ['--tag', name])]
        : ['--output', 'type=cacheonly'];
      await runEngineProgram(
        workshop,
        { program, args: [...fresh, ...keep, plan.context], env: settings },
        'build-failed',
      );
      return { digest: undefined, isKept, push: () => push(workshop, { program, first }, settings) };
    },
  };
}

async function push(workshop: BuildSession, { program, first }: BuildxCommand, settings: Env) {
  const { plan, registries, folder } = workshop;
  const [image] = plan.images;
  const [tag] = plan.tags;
  const metadata = join(folder, 'metadata.json');
  const insecure = mayUsePlainHttp(registryOf(image), plan.inputs.insecureRegistries) ? ',registry.insecure=true' : '';
  const output = `type=image,name=${normalRepository(image)}:${tag},push=true${insecure}`;
  const cached = buildArguments(workshop).filter((argument) => argument !== '--no-cache');
  const args = [...first, ...cached, '--metadata-file', metadata, '--output', output, plan.context];
  await runPush(workshop, { program, args, env: settings });
  const told = stringAt(parseJson(await readFile(metadata, 'utf8')), 'containerimage.digest');
  const digest = reportedDigest('buildx', told);
  await verifyTag(await registries.repository(image), tag, digest);
  return digest;
}

/** BuildKit writes this time into the config, so that the same commit gives the same image. */
function epoch(time: number | undefined): Env {
  return time === undefined ? {} : { SOURCE_DATE_EPOCH: String(time) };
}

function buildArguments({ plan }: BuildSession): string[] {
  const level = plan.platforms.length > 1 ? 'index,manifest' : 'manifest';
  // Attestations would turn the digest into that of an index, and they hold the time of the build.
  const plain = ['--provenance=false', '--sbom=false', '--progress=plain'];
  const annotations = [...plan.annotations].map(([key, value]): [string, string] => [`${level}:${key}`, value]);
  return ['build', ...plain, '--file', plan.file, ...commonArguments(plan), ...pairs('--annotation', annotations)];
}
