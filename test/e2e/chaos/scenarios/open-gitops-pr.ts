import { bump, CART, manifest, SHOP } from '../../../actions/open-gitops-PR/harness.ts';
import { FakeGitHub } from '../../../fakes/github/server.ts';
import type { Scenario, Stage } from '../scenario.ts';

/** A pull request that is merged at once. */
export const pullRequest: Scenario = {
  name: 'open-gitops-PR (merge)',
  action: 'open-gitops-PR',
  stage: () =>
    stageWith({ application: 'shop', environment: 'staging', merge: 'direct', wait: 'merged', timeout: '20s' }),
};

/** A commit without a pull request. */
export const commit: Scenario = {
  name: 'open-gitops-PR (commit)',
  action: 'open-gitops-PR',
  stage: () => stageWith({ mode: 'commit', application: 'shop', environment: 'staging' }),
};

async function stageWith(inputs: Readonly<Record<string, string>>): Promise<Stage> {
  const github = await FakeGitHub.start();
  const files = { [SHOP]: manifest('shop', '1.4.1'), [CART]: manifest('cart', '3.0.0') };
  const repository = github.addRepository('acme/gitops', { files });
  const token = github.token();
  return {
    inputs: { repository: 'acme/gitops', token, changes: bump('1.4.1', '1.4.2'), ...inputs },
    env: github.env,
    servers: { GitHub: { faults: github.faults } },
    secrets: [token],
    state: () => ({
      shop: repository.file('main', SHOP),
      cart: repository.file('main', CART),
      pulls: repository.pulls.map(({ title, head, base, state, merged }) => ({
        title,
        head,
        base,
        state,
        merged: merged !== undefined,
      })),
      branches: repository.pulls.map(({ head }) => repository.branch(head) !== undefined),
      violations: github.violations,
    }),
    close: () => github.close(),
  };
}
