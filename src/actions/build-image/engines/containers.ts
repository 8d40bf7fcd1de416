import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import type { Env } from '../../../core/inputs.ts';
import { normalRepository } from '../../../image/reference.ts';
import { isLoopback, mayUsePlainHttp } from '../../../image/registry/endpoint.ts';
import { verifyTag } from '../../../image/registry/manifests.ts';
import { registryOf } from '../../../image/registry/registries.ts';
import { ask } from '../../../program/probe.ts';
import { references } from '../plan.ts';
import { commonArguments, pairs } from './arguments.ts';
import { runEngineProgram, runPush } from './command.ts';
import type { BuildSession, BuiltImage, Engine } from './engine.ts';
import { writeLogin } from './login.ts';
import { reportedDigest } from './reported-digest.ts';

/** buildah and podman: one code base with nearly the same command line. */
export function containersEngine(name: 'buildah' | 'podman', version: string): Engine {
  return {
    name,
    title: version,
    async build(workshop): Promise<BuiltImage> {
      const { plan, folder } = workshop;
      const settings = await settingsOf(workshop);
      const idFile = join(folder, 'image-id');
      const list = plan.platforms.length > 1 ? listName(workshop) : undefined;
      // A list that is there already would grow.
      if (list !== undefined) await removeList(workshop, name, list);
      const target =
        list === undefined
          ? ['--iidfile', idFile, ...references(plan).flatMap((reference) => ['--tag', reference])]
          : ['--manifest', list];
      const args = ['build', ...buildArguments(workshop), ...settings.access, ...target, plan.context];
      await runEngineProgram(workshop, { program: name, args, env: settings.env }, 'build-failed');
      const [, ...more] = references(plan);
      if (list !== undefined && !plan.inputs.push && more.length > 0)
        await runEngineProgram(
          workshop,
          { program: name, args: ['tag', list, ...more], env: settings.env },
          'build-failed',
        );
      const built = list === undefined ? { idFile } : { list };
      return { digest: undefined, isKept: true, push: () => push(workshop, name, settings, built) };
    },
  };
}

/** How the engine's own store calls the images of several platforms: for the push only, or to be kept. */
function listName({ plan, folder }: BuildSession): string {
  const [first] = references(plan);
  return !plan.inputs.push && first !== undefined ? first : `localhost/${basename(folder).toLowerCase()}`;
}

/** Where there is none, that is well. */
async function removeList({ env, signal }: BuildSession, program: string, list: string): Promise<void> {
  await ask({ program, args: ['manifest', 'rm', list], env, signal });
}

interface Settings {
  /** Arguments that say how registries are reached. */
  readonly access: readonly string[];
  readonly env: Env;
}

async function push(
  workshop: BuildSession,
  program: string,
  settings: Settings,
  what: { list: string } | { idFile: string },
) {
  const { plan, registries, folder } = workshop;
  const [image] = plan.images;
  const [tag] = plan.tags;
  const digestFile = join(folder, 'digest');
  const destination = `docker://${normalRepository(image)}:${tag}`;
  const options = ['--digestfile', digestFile, ...settings.access, ...tlsVerify(workshop)];
  const args =
    'list' in what
      ? ['manifest', 'push', '--all', ...options, what.list, destination]
      : ['push', ...options, (await readFile(what.idFile, 'utf8')).trim(), destination];
  await runPush(workshop, { program, args, env: settings.env });
  if ('list' in what) await removeList(workshop, program, what.list);
  const digest = reportedDigest(program, await readFile(digestFile, 'utf8'));
  await verifyTag(await registries.repository(image), tag, digest);
  return digest;
}

function buildArguments({ plan, env }: BuildSession): string[] {
  return [
    '--file',
    plan.file,
    ...commonArguments(plan),
    ...pairs('--annotation', plan.annotations),
    ...(plan.inputs.pull ? ['--pull=always'] : []),
    // Asked for by whoever sets the variable: it also sets the time of every file in the new layers.
    ...(env['SOURCE_DATE_EPOCH'] ? ['--timestamp', env['SOURCE_DATE_EPOCH']] : []),
  ];
}

function tlsVerify({ plan }: BuildSession): string[] {
  const registry = registryOf(plan.images[0]);
  return mayUsePlainHttp(registry, plan.inputs.insecureRegistries) ? ['--tls-verify=false'] : [];
}

async function settingsOf(workshop: BuildSession): Promise<Settings> {
  const { plan, folder } = workshop;
  const login = await writeLogin(workshop);
  const access = login === undefined ? [] : ['--authfile', join(login, 'config.json')];
  if (plan.inputs.registryCa !== undefined) {
    const certificates = join(folder, 'certificates');
    await mkdir(certificates);
    await writeFile(join(certificates, 'ca.crt'), plan.inputs.registryCa);
    access.push('--cert-dir', certificates);
  }
  return { access, env: await registriesEnv(workshop) };
}

/** Base images may come from registries without TLS as well: that is said per registry, in a file, and for no other registry. */
async function registriesEnv({ plan, env, folder }: BuildSession): Promise<Env> {
  const registry = registryOf(plan.images[0]);
  const insecure = [...new Set([...plan.inputs.insecureRegistries, ...(isLoopback(registry) ? [registry] : [])])];
  const given = await registriesConf(env);
  const searches = /^\s*unqualified-search-registries\s*=/m.test(given);
  if (insecure.length === 0 && searches) return {};
  const file = join(folder, 'registries.conf');
  const parts = [
    // What `FROM debian` means in every Dockerfile.
    searches ? '' : 'unqualified-search-registries = ["docker.io"]',
    given,
    ...insecure.map((host) => `[[registry]]\nlocation = ${JSON.stringify(host)}\ninsecure = true`),
  ];
  await writeFile(file, `${parts.filter((part) => part !== '').join('\n\n')}\n`);
  return { CONTAINERS_REGISTRIES_CONF: file };
}

async function registriesConf(env: Env): Promise<string> {
  const home = env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config');
  const places = [
    env['CONTAINERS_REGISTRIES_CONF'],
    join(home, 'containers/registries.conf'),
    '/etc/containers/registries.conf',
  ];
  for (const place of places) {
    const text = place ? await readFile(place, 'utf8').catch(() => undefined) : undefined;
    if (text !== undefined) return text;
  }
  return '';
}
