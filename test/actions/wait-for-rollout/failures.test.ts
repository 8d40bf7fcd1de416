import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { at, stringAt } from '../../../src/json/json.ts';
import { causeOf, isCauseId } from '../../../src/kubernetes/failures/causes.ts';
import {
  type ImageBehavior,
  invalidName,
  notFound,
  rateLimited,
  unauthorized,
  unreachable,
  wrongPlatform,
} from '../../fakes/kubernetes/controllers/images.ts';
import type { Obj } from '../../fakes/kubernetes/model.ts';
import { daemonSet, deployment, digestOf, job, REPOSITORY, statefulSet } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote, invariant } from '../../jest-support.ts';
import { ClusterHarness } from './harness.ts';

const DIGEST = digestOf('2');
const V2 = `${REPOSITORY}:v2`;

interface FailureCase {
  readonly name: string;
  readonly behavior: ImageBehavior;
  readonly cause: string;
  /** When the failure first shows, in ms after the change. */
  readonly seenAt: number;
  readonly evidence: RegExp;
  readonly lastLines?: readonly string[];
  readonly object?: Obj;
}

const PULLED = 230;
const failureCases: readonly FailureCase[] = [
  {
    name: 'an image that does not exist',
    behavior: notFound(V2),
    cause: 'image-not-found',
    seenAt: PULLED,
    evidence:
      /ErrImagePull {2}rpc error: code = NotFound .*: not found|ImagePullBackOff {2}Back-off pulling .*: not found/,
  },
  {
    name: 'a registry that refuses the pull',
    behavior: unauthorized(V2),
    cause: 'image-unauthorized',
    seenAt: PULLED,
    evidence: /ErrImagePull {2}.*401 Unauthorized/,
  },
  {
    name: 'an image for other platforms',
    behavior: wrongPlatform(V2),
    cause: 'image-platform',
    seenAt: PULLED,
    evidence: /ErrImagePull {2}.*no match for platform in manifest/,
  },
  {
    name: 'an invalid image name',
    behavior: invalidName(V2),
    cause: 'image-name-invalid',
    seenAt: PULLED,
    evidence: /InvalidImageName {2}.*couldn't parse image name/,
  },
  {
    name: 'an unreachable registry',
    behavior: unreachable(V2),
    cause: 'registry-unreachable',
    seenAt: PULLED,
    evidence: /dial tcp: lookup 127\.0\.0\.1:9: no such host/,
  },
  {
    name: 'a container that crashes',
    behavior: { kind: 'ends', digest: DIGEST, exitCode: 3, log: 'starting\nno DATABASE_URL\n' },
    cause: 'crash-loop',
    // The first crash. Between two crashes the container runs and is ready for a moment.
    seenAt: PULLED + 500,
    evidence: /Error {2}exit code 3, \d restarts?/,
    lastLines: ['  starting', '  no DATABASE_URL'],
  },
  {
    name: 'a container that runs out of memory',
    behavior: { kind: 'ends', digest: DIGEST, exitCode: 137, reason: 'OOMKilled' },
    cause: 'out-of-memory',
    seenAt: PULLED + 500,
    evidence: /OOMKilled {2}exit code 137 \(SIGKILL\), \d restarts?/,
  },
  {
    name: 'a server that exits with code 0',
    behavior: { kind: 'ends', digest: DIGEST, exitCode: 0, log: 'bye\n' },
    cause: 'exits-at-once',
    seenAt: PULLED + 500,
    evidence: /Completed {2}exit code 0, \d restarts?/,
    lastLines: ['  bye'],
  },
  {
    name: 'a missing key of a Secret',
    behavior: { kind: 'config-missing', message: `couldn't find key url in Secret default/shop` },
    cause: 'config-missing',
    seenAt: PULLED,
    evidence: /CreateContainerConfigError {2}couldn't find key url in Secret default\/shop/,
  },
  {
    name: 'a probe that keeps failing',
    behavior: { kind: 'unready', digest: DIGEST, log: 'warming up\n' },
    cause: 'probe-failing',
    seenAt: PULLED + 2000,
    evidence: /Unhealthy {2}Readiness probe failed: HTTP probe failed with statuscode: 503/,
    lastLines: ['  warming up'],
  },
];

let harness: ClusterHarness;
const refusals: { admit?: string; unschedulable?: string } = {};
beforeEach(async () => {
  delete refusals.admit;
  delete refusals.unschedulable;
  harness = await ClusterHarness.open({ admit: () => refusals.admit, unschedulable: () => refusals.unschedulable });
  harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
});
afterEach(() => harness.close());

