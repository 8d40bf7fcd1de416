import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { contract } from '../../../src/actions/open-gitops-PR/contract.ts';
import { run } from '../../../src/actions/open-gitops-PR/run.ts';
import { runAction } from '../../../src/entry/run-action.ts';
import type { HostedRepository } from '../../fakes/github/hosted-repository.ts';
import type { Policies } from '../../fakes/github/model.ts';
import { FakeGitHub } from '../../fakes/github/server.ts';
import { LeapingClock } from '../../fakes/leaping-clock.ts';
import { fakeRunner } from '../../fakes/runner.ts';
import { commandFiles, inputVariables, readKeyValues } from '../../runner/command-files.ts';

export interface ActionRun {
  readonly exitCode: number;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly log: string;
  /** The requests of this run that change something if they succeed. */
  readonly writes: readonly string[];
}

export const SHOP = 'staging/shop.yaml';
export const CART = 'staging/cart.yaml';

/** A Deployment that runs an image. */
export function manifest(name: string, tag: string, replicas = 2): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: ${replicas}
  template:
    spec:
      containers:
        - name: ${name}
          image: ghcr.io/acme/${name}:${tag} # the app
          env: []
`;
}

/** The output `changes` of a bump from one tag to another. */
export function bump(from: string, to: string, name = 'shop'): string {
  const image = `ghcr.io/acme/${name}`;
  const change = {
    file: `staging/${name}.yaml`,
    document: 0,
    resource: `Deployment/${name}`,
    path: 'spec.template.spec.containers[0].image',
    line: 11,
    old: `${image}:${from}`,
    new: `${image}:${to}`,
    from: `${image}:${from}`,
    to: `${image}:${to}`,
    image,
    kind: 'kubernetes',
  };
  return JSON.stringify([change]);
}

/** A fake GitHub with a GitOps repository, and runs of the action on it. */
export class GitOpsHarness {
  readonly clock: LeapingClock;
  readonly github: FakeGitHub;
  readonly repository: HostedRepository;
  readonly folder = mkdtempSync(join(tmpdir(), 'open-gitops-pr-test-'));
  token: string;
  cancel: (name: string) => void = () => {};

  private constructor(clock: LeapingClock, github: FakeGitHub, repository: HostedRepository) {
    this.clock = clock;
    this.github = github;
    this.repository = repository;
    this.token = github.token();
  }

  static async open(policies: Partial<Policies> = {}): Promise<GitOpsHarness> {
    const clock = new LeapingClock();
    const github = await FakeGitHub.start({ clock });
    const files = {
      [SHOP]: manifest('shop', '1.4.1'),
      [CART]: manifest('cart', '3.0.0'),
      'scripts/run.sh': { content: '#!/bin/sh\necho run\n', mode: '100755' },
    };
    const options = { files, policies, collaborators: ['ada', 'grace'], teams: ['platform'] };
    return new GitOpsHarness(clock, github, github.addRepository('acme/gitops', options));
  }

  /** Also checks that the fake only sent responses that match GitHub's published schemas. */
  async close(): Promise<void> {
    await this.github.close();
    rmSync(this.folder, { recursive: true, force: true });
    expect(this.github.violations).toStrictEqual([]);
  }

  /** The head of the pull request's branch. */
  get branchHead(): string {
    return this.repository.branch('gitops/staging/shop') ?? '';
  }

  async run(inputs: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}): Promise<ActionRun> {
    const files = commandFiles(this.folder);
    const lines: string[] = [];
    const start = this.github.writes.length;
    const variables = {
      ...this.github.env,
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
      RUNNER_TEMP: this.folder,
      GITHUB_OUTPUT: files.output,
      GITHUB_STEP_SUMMARY: files.summary,
      ...env,
      ...inputVariables({}, { repository: 'acme/gitops', token: this.token, ...inputs }, {}),
    };
    const exitCode = await runAction(contract, run, {
      env: variables,
      cwd: this.folder,
      clock: this.clock,
      runner: fakeRunner(variables, (line) => lines.push(line)),
      onCancel: (cancel) => {
        this.cancel = cancel;
      },
    });
    return {
      exitCode,
      outputs: readKeyValues(readFileSync(files.output, 'utf8')),
      summary: readFileSync(files.summary, 'utf8'),
      log: lines.join('\n'),
      writes: this.github.writes.slice(start).map(({ operation }) => operation),
    };
  }

  /** Deploys shop to staging, with the inputs that deploy.yml uses. */
  deploy(from: string, to: string, inputs: Readonly<Record<string, string>> = {}): Promise<ActionRun> {
    return this.run({ changes: bump(from, to), application: 'shop', environment: 'staging', ...inputs });
  }
}
