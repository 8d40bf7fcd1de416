import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { objectAt } from '../../../src/json/json.ts';
import type { Fault } from '../../fakes/faults.ts';
import type { Obj } from '../../fakes/kubernetes/model.ts';
import type { SeenRequest } from '../../fakes/kubernetes/server.ts';
import { deployment, digestOf, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { ClusterHarness } from './harness.ts';

/**
 * A commit that can't become ready arrives while a request is on its way: before the server handles it, or before the answer arrives. No
 * combination of the state before the commit with the state after it may count as current.
 */

const COMMIT = 'b'.repeat(40);
const BROKEN = 'nowhere:1';
const LABELS = { 'helm.toolkit.fluxcd.io/name': 'shop', 'helm.toolkit.fluxcd.io/namespace': 'flux-system' };

interface Delivery {
  readonly resources: string;
  /** The state before the commit. */
  before(harness: ClusterHarness): void;
  /** What the controller does with the commit. */
  bring(harness: ClusterHarness): void;
}

const ready = { type: 'Ready', status: 'True', reason: 'ReconciliationSucceeded', observedGeneration: 1 };
const inventory = { entries: [{ id: 'default_shop_apps_Deployment', v: 'v1' }] };

function flux(kind: string, group: string, spec: Obj = {}): Obj {
  return {
    apiVersion: `${group}.toolkit.fluxcd.io/${kind === 'HelmRelease' ? 'v2' : 'v1'}`,
    kind,
    metadata: { name: 'shop', namespace: 'flux-system' },
    spec: { interval: '1m', ...spec },
  };
}

const kustomization = flux('Kustomization', 'kustomize');
const release = flux('HelmRelease', 'helm', { targetNamespace: 'default' });

/** Flux reports a commit of the Kustomization as applied. */
function report({ kubernetes }: ClusterHarness, commit: string): void {
  const lastAppliedRevision = `main@sha1:${commit}`;
  kubernetes.setStatus(kustomization, { observedGeneration: 1, conditions: [ready], lastAppliedRevision, inventory });
}

/** Installed by the Helm release `shop`. */
function installed(name: string, image: string): Obj {
  const made = deployment({ name, image, labels: { 'app.kubernetes.io/managed-by': 'Helm' } });
  return { ...made, metadata: { ...objectAt(made, 'metadata'), annotations: { 'meta.helm.sh/release-name': 'shop' } } };
}

/** The Secret of a revision of the Helm release. */
function helmRevision(status: string): Obj {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'sh.helm.release.v1.shop.v1',
      namespace: 'default',
      labels: { owner: 'helm', name: 'shop', status, version: '1' },
    },
  };
}

const byKustomization: Omit<Delivery, 'resources'> = {
  before(harness) {
    harness.apply(kustomization, deployment());
    report(harness, 'a'.repeat(40));
  },
  bring(harness) {
    harness.apply(deployment({ image: BROKEN }));
    report(harness, COMMIT);
  },
};

const deliveries: Readonly<Record<string, Delivery>> = {
  'a Deployment of a Kustomization': { ...byKustomization, resources: 'flux-system/ks/shop' },
  'a Deployment that is named with its Kustomization': {
    ...byKustomization,
    resources: 'flux-system/ks/shop\ndeployment/shop',
  },
  'a new Deployment of a HelmRelease': {
    resources: 'flux-system/hr/shop',
    before(harness) {
      harness.apply(release, deployment({ labels: LABELS }));
      harness.kubernetes.setStatus(release, { observedGeneration: 1, conditions: [{ ...ready, status: 'Unknown' }] });
    },
    bring(harness) {
      harness.apply(deployment({ name: 'cart', labels: LABELS, image: BROKEN }));
      harness.kubernetes.setStatus(release, { observedGeneration: 1, conditions: [ready] });
    },
  },
  'a new Deployment of a Helm release': {
    resources: 'helm/shop',
    before: (harness) => harness.apply(helmRevision('pending-upgrade'), installed('shop', `${REPOSITORY}:v1`)),
    bring: (harness) => harness.apply(installed('cart', BROKEN), helmRevision('deployed')),
  },
};

/** When the commit arrives, and how late the answer is then, in real ms. */
const moments: Readonly<Record<string, (happen: () => void) => Fault>> = {
  'before a request is handled': (happen) => ({ kind: 'meanwhile', happen }),
  'before the answer arrives': (happen) => ({ kind: 'overtaken', happen, ms: 30 }),
};

