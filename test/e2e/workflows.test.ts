// Runs the reusable workflows as a caller's workflow would, on real components.

import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { beforeAll, describe, expect } from '@jest/globals';
import { parseJson, stringAt } from '../../src/json/json.ts';
import { expectWithNote } from '../jest-support.ts';
import { deployFirstRelease, headOfMain, runningDigests, useDelivery } from './components/delivery-fixture.ts';
import { dependentSteps } from './components/dependent-steps.ts';
import { run } from './components/run.ts';
import { breakShop, examples, useShortIntervals } from './components/shop.ts';
import { copySuite, pinOf } from './components/suite-copy.ts';
import { act } from './tools/modules.ts';
import { program } from './tools/toolbox.ts';

const { harness, delivery } = useDelivery('workflows');
/** Folder with a copy of this repository whose workflows don't use `$/`, which act doesn't know. */
let suite: string;

beforeAll(async () => {
  suite = copySuite(harness.scratch('suite'));
  const monorepo = harness.scratch('monorepo');
  cpSync(join(examples, 'monorepo'), monorepo, { recursive: true });
  useShortIntervals(join(monorepo, 'shop', 'canary.yaml'));
  delivery().github.addRepository('acme/monorepo', { files: filesOf(monorepo) });
  await deployFirstRelease(delivery());
  await delivery().cluster.kubectl.waitForCondition('deployment/shop-canary', delivery().namespace, 'Available');
});

describe('build.yml and deploy.yml deliver a good commit to production and revert a bad one', () => {
  const step = dependentSteps();
  let good: Awaited<ReturnType<typeof pushAndRun>>;
  step('a good commit is built, merged and rolled out, and its canary passes', async () => {
    const before = await headOfMain(delivery());
    good = await pushAndRun('1.5.0');
    expectWithNote(good.code, good.log).toBe(0);
    const digest = await delivery().shop.digestOf('1.5.0');
    expect(await runningDigests(delivery(), 'canary')).toStrictEqual([digest]);
    expect(await headOfMain(delivery())).not.toBe(before);
    expect(statuses(good.records)).toStrictEqual(
      [
        ...['build-image', 'build-image'],
        ...['bump-manifest-tag', 'open-gitops-PR'],
        // The dry runs, and the second bump, after the approval.
        ...['wait-for-rollout', 'canary-gate', 'bump-manifest-tag'],
        ...['open-gitops-PR', 'wait-for-rollout', 'canary-gate'],
      ].map((action) => [action, 'success']),
    );
  });
  step('the records of every job become an artifact, even if two jobs call the same workflow', async () => {
    expectWithNote(good.artifacts.length, good.artifacts.join()).toBe(4);
    expect(good.artifacts.filter((name) => name.startsWith('delivery-records-build-')).length).toBe(2);
  });
  step('a bad commit fails at canary-gate and is reverted', async () => {
    const bad = await pushAndRun('1.6.0', breakShop);
    expectWithNote(bad.code, bad.log).toBe(1);
    expect(statuses(bad.records).slice(-2)).toStrictEqual([
      ['canary-gate', 'failure'],
      ['open-gitops-PR', 'success'],
    ]);
    await delivery().argoCd.healthy(delivery().namespace, await headOfMain(delivery()));
    expect(await runningDigests(delivery(), 'canary')).toStrictEqual([await delivery().shop.digestOf('1.5.0')]);
  });
  step('every request to GitHub was valid', async () => {
    expect(delivery().github.violations).toStrictEqual([]);
  });
});

/** Pushes a commit of the monorepo and runs its workflow, which calls build.yml and deploy.yml. */
async function pushAndRun(version: string, change: (shop: string) => void = () => {}) {
  const checkout = join(harness.scratch('caller'), 'monorepo');
  await run('git', ['clone', '--quiet', `${gitFolder()}/monorepo.git`, checkout]);
  change(join(checkout, 'shop'));
  write(join(checkout, '.github', 'workflows', 'deliver.yml'), JSON.stringify(workflow(version)));
  const author = ['-c', 'user.name=developer', '-c', 'user.email=developer@example.com', '-c', 'commit.gpgsign=false'];
  const git = (...args: string[]) => run('git', ['-C', checkout, ...author, ...args]);
  await git('add', '--all');
  await git('commit', '--quiet', '--message', `Release ${version}`);
  await git('push', '--quiet');
  // act reads the repository's name from the remote.
  await git('remote', 'set-url', 'origin', 'https://github.com/acme/monorepo.git');
  return runWorkflow(checkout);
}

