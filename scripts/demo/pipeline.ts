import { runStep, type Step, type StepResult } from '../../test/runner/runner.ts';
import type { Environment } from './environments.ts';
import type { Narrator } from './narrator.ts';
import type { Stage } from './stage.ts';

/** An image that was built: what goes through the environments. */
export interface Image {
  readonly reference: string;
  readonly digest: string;
}

/** The steps of the reusable workflows, run one after the other as their jobs would. */
export class Pipeline {
  readonly #stage: Stage;
  readonly #narrator: Narrator;

  constructor(stage: Stage, narrator: Narrator) {
    this.#stage = stage;
    this.#narrator = narrator;
  }

  /** build.yml */
  async build(version: string): Promise<Image> {
    const { registry } = this.#stage;
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

  /** deploy.yml without its canary: bump → pull request → (approval) → merge → rollout. Answers the merge commit. */
  async deploy(environment: Environment, image: Image): Promise<string> {
    const checkout = this.#stage.checkoutGitops();
    const bump = await this.#step(`bump-manifest-tag (${environment.name})`, {
      action: 'bump-manifest-tag',
      with: { image: image.reference, root: checkout, paths: `apps/shop/overlays/${environment.name}`, pin: 'both' },
    });
    const merged = await this.#merge(environment, { changes: bump.outputs['changes'] ?? '' });
    await this.rollout(environment, image, merged);
    return merged;
  }

  async rollout(environment: Environment, image: Image, revision: string): Promise<void> {
    const { cluster } = this.#stage;
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
        address: this.#stage.prometheus.url,
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

  /** Takes a merged change back by a pull request of its own, and answers the merge commit. */
  async rollBack(environment: Environment, mergeCommit: string): Promise<string> {
    return this.#merge(environment, { mode: 'revert', revert: mergeCommit });
  }

  async #merge(environment: Environment, change: Readonly<Record<string, string>>): Promise<string> {
    const { gitops } = this.#stage;
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
      onLine: (line) => this.#approveWhenAsked(line),
    });
    return outputs['merge-commit-sha'] ?? '';
  }

  /** The person who reviews sees a pull request that waits, and approves it. */
  #approveWhenAsked(line: string): void {
    const { gitops } = this.#stage;
    const waiting = /#(\d+) waits for/.exec(line)?.[1];
    if (waiting === undefined || gitops.pull(Number(waiting))?.reviews.length !== 0) return;
    this.#narrator.person(`a person reviews #${waiting} and approves it`);
    gitops.approve(Number(waiting));
  }

  async #step(name: string, step: Step): Promise<StepResult> {
    const narrator = this.#narrator;
    narrator.begin(name);
    const result = await runStep(this.#stage.job(), {
      ...step,
      onLine(line) {
        narrator.line(line);
        step.onLine?.(line);
      },
    });
    const told =
      result.outputs['verdict'] ||
      result.outputs['result'] ||
      result.outputs['operation'] ||
      result.outputs['status'] ||
      'no status';
    narrator.done({ step: name, result: told, milliseconds: result.milliseconds, summary: result.summary });
    if (result.exitCode !== 0) throw new Error(`the step ${name} failed`);
    return result;
  }
}