/** Waits for a Deployment that ran v1 and has just been changed to v2. */
async function release(object: (image: { image: string }) => Obj = deployment, inputs: Record<string, string> = {}) {
  harness.apply(object({ image: `${REPOSITORY}:v1` }));
  await harness.pass(30_000);
  const changed = object({ image: V2 });
  harness.apply(changed);
  const name = `${stringAt(changed, 'kind')}/${stringAt(changed, 'metadata', 'name')}`;
  return harness.wait({ resources: name, ...inputs });
}

function graceOf(cause: string): number {
  invariant(isCauseId(cause));
  const { grace } = causeOf(cause);
  invariant(typeof grace === 'number');
  return grace;
}

describe('wait-for-rollout, failing releases', () => {
  it.each(failureCases)(
    'fails for $name when the grace of its cause is over',
    async ({ behavior, cause, seenAt, evidence, lastLines }) => {
      harness.images[V2] = behavior;
      const { exitCode, outputs, error, log, elapsed, resources, summary } = await release();
      expect(exitCode).toBe(1);
      expect(outputs['result']).toBe('failed');
      expectWithNote(outputs['reason'], error).toBe(cause);
      expect(outputs['status']).toBe('failure');
      invariant(isCauseId(cause));
      expect(outputs['message']).toBe(`deployment/shop can't become ready: ${causeOf(cause).summary}`);
      const [, path = '', found = '', counts] = error.split('\n');
      expect(path).toMatch(/^deployment\/shop → replicaset\/shop-\w+ → pod\/shop-\w+-\w+ → container app$/);
      expect(found).toMatch(evidence);
      expect(counts ?? '').toMatch(/^[01] of 3 ready · 3 old pods still run · seen after .* · judged after /);
      expectWithNote(error.endsWith(`→ ${causeOf(cause).hint}`), error).toBeTruthy();
      expectWithNote(Math.abs(elapsed - (seenAt + graceOf(cause))), `judged after ${elapsed} ms`).toBeLessThanOrEqual(
        100,
      );
      expect(stringAt(resources, 0, 'evidence', 'container')).toBe('app');
      expect(stringAt(resources, 0, 'reason')).toBe(cause);
      expect(summary).toMatch(/✗ failed/);
      expectWithNote(summary, summary).toContain(`(\`${cause}\`)`);
      expect(summary).toMatch(/```mermaid\ngantt\n/);
      const shown = log.findIndex((line) => line.startsWith('::group::Last lines of container app'));
      expect(shown < 0 ? undefined : log.slice(shown + 1, log.indexOf('::endgroup::'))).toStrictEqual(lastLines);
    },
  );

  it('shows path, evidence, events and last log lines in annotation, summary and output', async () => {
    harness.images[V2] = { kind: 'ends', digest: DIGEST, exitCode: 137, afterMs: 300, log: 'a\nb\nc\nd\ne\nf\n' };
    const { error, resources, summary } = await release();
    const evidence = at(resources, 0, 'evidence');
    const pod = (stringAt(evidence, 'object') ?? '').replace('Pod/', '');
    expect(stringAt(evidence, 'path')?.endsWith(` → pod/${pod} → container app`)).toBe(true);
    expect(
      ['cause', 'container', 'part', 'reason', 'exitCode', 'signal', 'log'].map((field) => at(evidence, field)),
    ).toStrictEqual(['crash-loop', 'app', 'container', 'Error', 137, 'SIGKILL', ['a', 'b', 'c', 'd', 'e', 'f']]);
    expect(Number(at(evidence, 'restarts'))).toBeGreaterThanOrEqual(1);
    expect(stringAt(evidence, 'hint') ?? '').toMatch(/^Exit code 137: the node or a person killed the program/);
    expect(stringAt(evidence, 'events', 0, 'message') ?? '').toMatch(/Back-off restarting failed container app/);
    expectWithNote(error, error).toContain('\n| b\n| c\n| d\n| e\n| f\n→ Exit code 137');
    expect(summary).toMatch(/<summary>Events<\/summary>[\s\S]*Back-off restarting failed container app/);
    expect(summary).toMatch(/<summary>Last lines of container app in pod\/[\s\S]*\na\nb\nc\n/);
    expect(summary).toMatch(
      /section deployment\/shop\n {4}progressing :active, \d+, \d+\n {4}crash-loop :crit, \d+, \d+/,
    );
  });

  it('uses a shorter or longer grace from input `grace`', async () => {
    harness.images[V2] = notFound(V2);
    const short = await release(deployment, { grace: 'image-not-found=0s' });
    expectWithNote(short.elapsed, `${short.elapsed}`).toBeLessThan(300);
    const long = await release(deployment, { grace: 'image-not-found=90s' });
    expectWithNote(Math.abs(long.elapsed - 90_000), `${long.elapsed}`).toBeLessThan(500);
  });

  it('does not fail for a rate-limited pull, a single crash or a slow start', async () => {
    harness.images[V2] = rateLimited(V2, 3, { kind: 'serves', digest: DIGEST });
    const limited = await release();
    expectWithNote(limited.exitCode, limited.error).toBe(0);
    expect(
      limited.log.some((line) => line.includes('the registry limits how often its image can be pulled')),
    ).toBeTruthy();

    harness.images[V2] = { kind: 'ends', digest: DIGEST, exitCode: 1, times: 1 };
    const stumbling = await release();
    expectWithNote(stumbling.exitCode, stumbling.error).toBe(0);

    harness.images[V2] = { kind: 'unready', digest: DIGEST, untilMs: 200_000 };
    const slow = await release(deployment, { timeout: '20m' });
    expectWithNote(slow.exitCode, slow.error).toBe(0);
  });

  it('logs a pod that its node has preempted, and waits for its replacement', async () => {
    harness.images[V2] = { kind: 'serves', digest: DIGEST, readyAfterMs: 20_000 };
    // The release starts after 30 s.
    harness.after(40_000, () => {
      const pods = harness.kubernetes.store.list(harness.kubernetes.typeOf({ kind: 'Pod' }), 'default');
      const young = pods.find((pod) => stringAt(pod, 'spec', 'containers', 0, 'image') === V2);
      const status = { phase: 'Failed', reason: 'Preempting', message: 'Preempted in order to admit critical pod' };
      if (young) harness.kubernetes.setStatus(young, status);
    });
    const { exitCode, error, changes, resources } = await release(deployment, { image: `${REPOSITORY}@${DIGEST}` });
    expectWithNote(exitCode, error).toBe(0);
    expectWithNote(
      changes.some((line) =>
        /one of its pods was evicted, preempted or shut down with its node \(Preempting {2}Preempted in order/.test(
          line,
        ),
      ),
      changes.join('\n'),
    ).toBeTruthy();
    expect(at(resources, 0, 'images', 0, 'pods')).toBe(3);
  });

  it('fails for an exceeded quota or a denied admission and quotes the API server', async () => {
    refusals.admit = 'exceeded quota: compute, requested: pods=1, used: pods=3, limited: pods=3';
    harness.images[V2] = { kind: 'serves', digest: DIGEST };
    harness.apply(deployment({ image: V2 }));
    const quota = await harness.wait({ resources: 'deployment/shop' });
    expect(quota.outputs['reason']).toBe('quota-exceeded');
    expect(quota.error).toMatch(
      /deployment\/shop → replicaset\/shop-\w+\nFailedCreate {2}pods "shop-\S+" is forbidden: exceeded quota: compute/,
    );
    expectWithNote(Math.abs(quota.elapsed - graceOf('quota-exceeded')), `${quota.elapsed}`).toBeLessThan(100);

    refusals.admit = 'admission webhook "policy.example" denied the request: images must be pinned';
    for (const object of [statefulSet({ image: V2 }), daemonSet({ image: V2 }), job({ image: V2 })]) {
      harness.apply(object);
      const name = `${stringAt(object, 'kind')}/${stringAt(object, 'metadata', 'name')}`;
      const { outputs, error } = await harness.wait({ resources: name });
      expectWithNote(outputs['reason'], error).toBe('admission-denied');
      expect(error).toMatch(/images must be pinned/);
    }
  });

  it('waits for a node with enough resources, and fails if none appears within the grace', async () => {
    const none = '0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available.';
    harness.images[V2] = { kind: 'serves', digest: DIGEST };
    refusals.unschedulable = none;
    harness.apply(deployment({ image: V2 }));
    harness.after(40_000, () => {
      delete refusals.unschedulable;
    });
    const helped = await harness.wait({ resources: 'deployment/shop' });
    expectWithNote(helped.exitCode, helped.error).toBe(0);
    refusals.unschedulable = none;
    harness.apply(deployment({ name: 'other', image: V2 }));
    const full = await harness.wait({ resources: 'deployment/other' });
    expect(full.outputs['reason']).toBe('unschedulable');
    expect(full.error).toMatch(/Unschedulable {2}0\/3 nodes are available: 3 Insufficient memory/);
    expectWithNote(Math.abs(full.elapsed - graceOf('unschedulable')), `${full.elapsed}`).toBeLessThan(100);
  });

  it('waits for resources that a terminating old pod still holds, however long it takes', async () => {
    await harness.close();
    harness = await ClusterHarness.open({
      terminationMs: 200_000,
      unschedulable: (pod) => {
        const pods = harness.kubernetes.store.list(harness.kubernetes.typeOf({ kind: 'Pod' }), 'default');
        const placed = pods.filter((each) => stringAt(each, 'spec', 'nodeName') !== undefined);
        return placed.some((each) => each !== pod) ? '0/1 nodes are available: 1 Insufficient cpu.' : undefined;
      },
    });
    for (const version of ['v1', 'v2'])
      harness.images[`${REPOSITORY}:${version}`] = { kind: 'serves', digest: digestOf(version.slice(1)) };
    const rollingUpdate = { maxUnavailable: 1, maxSurge: 0 };
    const spec = { replicas: 1, strategy: { type: 'RollingUpdate', rollingUpdate } };
    const { exitCode, error, changes } = await release((parts) => deployment({ ...parts, spec }));
    expectWithNote(exitCode, error).toBe(0);
    expectWithNote(
      changes.some((line) => line.includes('Insufficient cpu')),
      changes.join('\n'),
    ).toBeTruthy();
  });

  it('names a failing init container', async () => {
    harness.images['init:1'] = { kind: 'ends', digest: DIGEST, exitCode: 7, log: 'migration 12 failed\n' };
    harness.images[V2] = { kind: 'serves', digest: DIGEST };
    const pod = { initContainers: [{ name: 'migrate', image: 'init:1' }] };
    harness.apply(deployment({ image: V2, pod }));
    const { outputs, error, log } = await harness.wait({ resources: 'deployment/shop' });
    expect(outputs['reason']).toBe('init-failed');
    expect(error).toMatch(/→ pod\/shop-\S+ → init container migrate\nError {2}exit code 7/);
    expectWithNote(log, log.join('\n')).toContain('  migration 12 failed');
  });

  it('lets a Job use up its backoffLimit, then shows why the last attempt failed', async () => {
    harness.images[V2] = { kind: 'ends', digest: DIGEST, exitCode: 3, log: 'no such table\n' };
    harness.apply(job({ image: V2, spec: { backoffLimit: 1 } }));
    const { outputs, error, log } = await harness.wait({ resources: 'job/migrate' });
    expect(outputs['reason']).toBe('job-failed');
    expect(error).toMatch(/job\/migrate → pod\/migrate-\w+ → container app\nError {2}exit code 3/);
    expectWithNote(log, log.join('\n')).toContain('  no such table');
  });

  it('fails when a Deployment exceeds its progressDeadlineSeconds', async () => {
    harness.images[V2] = { kind: 'serves', digest: DIGEST, readyAfterMs: 3_600_000 };
    harness.apply(deployment({ image: V2, spec: { progressDeadlineSeconds: 60 } }));
    const { outputs, elapsed, error } = await harness.wait({ resources: 'deployment/shop' });
    expect(outputs['reason']).toBe('progress-deadline');
    expect(error).toMatch(/0\/3 available/);
    expectWithNote(elapsed >= 65_000 && elapsed < 67_000, `${elapsed}`).toBeTruthy();
  });

  it('tolerates as many broken pods as maxUnavailable allows until they are replaced', async () => {
    const broken = new Set<string>();
    harness.images[V2] = () => {
      broken.add(`${broken.size}`);
      return broken.size === 1 ? notFound(V2) : { kind: 'serves', digest: DIGEST };
    };
    const spec = {
      replicas: 4,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    };
    harness.apply(deployment({ image: V2, spec }));
    harness.after(60_000, () => {
      for (const pod of harness.kubernetes.store.list(harness.kubernetes.typeOf({ kind: 'Pod' }), 'default'))
        if (stringAt(pod, 'status', 'phase') === 'Pending') harness.kubernetes.delete(pod);
    });
    const { exitCode, error } = await harness.wait({ resources: 'deployment/shop' });
    expectWithNote(exitCode, error).toBe(0);
  });

  it('fails a minute later for a broken pod within maxUnavailable, because the rollout stays incomplete', async () => {
    const [before, broken] = [{ kind: 'serves', digest: DIGEST } as const, notFound(V2)];
    const first = new Set<string>();
    harness.images[V2] = () => {
      first.add(`${first.size}`);
      return first.size === 1 ? broken : before;
    };
    const rollingUpdate = { maxUnavailable: 1, maxSurge: 1 };
    harness.apply(deployment({ image: V2, spec: { replicas: 4, strategy: { type: 'RollingUpdate', rollingUpdate } } }));
    const { outputs, error, elapsed } = await harness.wait({ resources: 'deployment/shop', timeout: '10m' });
    expectWithNote(outputs['reason'], error).toBe('image-not-found');
    expect(error).toMatch(/\n3 of 4 ready/);
    expectWithNote(Math.abs(elapsed - (PULLED + graceOf('image-not-found') + 60_000)), `${elapsed}`).toBeLessThan(200);
  });

  it('ignores failing pods of an earlier release', async () => {
    harness.images[V2] = notFound(V2);
    harness.apply(deployment({ image: V2 }));
    await harness.pass(120_000);
    harness.apply(deployment({ image: `${REPOSITORY}:v1` }));
    const { exitCode, error } = await harness.wait({ resources: 'deployment/shop' });
    expectWithNote(exitCode, error).toBe(0);
  });

  it('fails if a target is deleted during the wait or never created', async () => {
    harness.images[V2] = { kind: 'serves', digest: DIGEST, readyAfterMs: 60_000 };
    harness.apply(deployment({ image: V2 }));
    harness.after(5000, () => harness.kubernetes.delete({ kind: 'Deployment', name: 'shop' }));
    const deleted = await harness.wait({ resources: 'deployment/shop' });
    expect(deleted.outputs['reason']).toBe('deleted');
    expect(deleted.elapsed).toBe(10_000);
    const missing = await harness.wait({ resources: 'deployment/nobody' });
    expect(missing.outputs['reason']).toBe('not-found');
    expect(missing.elapsed).toBe(60_000);
  });

  it('ends at once for a paused Deployment and a suspended Job', async () => {
    harness.apply(deployment());
    await harness.pass(10_000);
    harness.apply(deployment({ image: V2, spec: { paused: true } }));
    await harness.pass(1000);
    const paused = await harness.wait({ resources: 'deployment/shop' });
    expect(paused.exitCode).toBe(1);
    expect(paused.outputs['result']).toBe('suspended');
    expect(paused.error).toMatch(/deployment\/shop is suspended: it is paused \(spec\.paused\): 0\/3 updated/);
    expect(paused.elapsed).toBe(0);
    harness.apply(job({ spec: { suspend: true } }));
    const suspended = await harness.wait({ resources: 'job/migrate' });
    expect(suspended.outputs['result']).toBe('suspended');
  });

  it('says at the timeout what is missing and since when', async () => {
    harness.images[V2] = { kind: 'unready', digest: DIGEST };
    const { outputs, error, elapsed } = await release(deployment, { timeout: '2m' });
    expect(elapsed).toBe(120_000);
    expect(outputs['result']).toBe('timeout');
    expect(outputs['reason']).toBe('timeout');
    expect(error).toMatch(
      /^1 of 1 not current within 2 min:\ndeployment\/shop: 1\/3 updated, 3 old pods left \(for 1 min 58 s\)\n {2}deployment\/shop → .* → container app\n {2}Unhealthy {2}Readiness probe failed/,
    );
    expect(error.endsWith(causeOf('probe-failing').hint)).toBeTruthy();
  });

  it('says at the timeout that no target uses the expected image', async () => {
    harness.apply(deployment());
    await harness.pass(10_000);
    const { error, outputs } = await harness.wait({
      resources: 'deployment/shop',
      image: `127.0.0.1:9/acme/other@${DIGEST}`,
      timeout: '30s',
    });
    expect(error).toMatch(/no target uses 127\.0\.0\.1:9\/acme\/other; they use 127\.0\.0\.1:9\/acme\/shop/);
    expect(error).toMatch(/^current, but not proven within .*:\n/);
    expect(error).toMatch(/→ Compare `image` with the images/);
    expect(outputs['message'] ?? '').toMatch(/^current, but not proven within .*: no target uses/);
    expect(at([], 0)).toBeUndefined();
  });
});
