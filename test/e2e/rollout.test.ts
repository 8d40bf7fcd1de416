// wait-for-rollout against what a real cluster does: one rollout for each way in which it can't succeed, judged in time.

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { formatDuration } from '../../src/core/duration.ts';
import { causeOf, isCauseId, parseGrace } from '../../src/kubernetes/failures/causes.ts';
import { expectWithNote, invariant } from '../jest-support.ts';
import { Harness } from './components/harness.ts';
import { observeNamespace, statusMatches } from './components/namespace-observer.ts';
import { RolloutFixture, roleIn, type WorkloadOverrides } from './components/rollout-fixture.ts';
import { until } from './components/until.ts';

const harness = new Harness();
let rollouts: RolloutFixture;
const timings: string[] = [];

beforeAll(async () => {
  rollouts = await RolloutFixture.open(harness, 'rollout');
});
afterAll(() => {
  console.log(`From the first evidence of the API to the verdict:\n${timings.sort().join('\n')}`);
  return harness.close();
});

interface Case extends WorkloadOverrides {
  readonly cause: string;
  /** Tells cases with the same cause apart. */
  readonly by?: string;
  /** Labels of the namespace. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What else is in the namespace. */
  readonly beside?: readonly object[];
  /** What else is in the cluster. @returns the objects, and what must be true before the workload comes. */
  readonly around?: (namespace: string) => Promise<readonly object[]>;
  /** More inputs: `grace` for causes that a person would wait longer for, `stable-for` for what works at first. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Matches the first status or event that shows the cause. */
  readonly evidence: RegExp;
  /** What the log must say beside the cause. */
  readonly says: RegExp;
}

const script = (text: string) => ({ container: { command: ['/busybox', 'sh', '-c', text] } });
const failing = (probe: string) => ({ [probe]: { exec: { command: ['/busybox', 'false'] }, periodSeconds: 1 } });
const watched = { 'stable-for': '30s' };
const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { other: '1' } };
const claim = (spec: object) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
});
const withClaim = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };
const unschedulable = { cause: 'unschedulable', inputs: { grace: 'unschedulable=5s' }, evidence: /Unschedulable/ };

