import { addTaintedNode, denyPods } from './cluster-obstacles.ts';
import type { RolloutFixture, WorkloadOverrides } from './rollout-fixture.ts';

/** A Deployment that can't become ready, and what wait-for-rollout must say about it. */
export interface FailingWorkload extends WorkloadOverrides {
  readonly cause: string;
  /** Distinguishes workloads with the same cause. */
  readonly variant?: string;
  /** Labels of the namespace. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Other objects of the namespace. */
  readonly namespaceObjects?: readonly object[];
  /** Prepares the cluster before the workload is created. Returns the created objects. */
  readonly prepareCluster?: (rollouts: RolloutFixture, namespace: string) => Promise<readonly object[]>;
  /** More inputs: a short `grace` for causes with a long one, `stable-for` for workloads that are ready at first. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Matches the first status or event that shows the cause. */
  readonly evidence: RegExp;
  /** Must match the log. */
  readonly log: RegExp;
}

/** A container that runs a shell script. */
export const script = (text: string) => ({ container: { command: ['/busybox', 'sh', '-c', text] } });
const failingProbe = (probe: string) => ({ [probe]: { exec: { command: ['/busybox', 'false'] }, periodSeconds: 1 } });
const stable = { 'stable-for': '30s' };
const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { other: '1' } };
const claim = (spec: object) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
});
const withClaim = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };
const unschedulable = { cause: 'unschedulable', inputs: { grace: 'unschedulable=5s' }, evidence: /Unschedulable/ };

