import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeRegistry } from '../../../fakes/registry/registry.ts';
import { sha256 } from '../../../fakes/registry/store.ts';
import { copyAsJavaScript } from '../as-javascript.ts';
import { loginForms, type Scenario, type Stage } from '../scenario.ts';
import type { World } from '../world.ts';

const USER = 'builder';
const PASSWORD = 'the-password-of-the-registry';
const FAKE_PROGRAM = join(import.meta.dirname, '..', '..', '..', 'actions', 'build-image', 'fake-program.ts');

/** An image from layers, without any program. */
export const buildLayers: Scenario = {
  name: 'build-image (layers)',
  action: 'build-image',
  async stage(world) {
    world.write('workspace', 'dist/server', 'a program', 0o755);
    const registry = await FakeRegistry.start({ access: ACCESS });
    return stageOf(registry, { engine: 'layers', base: 'scratch', files: 'dist => /app', platforms: 'linux/amd64' });
  },
};

/** An image that a program builds and pushes. */
export const buildWithProgram: Scenario = {
  name: 'build-image (buildah)',
  action: 'build-image',
  async stage(world) {
    const registry = await FakeRegistry.start({ access: ACCESS });
    world.write('workspace', 'Dockerfile', 'FROM scratch');
    const digest = pushedByTheProgram(registry);
    installEngine(world, 'buildah', digest);
    return stageOf(registry, { engine: 'buildah' });
  },
};

const ACCESS = { kind: 'bearer', accounts: { [USER]: { password: PASSWORD } } } as const;

function stageOf(registry: FakeRegistry, inputs: Readonly<Record<string, string>>): Stage {
  return {
    inputs: {
      image: `${registry.host}/acme/shop`,
      tags: 'main\n1.2',
      'registry-username': USER,
      'registry-password': PASSWORD,
      ...inputs,
    },
    servers: {
      registry: { faults: registry.faults, requests: / \/v2\// },
      'token server': { faults: registry.faults, requests: / \/token/ },
    },
    secrets: loginForms(USER, PASSWORD),
    state: () => Object.fromEntries([...registry.store.repository('acme/shop').tags].sort()),
    close: () => registry.stop(),
  };
}

function installEngine(world: World, name: string, digest: string): void {
  world.install(name, `await import(${JSON.stringify(copyAsJavaScript(FAKE_PROGRAM, world.modules))});`);
  writeFileSync(join(world.programs, 'settings.json'), JSON.stringify({ digest, failures: [] }));
}

/** The fake program pushes nothing, so the image is there already. */
function pushedByTheProgram(registry: FakeRegistry): string {
  const { store } = registry;
  const config = Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64' }));
  const type = 'application/vnd.oci.image';
  const mediaType = `${type}.manifest.v1+json`;
  const described = {
    mediaType: `${type}.config.v1+json`,
    digest: store.addBlob('acme/shop', config),
    size: config.length,
  };
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config: described, layers: [] }));
  const digest = sha256(bytes);
  store.repository('acme/shop').manifests.set(digest, { mediaType, bytes });
  store.repository('acme/shop').tags.set('main', digest);
  return digest;
}
