import { afterEach, describe, expect, it } from '@jest/globals';
import type { ImageBehavior } from '../../fakes/kubernetes/controllers/images.ts';
import { notFound } from '../../fakes/kubernetes/controllers/images.ts';
import type { Obj } from '../../fakes/kubernetes/model.ts';
import { daemonSet, deployment, digestOf, job, REPOSITORY, statefulSet } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { textOf } from './action-result.ts';
import { ClusterHarness } from './harness.ts';

/** Nothing crashes, and the time runs out: the error names the pod that holds the rollout up, since when, why, and what to do. */

const image = (tag: string) => `${REPOSITORY}:${tag}`;
const good: ImageBehavior = { kind: 'serves', digest: digestOf('2') };
const slow: ImageBehavior = { ...good, readyAfterMs: 3_600_000 };

interface Row {
  readonly images?: Readonly<Record<string, ImageBehavior>>;
  /** How long a pod takes to end. */
  readonly terminationMs?: number;
  /** The release before, and this one. */
  readonly before?: Obj;
  readonly now: Obj;
  readonly resources: string;
  readonly evidence: string;
  readonly says: RegExp;
  readonly remedy: RegExp;
}

const recreate = { replicas: 1, strategy: { type: 'Recreate' } };
const rows: Readonly<Record<string, Row>> = {
  'a StatefulSet that waits for a broken pod of the previous revision': {
    images: { v1: notFound(image('v1')) },
    before: statefulSet({ image: image('v1') }),
    now: statefulSet({ image: image('v2') }),
    resources: 'statefulset/db',
    evidence: 'old-pod-broken',
    says: /statefulset\/db → pod\/db-0 → container app\n *OldPodNotReady {2}ImagePullBackOff .*not found \(for 1 min \d+ s\)/,
    remedy: /→ Delete the pod \(`kubectl delete pod db-0 --namespace default`\)/,
  },
  'pods that do not end, and block Recreate': {
    terminationMs: 3_600_000,
    before: deployment({ image: image('v1'), spec: recreate, pod: { terminationGracePeriodSeconds: 3600 } }),
    now: deployment({ image: image('v2'), spec: recreate, pod: { terminationGracePeriodSeconds: 3600 } }),
    resources: 'deployment/shop',
    evidence: 'pod-terminating',
    says: /pod\/shop-\S+\n *Terminating {2}its grace period of .* \(for 1 min 30 s\)/,
    remedy: /→ .*SIGTERM/,
  },
  'a pod of a StatefulSet that does not end on its node': {
    terminationMs: 3_600_000,
    before: statefulSet({ image: image('v1') }),
    now: statefulSet({ image: image('v2') }),
    resources: 'statefulset/db',
    evidence: 'pod-terminating',
    says: /pod\/db-2\n *Terminating {2}its grace period has passed, but node node-1 has not confirmed .* \(for 1 min/,
    remedy: /→ Check the node .*`kubectl delete pod db-2 --namespace default --grace-period=0 --force`/,
  },
  'a pod of a DaemonSet that does not end on its node': {
    terminationMs: 3_600_000,
    before: daemonSet({ image: image('v1') }),
    now: daemonSet({ image: image('v2') }),
    resources: 'daemonset/agent',
    evidence: 'pod-terminating',
    says: /daemonset\/agent → pod\/agent-\S+\n *Terminating /,
    remedy: /→ Check the node/,
  },
  'an init container that waits': {
    images: { wait: { ...slow, log: 'waiting for postgres:5432' } },
    now: deployment({ image: image('v2'), pod: { initContainers: [{ name: 'wait-for-db', image: image('wait') }] } }),
    resources: 'deployment/shop',
    evidence: 'init-running',
    says: /→ pod\/shop-\S+ → init container wait-for-db\n *InitContainerRunning {2}it has not ended \(for 1 min \d+ s\)/,
    remedy: /→ Read the last lines of its log/,
  },
  'a container that runs but is not ready, without an event': {
    images: { v2: slow },
    now: deployment({ image: image('v2') }),
    resources: 'deployment/shop',
    evidence: 'not-ready',
    says: /→ container app\n *NotReady {2}it runs, but its readiness probe has not succeeded \(for 1 min \d+ s\)/,
    remedy: /→ Compare its readiness and startup probes/,
  },
  'a Job that runs': {
    now: job({ image: image('v2') }),
    resources: 'job/migrate',
    evidence: 'still-running',
    says: /job\/migrate → pod\/migrate-\S+ → container app\n *Running {2}it has not ended \(for 1 min/,
    remedy: /→ Read the last lines of its log/,
  },
};

let harness: ClusterHarness;
afterEach(() => harness.close());

describe('a wait that runs out of time without a failure', () => {
  it.each(Object.entries(rows))('names %s', async (_name, row) => {
    harness = await ClusterHarness.open({ terminationMs: row.terminationMs ?? 300 });
    const behaviors = { v1: good, v2: good, ...row.images };
    for (const [tag, behavior] of Object.entries(behaviors)) harness.images[image(tag)] = behavior;
    if (row.before) harness.apply(row.before);
    await harness.pass(10_000);
    harness.apply(row.now);
    const { outputs, error, resources, changes } = await harness.wait({ resources: row.resources, timeout: '90s' });
    expectWithNote(outputs['result'], error).toBe('timeout');
    expect(error).toMatch(row.says);
    expect(error).toMatch(row.remedy);
    expect(textOf(resources[0], 'evidence', 'cause')).toBe(row.evidence);
    expect(textOf(resources[0], 'evidence', 'since')).toMatch(/^2026-.*Z$/);
    expectWithNote(
      changes.some((line) => /still waiting for .*; pod\/.*: /.test(line)),
      changes.join('\n'),
    ).toBeTruthy();
  });

  it('shows the last lines of an init container that waits', async () => {
    const { 'an init container that waits': row } = rows;
    harness = await ClusterHarness.open();
    harness.images[image('wait')] = { ...slow, log: 'waiting for postgres:5432' };
    if (row) harness.apply(row.now);
    const { log } = await harness.wait({ resources: 'deployment/shop', timeout: '90s' });
    expect(log.join('\n')).toMatch(/Last lines of container wait-for-db in pod\/shop-\S+\n *waiting for postgres:5432/);
  });
});