function gitFolder(): string {
  return dirname(delivery().gitUrl);
}

/** The workflow of a user of the suite. */
function workflow(version: string): object {
  const { shop, namespace, prometheus, argoCd } = delivery();
  const build = (image: string, context: string, names: readonly string[]) => ({
    uses: 'acme/gitops-actions/.github/workflows/build.yml@v1',
    with: {
      image,
      context,
      engine: 'layers',
      base: shop.base,
      files: names.map((name) => `${name} => /app/${name}`).join('\n'),
      entrypoint: '["node", "/app/server.mjs"]',
      tags: `type=raw,value=${version}`,
    },
  });
  return {
    on: 'push',
    jobs: {
      build: build(shop.repository, 'shop', ['server.mjs', 'metrics.mjs', 'goods.json']),
      cart: build(shop.repository.replace(/shop$/, 'cart'), 'cart', ['server.mjs', 'metrics.mjs']),
      canary: {
        needs: ['build', 'cart'],
        uses: 'acme/gitops-actions/.github/workflows/deploy.yml@v1',
        with: {
          environment: 'production-canary',
          image: '${{ needs.build.outputs.image }}',
          application: 'shop',
          'gitops-repository': 'acme/gitops',
          paths: 'apps/shop/overlays/production-canary/kustomization.yaml',
          namespace,
          resources: 'deployment/shop-canary',
          'gitops-resources': `${argoCd.namespace}/application/${namespace}`,
          'rollout-timeout': '2m',
          'canary-config': 'shop/canary.yaml',
          'canary-duration': '60s',
          'canary-interval': '4s',
          prometheus: prometheus.url,
        },
        secrets: { GITOPS_TOKEN: '${{ secrets.GITOPS_TOKEN }}', KUBECONFIG: '${{ secrets.KUBECONFIG }}' },
      },
    },
  };
}

/** Runs the workflow of a checkout for the event `push`. */
async function runWorkflow(checkout: string) {
  const folder = harness.scratch('runner');
  const artifacts = join(folder, 'artifacts');
  mkdirSync(artifacts);
  const fakeAction = (name: string) =>
    `actions/${name}@${pinOf(name)}=${join(import.meta.dirname, 'fake-actions', name)}`;
  const env = { ...delivery().github.env, E2E_GIT_URL: gitFolder(), E2E_ARTIFACTS: artifacts };
  const child = spawn(
    program(act, 'act'),
    [
      'push',
      ...['--platform', 'ubuntu-latest=-self-hosted', '--actor', 'developer'],
      ...['--local-repository', `acme/gitops-actions@v1=${suite}`],
      ...['checkout', 'upload-artifact'].flatMap((name) => ['--local-repository', fakeAction(name)]),
      ...['--action-cache-path', join(folder, 'cache'), '--no-cache-server', '--no-skip-checkout', '--pull=false'],
      ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      ...['--secret', 'GITHUB_TOKEN', '--secret', 'GITOPS_TOKEN', '--secret', 'KUBECONFIG'],
    ],
    {
      cwd: checkout,
      env: {
        ...process.env,
        PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
        HOME: folder,
        GITHUB_TOKEN: delivery().token,
        GITOPS_TOKEN: delivery().token,
        KUBECONFIG: readFileSync(delivery().cluster.kubeconfig, 'utf8'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  const files = readdirSync(artifacts).sort();
  return {
    code,
    log,
    artifacts: files,
    records: files.map((name) => readFileSync(join(artifacts, name), 'utf8')).join(''),
  };
}

/** Action and status of the delivery records, sorted by time. */
function statuses(records: string): (string | undefined)[][] {
  const entries = records
    .split('\n')
    .filter((line) => line !== '')
    .map(parseJson);
  const time = (entry: unknown) => stringAt(entry, 'startedAt') ?? '';
  return entries
    .toSorted((a, b) => (time(a) < time(b) ? -1 : 1))
    .map((entry) => [stringAt(entry, 'action'), stringAt(entry, 'status')]);
}

function filesOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [relative(folder, path), readFileSync(path, 'utf8')]));
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
