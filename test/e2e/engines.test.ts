// Every engine of build-image builds the example shop. The tests check with skopeo what it pushed.

import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listAt, stringAt } from '../../src/json/json.ts';
import { dockerWithBuildx, startBuildKit } from './components/buildkit.ts';
import { startDocker } from './components/docker.ts';
import { Harness } from './components/harness.ts';
import { startRegistry } from './components/registry.ts';
import { run } from './components/run.ts';
import { type Build, newJob, Shop, succeed } from './components/shop.ts';

const harness = new Harness();
let shop: Shop;
let registry: string;
let env: Record<Build['engine'], Record<string, string>>;

beforeAll(async () => {
  const [{ address }, DOCKER_HOST] = await Promise.all([startRegistry(harness), startDocker(harness)]);
  shop = await Shop.open(harness, `${address}/engines-${process.pid}/shop`, (more = {}) =>
    newJob(harness, 'none', more),
  );
  registry = address;
  env = {
    layers: {},
    buildah: {},
    podman: {},
    docker: { DOCKER_HOST, DOCKER_CONFIG: harness.scratch('docker') },
    buildx: { DOCKER_HOST, DOCKER_CONFIG: dockerWithBuildx(harness) },
  };
});
afterAll(() => harness.close());

test.each(['layers', 'buildah', 'podman', 'docker', 'buildx'] as const)(
  '%s builds and pushes the image with user, workdir, env, labels and platform',
  async (engine) => {
    await shop.build({ version: `1.0.0-${engine}`, engine, env: env[engine] });
    const config = await shop.configOf(`1.0.0-${engine}`);
    expect(stringAt(config, 'config', 'User')).toBe('node');
    expect(stringAt(config, 'config', 'WorkingDir')).toBe('/app');
    expect(listAt(config, 'config', 'Env')).toContain(`VERSION=1.0.0-${engine}`);
    const labels = ['config', 'Labels', 'org.opencontainers.image.revision'];
    expect(stringAt(config, ...labels)).toBe('4be1f5a0c5b3e2d7f6a89b0c1d2e3f4a5b6c7d8e');
    expect(stringAt(config, 'os')).toBe('linux');
  },
);

test('layers builds the same digest from the same files each time', async () => {
  const first = await shop.build({ version: '2.0.0', engine: 'layers' });
  const second = await shop.build({ version: '2.0.0', engine: 'layers' });
  expect(second.digest).toBe(first.digest);
});

describe('build-image with several platforms', () => {
  const platforms = ['linux/amd64', 'linux/arm64'];
  const repository = (engine: string) => `${registry}/platforms-${process.pid}/${engine}`;

  /** Creates a job whose image has a different file for each platform. */
  async function newPlatformJob(engine: string) {
    const job = newJob(harness, 'none', engine === 'buildx' ? { DOCKER_CONFIG: await startBuildKit(harness) } : {});
    writeFileSync(join(job.workspace, 'Dockerfile'), 'FROM scratch\nARG TARGETARCH\nCOPY app-$TARGETARCH /app\n');
    for (const name of ['amd64', 'arm64']) writeFileSync(join(job.workspace, `app-${name}`), `for ${name}\n`);
    const image = `${repository(engine)}\n${repository(engine)}-copy`;
    return { job, inputs: { image, engine, platforms: platforms.join(), tags: '1\n1.0' } };
  }

  test.each(['buildah', 'podman', 'buildx'] as const)(
    '%s pushes one index under every tag and to every repository',
    async (engine) => {
      const { job, inputs } = await newPlatformJob(engine);
      const { outputs } = await succeed('build-image', inputs, job);
      const digests = JSON.parse(outputs['platform-digests'] ?? '');
      expect(Object.keys(digests).sort()).toStrictEqual(platforms);
      for (const place of [repository(engine), `${repository(engine)}-copy`])
        for (const tag of ['1', '1.0']) {
          const raw = await run('skopeo', ['inspect', '--tls-verify=false', '--raw', `docker://${place}:${tag}`]);
          expect(`sha256:${createHash('sha256').update(raw).digest('hex')}`).toBe(outputs['digest']);
          const listed = listAt(JSON.parse(raw), 'manifests').map((each) => [
            `linux/${stringAt(each, 'platform', 'architecture')}`,
            stringAt(each, 'digest'),
          ]);
          expect(Object.fromEntries(listed)).toStrictEqual(digests);
        }
      expect(new Set(Object.values(digests)).size).toBe(2);
    },
  );

  test.each(['buildah', 'podman'] as const)('%s keeps the images under every tag if push is false', async (engine) => {
    const { job, inputs } = await newPlatformJob(engine);
    await succeed('build-image', { ...inputs, push: 'false' }, job);
    for (const name of inputs.image.split('\n'))
      for (const tag of ['1', '1.0']) {
        const list = JSON.parse(await run(engine, ['manifest', 'inspect', `${name}:${tag}`], { env: job.env }));
        expect(listAt(list, 'manifests').length).toBe(2);
      }
  });

  test('buildx keeps no image if push is false, and says so', async () => {
    const { job, inputs } = await newPlatformJob('buildx');
    const { log } = await succeed('build-image', { ...inputs, push: 'false' }, job);
    expect(log.join('\n')).toMatch(/nothing is kept, and nothing was pushed/);
  });
});
