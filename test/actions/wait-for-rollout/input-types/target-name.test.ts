import { describe, expect, it } from '@jest/globals';
import { targetName } from '../../../../src/actions/wait-for-rollout/input-types/target-name.ts';
import { InvalidInput, list } from '../../../../src/core/input-types.ts';

/** What people write into input `resources`. */

const resources = list(targetName);

const accepted: Readonly<Record<string, readonly string[]>> = {
  'deployment/shop': ['deployment/shop'],
  'deploy/shop': ['deploy/shop'],
  'deployments/shop': ['deployments/shop'],
  'Deployment/shop,Service/shop': ['Deployment/shop', 'Service/shop'],
  'deployments.apps/shop\nstaging/deployment.v1.apps/cart': [
    'deployments.apps/shop',
    'staging/deployment.v1.apps/cart',
  ],
  'helm/shop': ['helm/shop'],
};

const refused: Readonly<Record<string, string>> = {
  shop: 'Add the kind: did you mean "deployment/shop"?',
  'deployment shop': 'did you mean "deployment/shop"?',
  'deploy shop': 'did you mean "deploy/shop"?',
  'deployment  shop -n staging': 'did you mean "staging/deployment/shop"?',
  '-n staging deployment/shop': 'did you mean "staging/deployment/shop"?',
  'deployment/shop --namespace=staging': 'did you mean "staging/deployment/shop"?',
  'kubectl rollout status deployment/shop': 'did you mean "deployment/shop"?',
  'kubectl -n staging rollout status deploy shop --timeout=5m': 'did you mean "staging/deploy/shop"?',
  'staging deployment shop': 'did you mean "staging/deployment/shop"?',
  'deployment: shop': 'did you mean "deployment/shop"?',
  'deployment:shop': 'did you mean "deployment/shop"?',
  'deployment=shop': 'did you mean "deployment/shop"?',
  '- deployment/shop': 'did you mean "deployment/shop"?',
  '"deployment/shop"': 'did you mean "deployment/shop"?',
  'deployment/shop/': 'did you mean "deployment/shop"?',
  'deployment/Shop': 'did you mean "deployment/shop"?',
  'apps/v1/Deployment/shop': 'did you mean "Deployment.v1.apps/shop"?',
  'apps/v1/Deployment/staging/shop': 'did you mean "staging/Deployment.v1.apps/shop"?',
  'v1/Service/staging/shop': 'did you mean "staging/Service.v1/shop"?',
  'argoproj.io/v1alpha1/Rollout/shop': 'did you mean "Rollout.v1alpha1.argoproj.io/shop"?',
  'deployment/shop deployment/cart': 'Put each target on its own line: "deployment/shop", "deployment/cart".',
  'deployment/shop; service/shop': 'Put each target on its own line: "deployment/shop", "service/shop".',
  'deployment shop cart': 'Put each target on its own line: "deployment/shop", "deployment/cart".',
  deployment: 'Add the name: "deployment/‹name›".',
  deployments: 'Add the name: "deployments/‹name›".',
  'deployment/': 'Add the name: "deployment/‹name›".',
  '/shop': 'Add the kind: did you mean "deployment/shop"?',
  'deployment/*': 'Name each target; input `selector` finds them by a label.',
  'deployment/shop-*': 'Name each target; input `selector` finds them by a label.',
  'deployment -l app=shop': 'Name each target; input `selector` finds them by a label.',
  'deployment/shop:v1': '"shop:v1" is not a Kubernetes name',
  'my-shop/deployment!/x': '"deployment!" is not the name of a kind',
};

describe('input `resources`', () => {
  it.each(Object.entries(accepted))('takes %j', (text, expected) => {
    const titles = resources.parse(text).map(({ namespace, kind, name }) => [namespace, kind, name]);
    expect(titles.map((parts) => parts.filter((part) => part !== undefined).join('/'))).toStrictEqual(expected);
  });

  it.each(Object.entries(refused))('refuses %j and says what to write', (text, says) => {
    const refusal = messageOf(() => resources.parse(text));
    expect(refusal).toContain(says);
    const suggested = /did you mean "([^"]+)"/.exec(refusal)?.[1];
    if (suggested !== undefined) expect(resources.parse(suggested).length).toBe(1);
  });

  it('names the line that is invalid', () => {
    expect(messageOf(() => resources.parse('service/shop\ndeployment shop'))).toBe(
      'The line "deployment shop" is invalid. A "/" separates kind and name: did you mean "deployment/shop"?',
    );
  });
});

function messageOf(parse: () => unknown): string {
  try {
    parse();
  } catch (thrown) {
    if (thrown instanceof InvalidInput) return thrown.message;
    throw thrown;
  }
  return 'accepted';
}
