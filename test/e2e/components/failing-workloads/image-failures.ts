import type { FailingWorkload } from './failing-workload.ts';

const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { other: '1' } };

/** Image and configuration: the container is never created. */
export const imageFailures: readonly FailingWorkload[] = [
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
];