/** One workload or more for each failure cause that a real cluster can show. */
export const failingWorkloads: readonly FailingWorkload[] = [
  {
    cause: 'image-not-found',
    container: { image: 'REGISTRY/rollout/absent:1.2.3' },
    evidence: /ErrImagePull/,
    log: /rollout\/absent:1\.2\.3/,
  },
  {
    cause: 'image-name-invalid',
    container: { image: 'REGISTRY/Upper/Case:1' },
    evidence: /InvalidImageName/,
    log: /Upper\/Case/,
  },
  {
    cause: 'registry-unreachable',
    container: { image: '127.0.0.1:1/shop:1' },
    inputs: { grace: 'registry-unreachable=5s' },
    evidence: /ErrImagePull/,
    log: /connection refused/,
  },
  {
    cause: 'image-platform',
    container: { image: 'FOREIGN' },
    evidence: /ErrImagePull/,
    log: /no match for platform/,
  },
  {
    cause: 'config-missing',
    variant: 'a ConfigMap',
    container: { envFrom: [{ configMapRef: { name: 'settings' } }] },
    evidence: /CreateContainerConfigError/,
    log: /configmap "settings" not found/,
  },
  {
    cause: 'config-missing',
    variant: 'a key of a ConfigMap',
    container: { env: [{ name: 'URL', valueFrom: { configMapKeyRef: { name: 'settings', key: 'url' } } }] },
    namespaceObjects: [configMap],
    evidence: /CreateContainerConfigError/,
    log: /couldn't find key url in ConfigMap/,
  },
  {
    cause: 'config-missing',
    variant: 'a Secret',
    container: { envFrom: [{ secretRef: { name: 'database' } }] },
    evidence: /CreateContainerConfigError/,
    log: /secret "database" not found/,
  },
  {
    cause: 'config-missing',
    variant: 'the ConfigMap of a volume',
    pod: { volumes: [{ name: 'conf', configMap: { name: 'absent' } }] },
    container: { volumeMounts: [{ name: 'conf', mountPath: '/conf' }] },
    evidence: /FailedMount/,
    log: /configmap "absent" not found/,
  },
  {
    cause: 'runs-as-root',
    pod: { securityContext: { runAsNonRoot: true } },
    evidence: /CreateContainerConfigError/,
    log: /image will run as root/,
  },
  {
    cause: 'container-start-failed',
    container: { command: ['/no/such/program'] },
    evidence: /no such file or directory/,
    log: /\/no\/such\/program/,
  },
  {
    cause: 'crash-loop',
    ...script('echo "boom: no database"; exit 3'),
    inputs: stable,
    evidence: /"exitCode":3/,
    log: /boom: no database/,
  },
  {
    cause: 'crash-loop',
    variant: 'a sidecar',
    pod: {
      initContainers: [
        { name: 'proxy', image: 'IMAGE', restartPolicy: 'Always', command: ['/busybox', 'sh', '-c', 'exit 4'] },
      ],
    },
    inputs: stable,
    evidence: /"exitCode":4/,
    log: /→ sidecar proxy/,
  },
  {
    cause: 'exits-at-once',
    ...script('echo "all done"'),
    inputs: stable,
    evidence: /"exitCode":0/,
    log: /all done/,
  },
  {
    cause: 'out-of-memory',
    container: {
      command: ['/busybox', 'dd', 'if=/dev/zero', 'of=/dev/null', 'bs=200M', 'count=1'],
      resources: { limits: { memory: '16Mi' } },
    },
    inputs: stable,
    evidence: /OOMKilled/,
    log: /OOMKilled {2}exit code 137 \(SIGKILL\)/,
  },
  {
    cause: 'liveness-failing',
    container: { livenessProbe: { exec: { command: ['/busybox', 'false'] }, periodSeconds: 1, failureThreshold: 1 } },
    inputs: stable,
    evidence: /"exitCode":137/,
    log: /Liveness probe failed/,
  },
  {
    cause: 'init-failed',
    pod: {
      initContainers: [
        { name: 'migrate', image: 'IMAGE', command: ['/busybox', 'sh', '-c', 'echo "no schema"; exit 1'] },
      ],
    },
    evidence: /"exitCode":1/,
    log: /no schema/,
  },
  {
    cause: 'quota-exceeded',
    namespaceObjects: [
      { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none' }, spec: { hard: { pods: '0' } } },
    ],
    inputs: { grace: 'quota-exceeded=5s' },
    evidence: /ReplicaFailure.*exceeded quota|exceeded quota.*ReplicaFailure/,
    log: /exceeded quota: none/,
  },
  {
    cause: 'limit-range',
    container: { resources: { limits: { memory: '64Mi' } } },
    namespaceObjects: [
      {
        apiVersion: 'v1',
        kind: 'LimitRange',
        metadata: { name: 'small' },
        spec: { limits: [{ type: 'Container', max: { memory: '32Mi' } }] },
      },
    ],
    evidence: /maximum memory usage/,
    log: /maximum memory usage per Container is 32Mi/,
  },
  {
    cause: 'service-account-missing',
    pod: { serviceAccountName: 'nobody' },
    evidence: /serviceaccount \\*"nobody\\*" not found/,
    log: /nobody/,
  },
  {
    cause: 'admission-denied',
    variant: 'Pod Security',
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    evidence: /violates PodSecurity/,
    log: /violates PodSecurity/,
  },
  {
    cause: 'admission-denied',
    variant: 'a ValidatingAdmissionPolicy',
    prepareCluster: denyPods,
    evidence: /denied request/,
    log: /no pods on a Friday/,
  },
  {
    ...unschedulable,
    variant: 'cpu',
    container: { resources: { requests: { cpu: '1000' } } },
    log: /Insufficient cpu/,
  },
  {
    ...unschedulable,
    variant: 'affinity',
    pod: { nodeSelector: { disk: 'none-has-this' } },
    log: /didn't match Pod's node affinity\/selector/,
  },
  {
    ...unschedulable,
    variant: 'a taint',
    pod: { nodeSelector: { pool: 'tainted-NAMESPACE' } },
    prepareCluster: addTaintedNode,
    log: /untolerated taint/,
  },
  {
    cause: 'volume-unbound',
    pod: withClaim,
    namespaceObjects: [claim({})],
    inputs: { grace: 'volume-unbound=5s' },
    evidence: /unbound immediate|FailedBinding/,
    log: /persistentvolumeclaim\/data/,
  },
  {
    cause: 'volume-provisioning-failed',
    pod: withClaim,
    namespaceObjects: [claim({ storageClassName: 'fast' })],
    inputs: { grace: 'volume-provisioning-failed=5s' },
    evidence: /ProvisioningFailed/,
    log: /storageclass\.storage\.k8s\.io "fast" not found/,
  },
  {
    cause: 'probe-failing',
    container: failingProbe('readinessProbe'),
    inputs: { grace: 'probe-failing=8s' },
    evidence: /^Unhealthy Readiness probe/,
    log: /[Rr]eadiness probe/,
  },
  {
    cause: 'progress-deadline',
    container: failingProbe('readinessProbe'),
    workload: { progressDeadlineSeconds: 6 },
    evidence: /ProgressDeadlineExceeded/,
    log: /progressDeadlineSeconds|has timed out progressing/,
  },
];
