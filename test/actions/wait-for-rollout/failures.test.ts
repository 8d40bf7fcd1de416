import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { at, stringAt } from '../../../src/json/json.ts';
import { causeOf, isCauseId } from '../../../src/kubernetes/failures/causes.ts';
import {
  type ImageBehavior,
  invalidName,
  notFound,
  unauthorized,
  unreachable,
  wrongPlatform,
} from '../../fakes/kubernetes/controllers/images.ts';
import type { Obj } from '../../fakes/kubernetes/model.ts';
import { deployment, digestOf, job, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote, invariant } from '../../jest-support.ts';
import { graceOf, release, V2 } from './failing-release.ts';
import { ClusterHarness } from './harness.ts';

const DIGEST = digestOf('2');

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
beforeEach(async () => {
  harness = await ClusterHarness.open();
  harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
});
afterEach(() => harness.close());

describe('wait-for-rollout, failing releases', () => {
  it.each(failureCases)(
    'fails for $name when the grace of its cause is over',
    async ({ behavior, cause, seenAt, evidence, lastLines }) => {
      harness.images[V2] = behavior;
      const { exitCode, outputs, error, log, elapsed, resources, summary } = await release(harness);
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
    const { error, resources, summary } = await release(harness);
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
    const short = await release(harness, deployment, { grace: 'image-not-found=0s' });
    expectWithNote(short.elapsed, `${short.elapsed}`).toBeLessThan(300);
    const long = await release(harness, deployment, { grace: 'image-not-found=90s' });
    expectWithNote(Math.abs(long.elapsed - 90_000), `${long.elapsed}`).toBeLessThan(500);
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
});
