import { afterEach, describe, expect, it } from '@jest/globals';
import {
  accessRules,
  describeAccess,
  missingAccess,
  requiredAccess,
} from '../../../src/kubernetes/access/permissions.ts';
import { wellKnown } from '../../../src/kubernetes/objects/well-known.ts';
import { FakeKubernetes } from '../../fakes/kubernetes/server.ts';
import { connect } from '../connect.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start() {
  const fake = await FakeKubernetes.start({ token: 'good-token' });
  const { client, close } = await connect({ kubeconfig: fake.kubeconfig });
  closers.push(() => fake.stop(), close);
  return { fake, client };
}

const namespaced = { type: wellKnown.deployments, namespace: 'staging' };
const nodes = { ...wellKnown.pods, kind: 'Node', plural: 'nodes', namespaced: false };

describe('the required permissions', () => {
  it('are to list and watch each kind, and to read the logs of pods', () => {
    const needed = requiredAccess([namespaced, { type: wellKnown.pods, namespace: 'staging' }], ['staging']);
    expect(needed.map(describeAccess)).toStrictEqual([
      'list deployments.apps in staging',
      'watch deployments.apps in staging',
      'list pods in staging',
      'watch pods in staging',
      'get pods/log in staging',
    ]);
  });

  it('become the fewest rules per namespace', () => {
    const selections = [
      namespaced,
      { ...namespaced, type: wellKnown.replicaSets },
      { type: wellKnown.pods, namespace: 'prod' },
    ];
    const rules = accessRules(requiredAccess([...selections, { type: nodes, namespace: '' }], ['prod']));
    expect([...rules]).toStrictEqual([
      ['', [{ groups: [''], resources: ['nodes'], verbs: ['list', 'watch'] }]],
      [
        'prod',
        [
          { groups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
          { groups: [''], resources: ['pods/log'], verbs: ['get'] },
        ],
      ],
      ['staging', [{ groups: ['apps'], resources: ['deployments', 'replicasets'], verbs: ['list', 'watch'] }]],
    ]);
  });
});

describe('the missing permissions', () => {
  const needed = requiredAccess([namespaced, { type: wellKnown.pods, namespace: 'staging' }], ['staging']);

  it('are found with one rules review per namespace if nothing is missing', async () => {
    const { fake, client } = await start();
    expect(await missingAccess(client, needed)).toStrictEqual([]);
    expect(fake.requests.map(({ path }) => path.split('/').at(-1))).toStrictEqual(['selfsubjectrulesreviews']);
  });

  it('are reviewed one by one if the rules review does not grant them', async () => {
    const { fake, client } = await start();
    fake.deny({ verb: 'watch', resource: 'pods' });
    fake.deny({ subresource: 'log' });
    const missing = await missingAccess(client, needed);
    expect(missing.map(describeAccess)).toStrictEqual(['watch pods in staging', 'get pods/log in staging']);
    expect(fake.requests.length).toBe(3);
  });

  it('are all reviewed one by one for cluster-scoped kinds, or if the rules review fails', async () => {
    const { fake, client } = await start();
    fake.faults.inject(/rulesreviews/, { kind: 'status', status: 403 });
    fake.deny({ resource: 'nodes' });
    const missing = await missingAccess(client, [...needed, ...requiredAccess([{ type: nodes, namespace: '' }], [])]);
    expect(missing.map(describeAccess)).toStrictEqual(['list nodes', 'watch nodes']);
  });
});
