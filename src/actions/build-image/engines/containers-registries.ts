import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Env } from '../../../core/inputs.ts';
import { readTextFile } from '../../../files/regular-file.ts';
import { isLoopback } from '../../../image/registry/host.ts';
import { registryOf } from '../../../image/registry/registries.ts';
import type { BuildSession } from '../session/build-session.ts';

/**
 * Lets buildah and podman use plain HTTP for the insecure registries and no others, by a registries.conf. Base images may come from
 * such registries as well, so an argument for the push isn't enough.
 */
export async function registriesConfEnv({ spec, env, folder }: BuildSession): Promise<Env> {
  const registry = registryOf(spec.images[0]);
  const insecure = new Set([...spec.options.insecureRegistries, ...(isLoopback(registry) ? [registry] : [])]);
  const existing = readRegistriesConf(env);
  const hasSearch = /^[ \t]*unqualified-search-registries[ \t]*=/m.test(existing);
  if (insecure.size === 0 && hasSearch) return {};
  const file = join(folder, 'registries.conf');
  const parts = [
    // `FROM debian` means Docker Hub in every Dockerfile.
    hasSearch ? '' : 'unqualified-search-registries = ["docker.io"]',
    existing,
    ...[...insecure].map((host) => `[[registry]]\nlocation = ${JSON.stringify(host)}\ninsecure = true`),
  ];
  await writeFile(file, `${parts.filter((part) => part !== '').join('\n\n')}\n`);
  return { CONTAINERS_REGISTRIES_CONF: file };
}

/** The registries.conf that the programs would read; empty if there is none. */
function readRegistriesConf(env: Env): string {
  const config = env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config');
  const paths = [
    env['CONTAINERS_REGISTRIES_CONF'],
    join(config, 'containers/registries.conf'),
    '/etc/containers/registries.conf',
  ];
  for (const path of paths) {
    try {
      if (path) return readTextFile(path);
    } catch {
      // The programs read the next one then, too.
    }
  }
  return '';
}
