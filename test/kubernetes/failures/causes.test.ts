import { describe, expect, it } from '@jest/globals';
import { type CauseId, causeIds, causeOf, causeOfEvidence } from '../../../src/kubernetes/failures/causes.ts';
import type { Evidence } from '../../../src/kubernetes/failures/evidence.ts';
import { expectWithNote } from '../../jest-support.ts';
import { object } from '../objects.ts';

const about = object({ kind: 'Pod', metadata: { name: 'shop' } });
const waiting = (reason: string, message: string): Evidence => ({ source: 'waiting', reason, message, object: about });
const crash = (reason: string, exitCode: number, isInit = false): Evidence => ({
  source: 'crash',
  reason,
  message: '',
  exitCode,
  part: isInit ? 'init container' : 'container',
  object: about,
});
const evidence = (source: Evidence['source'], message: string): Evidence => ({
  source,
  reason: 'Failed',
  message,
  object: about,
});
const pull = (message: string) => waiting('ErrImagePull', message);

/** Messages of real components (containerd, Docker, CRI-O, kubelet, API server, scheduler). */
const evidences: readonly (readonly [CauseId, Evidence])[] = [
  ['image-name-invalid', waiting('InvalidImageName', "couldn't parse image name")],
  [
    'image-not-found',
    pull(
      'rpc error: code = NotFound desc = failed to pull and unpack image "localhost:5000/shop:9": failed to resolve reference "localhost:5000/shop:9": localhost:5000/shop:9: not found',
    ),
  ],
  ['image-not-found', pull('manifest for nginx:nope not found: manifest unknown: manifest unknown')],
  [
    'image-not-found',
    waiting('ErrImageNeverPull', 'Container image "shop:1" is not present with pull policy of Never'),
  ],
  [
    'image-unauthorized',
    pull(
      'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token: 401 Unauthorized',
    ),
  ],
  [
    'image-unauthorized',
    pull(
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    ),
  ],
  [
    'image-unauthorized',
    pull('unexpected status from HEAD request to https://ghcr.io/v2/acme/shop/manifests/1: 403 Forbidden'),
  ],
  [
    'image-rate-limited',
    pull('429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.'),
  ],
  ['image-rate-limited', waiting('ErrImagePull', 'pull QPS exceeded')],
  ['image-platform', pull('no match for platform in manifest sha256:ab: not found')],
  ['image-platform', pull('no matching manifest for linux/arm64/v8 in the manifest list entries')],
  ['image-platform', waiting('RunContainerError', 'exec /app: exec format error')],
  [
    'registry-unreachable',
    pull(
      'failed to do request: Head "https://registry.internal/v2/": dial tcp: lookup registry.internal: no such host',
    ),
  ],
  ['registry-unreachable', pull('Get "https://10.0.0.1/v2/": http: server gave HTTP response to HTTPS client')],
  ['image-pull-failed', pull('something else')],
  [
    'config-cache',
    waiting('CreateContainerConfigError', 'failed to sync configmap cache: timed out waiting for the condition'),
  ],
  ['config-missing', waiting('CreateContainerConfigError', 'secret "db" not found')],
  ['config-missing', waiting('CreateContainerConfigError', "couldn't find key url in ConfigMap staging/shop")],
  ['config-missing', evidence('setup', 'MountVolume.SetUp failed for volume "conf" : configmap "shop" not found')],
  ['volume-mount-failed', evidence('setup', 'Multi-Attach error for volume "pvc-1"')],
  ['container-create-failed', waiting('CreateContainerError', 'context deadline exceeded')],
  ['container-start-failed', waiting('RunContainerError', 'exec: "/app": stat /app: no such file or directory')],
  ['container-start-failed', crash('StartError', 128)],
  ['out-of-memory', crash('OOMKilled', 137)],
  ['init-failed', crash('Error', 1, true)],
  ['exits-at-once', crash('Completed', 0)],
  ['crash-loop', crash('Error', 3)],
  ['probe-failing', evidence('probe', 'Readiness probe failed: HTTP probe failed with statuscode: 500')],
  [
    'quota-exceeded',
    evidence(
      'creation',
      'pods "shop-1" is forbidden: exceeded quota: none, requested: pods=1, used: pods=0, limited: pods=0',
    ),
  ],
  [
    'limit-range',
    evidence('creation', 'pods "shop-1" is forbidden: maximum memory usage per Container is 32Mi, but limit is 64Mi'),
  ],
  [
    'service-account-missing',
    evidence(
      'creation',
      'pods "shop-1" is forbidden: error looking up service account staging/nobody: serviceaccount "nobody" not found',
    ),
  ],
  [
    'webhook-unavailable',
    evidence('creation', 'Internal error occurred: failed calling webhook "policy.example": connection refused'),
  ],
  [
    'admission-denied',
    evidence(
      'creation',
      'pods "shop-1" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
    ),
  ],
  ['admission-denied', evidence('creation', 'admission webhook "policy.example" denied the request: no latest')],
  ['admission-denied', evidence('creation', "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no")],
  [
    'config-cache',
    evidence(
      'setup',
      'MountVolume.SetUp failed for volume "kube-api-access-x" : object "staging"/"kube-root-ca.crt" not registered',
    ),
  ],
  [
    'runs-as-root',
    waiting(
      'CreateContainerConfigError',
      'container has runAsNonRoot and image will run as root (pod: "shop_staging(1)", container: app)',
    ),
  ],
  [
    'container-create-failed',
    waiting('CreateContainerConfigError', 'failed to prepare subPath for volumeMount "data"'),
  ],
  [
    'sandbox-failed',
    {
      source: 'setup',
      reason: 'FailedCreatePodSandBox',
      message: 'Failed to create pod sandbox: plugin type="bridge" failed',
      object: about,
    },
  ],
  ['liveness-failing', { ...crash('Error', 137), message: 'Liveness probe failed: connection refused' }],
  ['crash-loop', { ...crash('Error', 1), part: 'sidecar' }],
  ['readiness-gate', evidence('gate', 'corresponding condition of pod readiness gate "x" does not exist.')],
  ['image-untrusted', waiting('SignatureValidationFailed', 'image signature validation failed')],
  [
    'volume-provisioning-failed',
    {
      source: 'provisioning',
      reason: 'ProvisioningFailed',
      message: 'storageclass.storage.k8s.io "fast" not found',
      object: about,
    },
  ],
  ['volume-unbound', evidence('provisioning', 'no persistent volumes available for this claim')],
  ['scheduling-gated', { source: 'scheduling', reason: 'SchedulingGated', message: 'gated', object: about }],
  ['node-coming', { source: 'scheduling', reason: 'TriggeredScaleUp', message: 'pod triggered', object: about }],
  ['pod-refused', { source: 'node', reason: 'SysctlForbidden', message: 'forbidden sysctl', object: about }],
  ['node-lost', { source: 'node', reason: 'NodeNotReady', message: 'Node is not ready', object: about }],
  ['pod-lost', { source: 'node', reason: 'Evicted', message: 'The node was low on resource', object: about }],
  ['pod-lost', { source: 'node', reason: 'Preempting', message: 'Preempted in order to admit', object: about }],
  ['pod-lost', { source: 'node', reason: 'OutOfcpu', message: 'Node did not have enough resource', object: about }],
  ['pod-create-failed', evidence('creation', 'etcdserver: request timed out')],
  [
    'volume-unbound',
    evidence('scheduling', '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.'),
  ],
  ...[
    ['being-deleted', 'BeingDeleted'] as const,
    ['old-pod-broken', 'OldPodNotReady'] as const,
    ['pod-terminating', 'Terminating'] as const,
    ['pod-not-scheduled', 'NotScheduled'] as const,
    ['pod-not-started', 'NotStarted'] as const,
    ['init-running', 'InitContainerRunning'] as const,
    ['not-ready', 'NotReady'] as const,
    ['not-available', 'NotAvailable'] as const,
    ['still-running', 'Running'] as const,
    ['pods-missing', 'PodsMissing'] as const,
    ['old-pod-left', 'OldPod'] as const,
  ].map(([cause, reason]) => [cause, { source: 'hold-up', reason, message: '', object: about }] as const),
  ['preempting', { source: 'scheduling', reason: 'Preempting', message: 'waits for room on node a', object: about }],
  ['unschedulable', evidence('scheduling', '0/3 nodes are available: 3 Insufficient cpu.')],
];

describe('a cause of failure', () => {
  for (const [cause, evidence] of evidences)
    it(`${cause}: ${evidence.reason} ${evidence.message.slice(0, 60)}`, () =>
      expect(causeOfEvidence(evidence)).toBe(cause));

  it('that evidence identifies has an example in this test', () => {
    const withExample = new Set(evidences.map(([cause]) => cause));
    expect(causeIds.filter((id) => causeOf(id).when !== undefined && !withExample.has(id))).toStrictEqual([]);
  });

  it('has a hint that is a sentence', () => {
    for (const id of causeIds) expectWithNote(causeOf(id).hint, id).toMatch(/[.?]$/);
  });
});
