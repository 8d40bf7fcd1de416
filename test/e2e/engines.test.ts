// Every engine of build-image builds the example shop for real; what it pushed is looked at with another program.
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { listAt, stringAt } from '../../src/json/json.ts';
import { startDocker } from './components/docker.ts';
import { startRegistry } from './components/registry.ts';
import { type Build, newJob, Shop } from './components/shop.ts';
import { Stage } from './components/stage.ts';
import { buildkit } from './tools/modules.ts';
import { program } from './tools/toolbox.ts';

const stage = new Stage();
let shop: Shop;
let env: Record<Build['engine'], Record<string, string>>;

before(async () => {
  const [{ address }, DOCKER_HOST] = await Promise.all([startRegistry(stage), startDocker(stage)]);
  shop = await Shop.open(stage, `${address}/engines-${process.pid}/shop`, (more = {}) => newJob(stage, 'none', more));
  const plugins = join(stage.scratch('docker-with-buildx'), 'cli-plugins');
  mkdirSync(plugins);
  symlinkSync(program(buildkit, 'buildx'), join(plugins, 'docker-buildx'));
  env = {
    layers: {},
    buildah: {},
    podman: {},
    docker: { DOCKER_HOST, DOCKER_CONFIG: stage.scratch('docker') },
    buildx: { DOCKER_HOST, DOCKER_CONFIG: join(plugins, '..') },
  };
});
after(() => stage.close());

for (const engine of ['layers', 'buildah', 'podman', 'docker', 'buildx'] as const) {
  test(`${engine} builds and pushes what was asked for`, async () => {
    await shop.build({ version: `1.0.0-${engine}`, engine, env: env[engine] });
    const config = await shop.configOf(`1.0.0-${engine}`);
    assert.equal(stringAt(config, 'config', 'User'), 'node');
    assert.equal(stringAt(config, 'config', 'WorkingDir'), '/app');
    assert.ok(listAt(config, 'config', 'Env').includes(`VERSION=1.0.0-${engine}`));
    const labels = ['config', 'Labels', 'org.opencontainers.image.revision'];
    assert.equal(stringAt(config, ...labels), '4be1f5a0c5b3e2d7f6a89b0c1d2e3f4a5b6c7d8e');
    assert.equal(stringAt(config, 'os'), 'linux');
  });
}

test('layers gives the same digest for the same files, whenever and wherever they are built', async () => {
  const first = await shop.build({ version: '2.0.0', engine: 'layers' });
  const second = await shop.build({ version: '2.0.0', engine: 'layers' });
  assert.equal(second.digest, first.digest);
});