let harness: ClusterHarness;
beforeEach(() => start());
afterEach(() => harness.close());

async function start(): Promise<void> {
  harness = await ClusterHarness.open({ token: 'a-token' });
  harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
}

async function wait({ resources }: Delivery) {
  const revision = resources.includes('/ks/') ? { revision: COMMIT } : {};
  return harness.wait({ resources, ...revision, timeout: '2m' });
}

/** The pattern of a request in a fault: without the values that change from run to run. */
function patternOf({ method, path, query }: SeenRequest): string {
  const kinds = ['sendInitialEvents', 'watch', 'limit'];
  const kind = kinds.find((parameter) => query.has(parameter));
  return `^${method} ${path}${kind ? `\\?.*${kind}=` : ''}`;
}

/** A request of each kind that the action sends during a wait in which nothing goes wrong. */
async function requestsOf(delivery: Delivery): Promise<readonly string[]> {
  delivery.before(harness);
  await harness.pass(5000);
  harness.after(5000, () => delivery.bring(harness));
  await wait(delivery);
  const patterns = harness.kubernetes.requests.map(patternOf);
  await harness.close();
  await start();
  return [...new Set(patterns)];
}

/** The objects of Helm are asked for by so many requests that one moment must do. */
const isDistinct = (name: string, moment: string) => !/Helm/.test(name) || moment === 'before the answer arrives';
const cases = Object.entries(deliveries).flatMap(([name, delivery]) =>
  Object.entries(moments)
    .filter(([moment]) => isDistinct(name, moment))
    .map(([moment, fault]) => ({ name, delivery, moment, fault, streamingLists: false })),
);
const streamed = cases
  .filter(({ name }) => name === 'a Deployment that is named with its Kustomization')
  .map((each) => ({ ...each, streamingLists: true }));

describe('a commit that arrives during a request', () => {
  it.each([...cases, ...streamed])('$name, $moment (streaming lists: $streamingLists)', async (row) => {
    const { delivery, fault, streamingLists } = row;
    harness.kubernetes.streamingLists = streamingLists;
    const wrong: string[] = [];
    const patterns = await requestsOf(delivery);
    expect(patterns.length).toBeGreaterThan(7);
    for (const pattern of patterns) {
      harness.kubernetes.streamingLists = streamingLists;
      delivery.before(harness);
      await harness.pass(5000);
      let isBrought = false;
      const bring = () => {
        if (!isBrought) delivery.bring(harness);
        isBrought = true;
      };
      harness.kubernetes.faults.inject(new RegExp(pattern), fault(bring));
      harness.after(20_000, bring);
      const { outputs, error } = await wait(delivery);
      if (outputs['reason'] !== 'image-not-found') wrong.push(`${pattern}: ${outputs['reason']} ${error}`);
      await harness.close();
      await start();
    }
    expectWithNote(wrong, wrong.join('\n')).toStrictEqual([]);
  });
});

describe('a watch that is behind when a commit arrives', () => {
  it.each(Object.entries(deliveries))('%s', async (_name, delivery) => {
    harness.kubernetes.streamingLists = false;
    const wrong: string[] = [];
    const watches = (await requestsOf(delivery)).filter((pattern) => pattern.includes('watch='));
    expect(watches.length).toBeGreaterThan(3);
    for (const watch of watches) {
      harness.kubernetes.streamingLists = false;
      delivery.before(harness);
      await harness.pass(5000);
      const { faults } = harness.kubernetes;
      harness.after(5000, () => {
        faults.inject(new RegExp(watch), { kind: 'overtaken', happen: () => {}, ms: 40 });
        // The watch catches up before the answer to the question whether the state is the latest.
        faults.inject(/\?limit=/, { kind: 'overtaken', happen: () => {}, ms: 80 }, 10);
        harness.kubernetes.cutWatches();
      });
      harness.after(10_000, () => delivery.bring(harness));
      const { outputs, error } = await wait(delivery);
      if (outputs['reason'] !== 'image-not-found') wrong.push(`${watch}: ${outputs['reason']} ${error}`);
      await harness.close();
      await start();
    }
    expectWithNote(wrong, wrong.join('\n')).toStrictEqual([]);
  });
});
