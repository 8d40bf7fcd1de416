import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeGitHub } from '../../test/fakes/github/server.ts';
import { FakePrometheus } from '../../test/fakes/prometheus/server.ts';
import { FakeRegistry } from '../../test/fakes/registry/registry.ts';
import { type Job, runStep } from '../../test/runner/runner.ts';
import { ROOT } from '../actions.ts';
import { Cluster } from './cluster.ts';
import { SCRAPE_INTERVAL, Traffic } from './traffic.ts';

/** The systems that a delivery needs, faked on the loopback interface, with their data in a temporary folder. */
export interface Sandbox {
  readonly registry: FakeRegistry;
  readonly github: FakeGitHub;
  readonly gitops: ReturnType<FakeGitHub['addRepository']>;
  readonly prometheus: FakePrometheus;
  readonly cluster: Cluster;
  readonly traffic: Traffic;
  /** The checkout of the monorepo. */
  readonly monorepo: string;
  /** A job at the newest commit of the monorepo. */
  job(): Job;
  /** Makes a new clone of the GitOps repository, as actions/checkout does. */
  checkoutGitops(): string;
  close(): Promise<void>;
}

export async function openSandbox(): Promise<Sandbox> {
  const folder = mkdtempSync(join(tmpdir(), 'gitops-actions-demo-'));
  const registry = await FakeRegistry.start();
  const github = await FakeGitHub.start();
  const prometheus = await FakePrometheus.start({ scrapeInterval: SCRAPE_INTERVAL });
  const monorepo = createMonorepo(join(folder, 'monorepo'));
  const gitops = github.addRepository('acme/gitops', { files: gitopsFiles(registry.host) });
  const token = github.token();
  const job = () => jobAt(monorepo, { temp: join(folder, 'runner-temp'), env: github.env, token });
  await pushFirstImages(job(), registry.host);
  const cluster = await Cluster.start(gitops, registry);
  await cluster.waitUntilSynced();
  let clones = 0;
  return {
    registry,
    github,
    gitops,
    prometheus,
    cluster,
    traffic: new Traffic(prometheus),
    monorepo,
    job,
    checkoutGitops() {
      clones += 1;
      const clone = join(folder, `gitops-${clones}`);
      git(folder, 'clone', '--quiet', gitops.git.dir, clone);
      return clone;
    },
    async close() {
      await Promise.all([cluster.close(), registry.stop(), github.close(), prometheus.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function jobAt(monorepo: string, { temp, env, token }: Pick<Job, 'temp' | 'env'> & { readonly token: string }): Job {
  mkdirSync(temp, { recursive: true });
  const github = {
    ...env,
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REF_NAME: 'main',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_SHA: git(monorepo, 'rev-parse', 'HEAD'),
    GITHUB_RUN_ID: '1',
    GITHUB_ACTOR: 'ada',
  };
  return { workspace: monorepo, temp, env: github, token };
}

/** Pushes the base image, and the releases that run at the start. */
async function pushFirstImages(job: Job, registry: string): Promise<void> {
  const base = `${registry}/library/node`;
  const images = [
    { image: base, tags: '24', base: 'scratch', files: 'README.md => /etc/motd' },
    { image: `${registry}/acme/shop`, tags: '1.4', base: `${base}:24`, files: 'shop => /app' },
    { image: `${registry}/acme/cart`, tags: '0.9.0', base: `${base}:24`, files: 'cart => /app' },
  ];
  for (const image of images) {
    const { exitCode, log } = await runStep(job, { action: 'build-image', with: { ...image, engine: 'layers' } });
    if (exitCode !== 0) throw new Error(log.join('\n'));
  }
}

/** Commits all changes in a checkout, and returns the commit's id. */
export function commit(checkout: string, message: string): string {
  git(checkout, 'add', '--all');
  git(checkout, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '--quiet', '--message', message);
  return git(checkout, 'rev-parse', 'HEAD');
}

function createMonorepo(folder: string): string {
  cpSync(join(ROOT, 'examples', 'monorepo'), folder, { recursive: true });
  // The demo watches a canary for seconds, not minutes.
  const config = join(folder, 'shop', 'canary.yaml');
  writeFileSync(config, readFileSync(config, 'utf8').replaceAll('[1m]', '[1s]'));
  git(folder, 'init', '--quiet', '--initial-branch=main');
  commit(folder, 'Add the shop');
  return folder;
}

/** The files of the example GitOps repository; their images are in the demo's registry. */
function gitopsFiles(registry: string): Record<string, string> {
  const folder = join(ROOT, 'examples', 'gitops');
  const paths = globSync('**/*', { cwd: folder }).filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(
    paths.map((path) => [path, readFileSync(join(folder, path), 'utf8').replaceAll('ghcr.io', registry)]),
  );
}

function git(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', [...args], { cwd: folder, encoding: 'utf8' }).trim();
}
