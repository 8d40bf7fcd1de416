import { runStep, type Step, type StepResult } from '../../test/runner/runner.ts';
import type { Environment } from './environments.ts';
import type { Reporter } from './reporter.ts';
import type { Sandbox } from './sandbox.ts';

/** The image that is promoted through the environments. */
export interface Image {
  readonly reference: string;
  readonly digest: string;
}

/** Runs the steps of the reusable workflows in the order of their jobs. */
export class Pipeline {
  readonly #sandbox: Sandbox;
  readonly #reporter: Reporter;

  constructor(sandbox: Sandbox, reporter: Reporter) {
    this.#sandbox = sandbox;
    this.#reporter = reporter;
  }

  /** build.yml */
  async build(version: string): Promise<Image> {
    const { registry } = this.#sandbox;
    const { outputs } = await this.#step('build-image', {
      action: 'build-image',
      with: {
        image: `${registry.host}/acme/shop`,
        engine: 'layers',
        base: `${registry.host}/library/node:24`,
        context: 'shop',
        files: 'server.mjs => /app/\nmetrics.mjs => /app/\ngoods.json => /app/',
        entrypoint: 'node\n/app/server.mjs',
        env: `VERSION=${version}`,
        expose: '8080',
        tags: `type=raw,value=${version}`,
      },
    });
    const { reference = '', digest = '' } = outputs;
    return { reference, digest };
  }

  /** deploy.yml without its canary: bump → pull request → (approval) → merge → rollout. Returns the merge commit. */
  async deploy(environment: Environment, image: Image): Promise<string> {
    const checkout = this.#sandbox.checkoutGitops();
    const bump = await this.#step(`bump-manifest-tag (${environment.name})`, {
      action: 'bump-manifest-tag',
      with: { image: image.reference, root: checkout, paths: `apps/shop/overlays/${environment.name}`, pin: 'both' },
    });
    const merged = await this.#merge(environment, { changes: bump.outputs['changes'] ?? '' });
    await this.rollout(environment, image, merged);
    return merged;
  }

  async rollout(environment: Environment, image: Image, revision: string): Promise<void> {
    const { cluster } = this.#sandbox;
    await this.#step(`wait-for-rollout (${environment.name})`, {
      action: 'wait-for-rollout',
      with: {
        kubeconfig: cluster.kubeconfig,
        resources: `argocd/application/${environment.application}\n${environment.namespace}/deployment/${environment.deployment}`,
        image: image.reference,
        revision,
        timeout: '30s',
      },
    });
  }

  async gate(expected: 'pass' | 'fail'): Promise<string> {
    const { outputs } = await this.#step('canary-gate', {
      action: 'canary-gate',
      with: {
        config: 'shop/canary.yaml',
        address: this.#sandbox.prometheus.url,
        baseline: 'stable',
        canary: 'canary',
        delay: '1s',
        duration: '12s',
        interval: '1s',
        'fail-on': expected === 'pass' ? 'fail, inconclusive' : 'none',
      },
    });
    return outputs['verdict'] ?? '';
  }

  /** Reverts a merged change with a pull request, and returns the merge commit. */
  async rollBack(environment: Environment, mergeCommit: string): Promise<string> {
    return this.#merge(environment, { mode: 'revert', revert: mergeCommit });
  }

  async #merge(environment: Environment, change: Readonly<Record<string, string>>): Promise<string> {
    const { gitops } = this.#sandbox;
    gitops.policies = { ...gitops.policies, requiredApprovals: environment.protected ? 1 : 0 };
    const { outputs } = await this.#step(`open-gitops-PR (${environment.name})`, {
      action: 'open-gitops-PR',
      with: {
        repository: gitops.fullName,
        application: 'shop',
        environment: environment.name,
        ...(environment.protected ? { reviewers: 'reviewer' } : {}),
        ...change,
        merge: 'direct',
        wait: 'merged',
        timeout: '30s',
      },
      onLine: (line) => this.#approveIfWaiting(line),
    });
    return outputs['merge-commit-sha'] ?? '';
  }

  /** Plays the reviewer: approves a pull request that waits for approval. */
  #approveIfWaiting(line: string): void {
    const { gitops } = this.#sandbox;
    const waiting = /#(\d+) waits for/.exec(line)?.[1];
    if (waiting === undefined || gitops.pull(Number(waiting))?.reviews.length !== 0) return;
    this.#reporter.logHumanAction(`a reviewer approves #${waiting}`);
    gitops.approve(Number(waiting));
  }

  async #step(name: string, step: Step): Promise<StepResult> {
    const reporter = this.#reporter;
    reporter.startStep(name);
    const result = await runStep(this.#sandbox.job(), {
      ...step,
      onLine(line) {
        reporter.log(line);
        step.onLine?.(line);
      },
    });
    const outcome =
      result.outputs['verdict'] ||
      result.outputs['result'] ||
      result.outputs['operation'] ||
      result.outputs['status'] ||
      'no status';
    reporter.finishStep({ step: name, result: outcome, milliseconds: result.milliseconds, summary: result.summary });
    if (result.exitCode !== 0) throw new Error(`the step ${name} failed`);
    return result;
  }
}