const cases: readonly Case[] = [
  {
    cause: 'image-not-found',
    container: { image: 'REGISTRY/rollout/absent:1.2.3' },
    evidence: /ErrImagePull/,
    says: /rollout\/absent:1\.2\.3/,
  },
  {
    cause: 'image-name-invalid',
    container: { image: 'REGISTRY/Upper/Case:1' },
    evidence: /InvalidImageName/,
    says: /Upper\/Case/,
  },
  {
    cause: 'registry-unreachable',
    container: { image: '127.0.0.1:1/shop:1' },
    inputs: { grace: 'registry-unreachable=5s' },
    evidence: /ErrImagePull/,
    says: /connection refused/,
  },
  {
    cause: 'image-platform',
    container: { image: 'FOREIGN' },
    evidence: /ErrImagePull/,
    says: /no match for platform/,
  },
  {
    cause: 'config-missing',
    by: 'a ConfigMap',
    container: { envFrom: [{ configMapRef: { name: 'settings' } }] },
    evidence: /CreateContainerConfigError/,
    says: /configmap "settings" not found/,
  },
  {
    cause: 'config-missing',
    by: 'a key of a ConfigMap',
    container: { env: [{ name: 'URL', valueFrom: { configMapKeyRef: { name: 'settings', key: 'url' } } }] },
    beside: [configMap],
    evidence: /CreateContainerConfigError/,
    says: /couldn't find key url in ConfigMap/,
  },
  {
    cause: 'config-missing',
    by: 'a Secret',
    container: { envFrom: [{ secretRef: { name: 'database' } }] },
    evidence: /CreateContainerConfigError/,
    says: /secret "database" not found/,
  },
  {
    cause: 'config-missing',
    by: 'the ConfigMap of a volume',
    pod: { volumes: [{ name: 'conf', configMap: { name: 'absent' } }] },
    container: { volumeMounts: [{ name: 'conf', mountPath: '/conf' }] },
    evidence: /FailedMount/,
    says: /configmap "absent" not found/,
  },
  {
    cause: 'runs-as-root',
    pod: { securityContext: { runAsNonRoot: true } },
    evidence: /CreateContainerConfigError/,
    says: /image will run as root/,
  },
  {
    cause: 'container-start-failed',
    container: { command: ['/no/such/program'] },
    evidence: /no such file or directory/,
    says: /\/no\/such\/program/,
  },
  {
    cause: 'crash-loop',
    ...script('echo "boom: no database"; exit 3'),
    inputs: watched,
    evidence: /"exitCode":3/,
    says: /boom: no database/,
  },
  {
    cause: 'crash-loop',
    by: 'a sidecar',
    pod: {
      initContainers: [
        { name: 'proxy', image: 'IMAGE', restartPolicy: 'Always', command: ['/busybox', 'sh', '-c', 'exit 4'] },
      ],
    },
    inputs: watched,
    evidence: /"exitCode":4/,
    says: /→ sidecar proxy/,
  },
  {
    cause: 'exits-at-once',
    ...script('echo "all done"'),
    inputs: watched,
    evidence: /"exitCode":0/,
    says: /all done/,
  },
  {
    cause: 'out-of-memory',
    container: {
      command: ['/busybox', 'dd', 'if=/dev/zero', 'of=/dev/null', 'bs=200M', 'count=1'],
      resources: { limits: { memory: '16Mi' } },
    },
    inputs: watched,
    evidence: /OOMKilled/,
    says: /OOMKilled {2}exit code 137 \(SIGKILL\)/,
  },
  {
    cause: 'liveness-failing',
    container: { livenessProbe: { exec: { command: ['/busybox', 'false'] }, periodSeconds: 1, failureThreshold: 1 } },
    inputs: watched,
    evidence: /"exitCode":137/,
    says: /Liveness probe failed/,
  },
  {
    cause: 'init-failed',
    pod: {
      initContainers: [
        { name: 'migrate', image: 'IMAGE', command: ['/busybox', 'sh', '-c', 'echo "no schema"; exit 1'] },
      ],
    },
    evidence: /"exitCode":1/,
    says: /no schema/,
  },
  {
    cause: 'quota-exceeded',
    beside: [{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none' }, spec: { hard: { pods: '0' } } }],
    inputs: { grace: 'quota-exceeded=5s' },
    evidence: /ReplicaFailure.*exceeded quota|exceeded quota.*ReplicaFailure/,
    says: /exceeded quota: none/,
  },
  {
    cause: 'limit-range',
    container: { resources: { limits: { memory: '64Mi' } } },
    beside: [
      {
        apiVersion: 'v1',
        kind: 'LimitRange',
        metadata: { name: 'small' },
        spec: { limits: [{ type: 'Container', max: { memory: '32Mi' } }] },
      },
    ],
    evidence: /maximum memory usage/,
    says: /maximum memory usage per Container is 32Mi/,
  },
  {
    cause: 'service-account-missing',
    pod: { serviceAccountName: 'nobody' },
    evidence: /serviceaccount \\*"nobody\\*" not found/,
    says: /nobody/,
  },
  {
    cause: 'admission-denied',
    by: 'Pod Security',
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    evidence: /violates PodSecurity/,
    says: /violates PodSecurity/,
  },
  {
    cause: 'admission-denied',
    by: 'a ValidatingAdmissionPolicy',
    around: denyPods,
    evidence: /denied request/,
    says: /no pods on a Friday/,
  },
  {
    ...unschedulable,
    by: 'cpu',
    container: { resources: { requests: { cpu: '1000' } } },
    says: /Insufficient cpu/,
  },
  {
    ...unschedulable,
    by: 'affinity',
    pod: { nodeSelector: { disk: 'none-has-this' } },
    says: /didn't match Pod's node affinity\/selector/,
  },
  {
    ...unschedulable,
    by: 'a taint',
    pod: { nodeSelector: { pool: 'tainted-NAMESPACE' } },
    around: addTaintedNode,
    says: /untolerated taint/,
  },
  {
    cause: 'volume-unbound',
    pod: withClaim,
    beside: [claim({})],
    inputs: { grace: 'volume-unbound=5s' },
    evidence: /unbound immediate|FailedBinding/,
    says: /persistentvolumeclaim\/data/,
  },
  {
    cause: 'volume-provisioning-failed',
    pod: withClaim,
    beside: [claim({ storageClassName: 'fast' })],
    inputs: { grace: 'volume-provisioning-failed=5s' },
    evidence: /ProvisioningFailed/,
    says: /storageclass\.storage\.k8s\.io "fast" not found/,
  },
  {
    cause: 'probe-failing',
    container: failing('readinessProbe'),
    inputs: { grace: 'probe-failing=8s' },
    evidence: /^Unhealthy Readiness probe/,
    says: /[Rr]eadiness probe/,
  },
  {
    cause: 'progress-deadline',
    container: failing('readinessProbe'),
    workload: { progressDeadlineSeconds: 6 },
    evidence: /ProgressDeadlineExceeded/,
    says: /progressDeadlineSeconds|has timed out progressing/,
  },
];

describe('a Deployment that can not become ready fails with its cause', () => {
  for (const { cause, by, ...what } of cases) {
    test.concurrent(by === undefined ? cause : `${cause}: ${by}`, async () => {
      const { kubectl, kubeconfig } = rollouts.cluster;
      const namespace = await rollouts.newNamespace();
      for (const [label, value] of Object.entries(what.labels ?? {}))
        await kubectl.run('label', 'namespace', namespace, `${label}=${value}`);
      const around = (await what.around?.(namespace)) ?? [];
      const observer = await observeNamespace(kubeconfig, namespace);
      const foreign = cause === 'image-platform' ? await rollouts.pushForeign('foreign') : '';
      const workload = JSON.stringify(rollouts.workload('Deployment', what))
        .replaceAll('NAMESPACE', namespace)
        .replaceAll('FOREIGN', foreign);
      await rollouts.apply(namespace, ...(what.beside ?? []), JSON.parse(workload));
      const waited = await rollouts.wait({ namespace, resources: 'deployment/app', ...what.inputs });
      const { exitCode, outputs, text, startedAt, decidedAt } = waited;
      const seenAt = observer.firstSeen(statusMatches(what.evidence));
      await observer.stop();
      expectWithNote(exitCode, text).toBe(1);
      expectWithNote([outputs['result'], outputs['reason']], text).toStrictEqual(['failed', cause]);
      expect(text).toMatch(what.says);
      expect(text).not.toMatch(/\.js:\d+|undefined|\[object/);
      // What keeps failing keeps the node busy.
      await kubectl.run('delete', 'namespace', namespace, '--wait=false');
      if (around.length > 0) await remove(around);
      invariant(seenAt !== undefined, `the API never showed ${what.evidence}\n${text}`);
      const grace = graceOf(cause, what.inputs?.['grace']);
      const late = decidedAt - Math.max(seenAt, startedAt) - grace;
      timings.push(
        `  ${cause}${by === undefined ? '' : ` (${by})`}: judged ${formatDuration(decidedAt - seenAt)} after it, the grace is ${formatDuration(grace)}`,
      );
      expectWithNote(late, `judged ${late} ms after the grace\n${text}`).toBeLessThanOrEqual(2000);
    });
  }
});

test('a Job that fails fails, with the last lines of its pod', async () => {
  const namespace = await rollouts.newNamespace();
  const failed = { ...script('echo "migration 7 failed"; exit 1'), pod: { restartPolicy: 'Never' } };
  await rollouts.apply(namespace, rollouts.workload('Job', { ...failed, workload: { backoffLimit: 0 } }));
  const { outputs, text } = await rollouts.wait({ namespace, resources: 'job/app' });
  expectWithNote(outputs['reason'], text).toBe('job-failed');
  expect(text).toMatch(/migration 7 failed/);
});

test('a pod that goes back to crashing is not called ready between two crashes', async () => {
  const namespace = await rollouts.newNamespace();
  const container = script('echo up; sleep 2; echo "lost the database"; exit 1');
  await rollouts.apply(namespace, rollouts.workload('Deployment', container));
  const { outputs, text } = await rollouts.wait({ namespace, resources: 'deployment/app', 'stable-for': '5s' });
  expectWithNote(outputs['reason'], text).toBe('crash-loop');
});

test('the Role printed for an account with too few rights is enough to wait', async () => {
  const { kubectl } = rollouts.cluster;
  const namespace = await rollouts.newNamespace();
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'deployer' } };
  await rollouts.apply(namespace, rollouts.workload('Deployment'), account);
  const kubeconfig = await rollouts.kubeconfigOf('deployer', namespace);
  const refused = await rollouts.wait({ kubeconfig, namespace, resources: 'deployment/app' });
  expect(refused.exitCode).toBe(1);
  const role = roleIn(refused.text);
  await kubectl.applyText(role);
  await kubectl.run(
    ...['create', 'rolebinding', 'deployer', '--namespace', namespace],
    ...['--role', 'wait-for-rollout', '--serviceaccount', `${namespace}:deployer`],
  );
  const allowed = await rollouts.wait({ kubeconfig, namespace, resources: 'deployment/app' });
  expectWithNote(allowed.exitCode, allowed.text).toBe(0);
});

function graceOf(cause: string, given: string | undefined): number {
  const own = given === undefined ? undefined : parseGrace(given);
  const grace = isCauseId(cause) ? causeOf(cause).grace : 'transient';
  invariant(grace !== 'transient', cause);
  return own?.ms ?? grace;
}

/** A policy that lets no pod into a namespace, in force. */
async function denyPods(namespace: string): Promise<readonly object[]> {
  const { kubectl } = rollouts.cluster;
  const name = `friday-${randomBytes(3).toString('hex')}`;
  const common = { apiVersion: 'admissionregistration.k8s.io/v1', metadata: { name } };
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };
  const selector = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } };
  const policy = {
    matchConstraints: { resourceRules: [rule] },
    validations: [{ expression: 'false', message: 'no pods on a Friday' }],
  };
  const objects = [
    { ...common, kind: 'ValidatingAdmissionPolicy', spec: policy },
    {
      ...common,
      kind: 'ValidatingAdmissionPolicyBinding',
      spec: { policyName: name, validationActions: ['Deny'], matchResources: selector },
    },
  ];
  await kubectl.apply(...objects);
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'try' }, spec: rollouts.podSpec({}) };
  await until('the policy is in force', () =>
    kubectl.applyText(JSON.stringify(pod), '--dry-run=server', '--namespace', namespace).then(
      () => undefined,
      (thrown) => (String(thrown).includes('Friday') ? true : undefined),
    ),
  );
  return objects;
}

/** A node that nothing tolerates; no kubelet stands behind it. */
async function addTaintedNode(namespace: string): Promise<readonly object[]> {
  const pool = `tainted-${namespace}`;
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: pool, labels: { pool } },
    spec: { taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }] },
  };
  await rollouts.cluster.kubectl.apply(node);
  return [node];
}

async function remove(objects: readonly object[]): Promise<void> {
  for (const object of objects) {
    const { kind, metadata } = JSON.parse(JSON.stringify(object));
    await rollouts.cluster.kubectl.run('delete', kind, metadata.name, '--wait=false');
  }
}
