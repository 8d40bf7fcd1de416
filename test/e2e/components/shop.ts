import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { expectWithNote } from '../../jest-support.ts';
import { type Job, runStep, type StepResult } from '../../runner/runner.ts';
import type { Harness } from './harness.ts';
import { nodeImage, pushImage } from './image.ts';
import { run } from './run.ts';

/** Folder of the examples. */
export const examples = join(import.meta.dirname, '..', '..', '..', 'examples');

/** A release of the example shop. */
export interface Release {
  /** The image with its digest. */
  readonly image: string;
  readonly digest: string;
  /** The image with tag and digest. */
  readonly reference: string;
}

/** How to build a release. */
export interface Build {
  readonly version: string;
  readonly engine: 'layers' | 'buildah' | 'podman' | 'docker' | 'buildx';
  /** Whether every third request fails. */
  readonly bug?: boolean;
  /** Environment variables of the job, such as DOCKER_HOST. */
  readonly env?: Readonly<Record<string, string>>;
}

type NewJob = (env?: Readonly<Record<string, string>>) => Job;

/** Builds releases of the example shop and pushes them to one repository, as a job on a runner would. */
export class Shop {
  /** The repository, including its registry. */
  readonly repository: string;
  /** The base image of the shop. */
  readonly base: string;
  readonly #newJob: NewJob;

  private constructor(repository: string, base: string, newJob: NewJob) {
    this.repository = repository;
    this.base = base;
    this.#newJob = newJob;
  }

  /** Pushes a base image to our own registry first, so that the builds don't depend on Docker Hub. */
  static async open(harness: Harness, repository: string, newJob: NewJob): Promise<Shop> {
    const base = `${repository}-base:24`;
    await pushImage(harness.folder, await nodeImage(), `docker://${base}`);
    return new Shop(repository, base, newJob);
  }

  /** Runs build-image in a fresh copy of the example monorepo. */
  async build({ version, engine, bug = false, env = {} }: Build): Promise<Release> {
    const job = this.#newJob(env);
    cpSync(join(examples, 'monorepo'), job.workspace, { recursive: true });
    edit(join(job.workspace, 'shop', 'Dockerfile'), 'node:24-alpine', this.base);
    if (bug) breakShop(join(job.workspace, 'shop'));
    const inputs = { image: this.repository, context: 'shop', engine, tags: `type=raw,value=${version}` };
    const { outputs } = await succeed('build-image', { ...inputs, ...this.#contentInputs(engine, version) }, job);
    expect(outputs['engine']).toBe(engine);
    const { image = '', digest = '', tag = '' } = outputs;
    expect(image).toBe(`${this.repository}@${digest}`);
    expect(digest).toBe(await this.digestOf(version));
    return { image, digest, reference: `${this.repository}:${tag}@${digest}` };
  }

  /** The digest of a tag in the registry, read with skopeo. */
  async digestOf(tag: string): Promise<string> {
    return (await this.#inspect(tag, '--format', '{{.Digest}}')).trim();
  }

  /** The image's config (OCI), read with skopeo. */
  async configOf(tag: string): Promise<unknown> {
    return JSON.parse(await this.#inspect(tag, '--config'));
  }

  #inspect(tag: string, ...options: string[]): Promise<string> {
    return run('skopeo', ['inspect', '--tls-verify=false', ...options, `docker://${this.repository}:${tag}`]);
  }

  #contentInputs(engine: Build['engine'], version: string): Record<string, string> {
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

/** Creates a job with an empty workspace and private storage for the engines. */
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

/** Runs a step and expects it to succeed. */
export async function succeed(action: string, inputs: Readonly<Record<string, string>>, job: Job): Promise<StepResult> {
  const result = await runStep(job, { action, with: inputs });
  expectWithNote(result.exitCode, `${action} failed:\n${result.log.join('\n')}`).toBe(0);
  expect(result.outputs['status']).toBe('success');
  return result;
}

/** Adds a bug to the shop's source: every third request fails. */
export function breakShop(folder: string): void {
  edit(join(folder, 'server.mjs'), 'const server =', 'let requests = 0;\nconst server =');
  edit(join(folder, 'server.mjs'), 'route ? 200', 'route ? (requests++ % 3 ? 200 : 500)');
}

/** Adapts the example's canary.yaml to a short test on a busy machine: rates over seconds, and twice the margin for the latency. */
export function useShortIntervals(canaryConfig: string): void {
  edit(canaryConfig, '[1m]', '[4s]');
  edit(canaryConfig, 'margin: 0.025', 'margin: 0.05');
}

/** Replaces every occurrence of `text` in a file. Fails if there is none. */
export function edit(file: string, text: string, replacement: string): void {
  const content = readFileSync(file, 'utf8');
  expectWithNote(content, `${file} doesn't contain ${text}`).toContain(text);
  writeFileSync(file, content.replaceAll(text, replacement));
}
