import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { expectWithNote } from '../../jest-support.ts';
import { type Job, runStep, type StepResult } from '../../runner/runner.ts';
import type { Harness } from './harness.ts';
import { nodeImage, pushImage } from './image.ts';
import { run } from './run.ts';

/** The examples that the tests deliver. */
export const examples = join(import.meta.dirname, '..', '..', '..', 'examples');

/** A release of the example shop. */
export interface Release {
  /** By digest. */
  readonly image: string;
  readonly digest: string;
  /** With tag and digest. */
  readonly reference: string;
}

/** How a release is built. */
export interface Build {
  readonly version: string;
  readonly engine: 'layers' | 'buildah' | 'podman' | 'docker' | 'buildx';
  /** Every third visit fails. */
  readonly bug?: boolean;
  /** Variables of the job, such as DOCKER_HOST. */
  readonly env?: Readonly<Record<string, string>>;
}

type NewJob = (env?: Readonly<Record<string, string>>) => Job;

/** Builds and pushes releases of the example shop to one repository, as jobs on a runner. */
export class Shop {
  /** The repository, with its registry. */
  readonly repository: string;
  /** The base image that the shop is built on. */
  readonly base: string;
  readonly #newJob: NewJob;

  private constructor(repository: string, base: string, newJob: NewJob) {
    this.repository = repository;
    this.base = base;
    this.#newJob = newJob;
  }

  /** Puts the base image where the shop will be: the registries of Docker Hub's `node` can't be counted on. */
  static async open(harness: Harness, repository: string, newJob: NewJob): Promise<Shop> {
    const base = `${repository}-base:24`;
    await pushImage(harness.folder, await nodeImage(), `docker://${base}`);
    return new Shop(repository, base, newJob);
  }

  /** Runs build-image on a fresh checkout of the example monorepo. */
  async build({ version, engine, bug = false, env = {} }: Build): Promise<Release> {
    const job = this.#newJob(env);
    cpSync(join(examples, 'monorepo'), job.workspace, { recursive: true });
    edit(join(job.workspace, 'shop', 'Dockerfile'), 'node:24-alpine', this.base);
    if (bug) breakShop(join(job.workspace, 'shop'));
    const inputs = { image: this.repository, context: 'shop', engine, tags: `type=raw,value=${version}` };
    const { outputs } = await succeed('build-image', { ...inputs, ...this.#content(engine, version) }, job);
    expect(outputs['engine']).toBe(engine);
    const { image = '', digest = '', tag = '' } = outputs;
    expect(image).toBe(`${this.repository}@${digest}`);
    expect(digest).toBe(await this.digestOf(version));
    return { image, digest, reference: `${this.repository}:${tag}@${digest}` };
  }

  /** What the registry has under a tag, as another program sees it. */
  async digestOf(tag: string): Promise<string> {
    return (await this.#inspect(tag, '--format', '{{.Digest}}')).trim();
  }

  /** The image's configuration (OCI), as another program sees it. */
  async configOf(tag: string): Promise<unknown> {
    return JSON.parse(await this.#inspect(tag, '--config'));
  }

  #inspect(tag: string, ...options: string[]): Promise<string> {
    return run('skopeo', ['inspect', '--tls-verify=false', ...options, `docker://${this.repository}:${tag}`]);
  }

  #content(engine: Build['engine'], version: string): Record<string, string> {
    if (engine !== 'layers') return { 'build-args': `VERSION=${version}` };
    return {
      base: this.base,
      files: ['server.mjs', 'metrics.mjs', 'goods.json'].map((name) => `${name} => /app/${name}`).join('\n'),
      entrypoint: '["node", "/app/server.mjs"]',
      env: `VERSION=${version}\nPORT=8080`,
      user: 'node',
      workdir: '/app',
    };
  }
}

/** A job with an empty workspace, and stores of its own for the engines. */
export function newJob(harness: Harness, token: string, env: Readonly<Record<string, string>>): Job {
  const folder = mkdtempSync(join(harness.folder, 'job-'));
  const workspace = join(folder, 'work');
  const temp = join(folder, 'temp');
  for (const path of [workspace, temp]) mkdirSync(path);
  const storage = `[storage]\ndriver = "vfs"\ngraphroot = "${folder}/store"\nrunroot = "${folder}/run"\n`;
  writeFileSync(join(folder, 'storage.conf'), storage);
  return {
    workspace,
    temp,
    token,
    env: {
      GITHUB_REPOSITORY: 'acme/monorepo',
      GITHUB_SHA: '4be1f5a0c5b3e2d7f6a89b0c1d2e3f4a5b6c7d8e',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_EVENT_NAME: 'push',
      CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf'),
      ...env,
    },
  };
}

/** Runs a step that must succeed. */
export async function succeed(action: string, inputs: Readonly<Record<string, string>>, job: Job): Promise<StepResult> {
  const result = await runStep(job, { action, with: inputs });
  expectWithNote(result.exitCode, `${action} failed:\n${result.log.join('\n')}`).toBe(0);
  expect(result.outputs['status']).toBe('success');
  return result;
}

/** Puts a bug into the shop's source: every third visit fails. */
export function breakShop(folder: string): void {
  edit(join(folder, 'server.mjs'), 'const server =', 'let visits = 0;\nconst server =');
  edit(join(folder, 'server.mjs'), 'route ? 200', 'route ? (visits++ % 3 ? 200 : 500)');
}

/** Makes the example's canary.yaml fit a test's patience and a busy machine: rates over seconds, and twice the margin for the latency. */
export function useShortIntervals(canaryConfig: string): void {
  edit(canaryConfig, '[1m]', '[4s]');
  edit(canaryConfig, 'margin: 0.025', 'margin: 0.05');
}

/** Replaces every occurrence of a text in a file, which must have one. */
export function edit(file: string, text: string, replacement: string): void {
  const content = readFileSync(file, 'utf8');
  expectWithNote(content, `${file} has no ${text}`).toContain(text);
  writeFileSync(file, content.replaceAll(text, replacement));
}
