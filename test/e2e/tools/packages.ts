/** A program from a Debian package. The harness looks for the program, so it may come from elsewhere. */
export interface Program {
  readonly name: string;
  /** The Debian package that contains it. */
  readonly debian: string;
  /** What the end-to-end tests use it for. */
  readonly purpose: string;
  /** If this environment variable is set, the program isn't needed. */
  readonly unless?: 'KUBECONFIG' | 'E2E_REGISTRY' | 'DOCKER_HOST' | 'E2E_ARGOCD_NAMESPACE';
  /** Its folder, if that isn't on PATH. */
  readonly at?: string;
}

/** Folder of the network plugins in Debian's containernetworking-plugins. */
export const networkPlugins = '/usr/lib/cni';

/** Every program that isn't compiled from a Go module in this folder. */
export const programs: readonly Program[] = [
  { name: 'git', debian: 'git', purpose: 'the GitOps repository and the server that Argo CD pulls it from' },
  { name: 'openssl', debian: 'openssl', purpose: 'the certificates of the cluster', unless: 'KUBECONFIG' },
  { name: 'ip', debian: 'iproute2', purpose: "the pods' network", unless: 'KUBECONFIG' },
  { name: 'etcd', debian: 'etcd-server', purpose: "the API server's store", unless: 'KUBECONFIG' },
  { name: 'containerd', debian: 'containerd', purpose: 'pulls images and runs pods', unless: 'KUBECONFIG' },
  { name: 'ctr', debian: 'containerd', purpose: "imports the pods' pause image into containerd", unless: 'KUBECONFIG' },
  { name: 'runc', debian: 'runc', purpose: 'runs containers', unless: 'KUBECONFIG' },
  {
    name: 'bridge',
    debian: 'containernetworking-plugins',
    purpose: "the pods' network",
    at: networkPlugins,
    unless: 'KUBECONFIG',
  },
  {
    name: 'host-local',
    debian: 'containernetworking-plugins',
    purpose: "the pods' addresses",
    at: networkPlugins,
    unless: 'KUBECONFIG',
  },
  {
    name: 'docker-registry',
    debian: 'docker-registry',
    purpose: 'the registry that images are pushed to',
    unless: 'E2E_REGISTRY',
  },
  { name: 'buildah', debian: 'buildah', purpose: 'an engine of build-image' },
  { name: 'podman', debian: 'podman', purpose: 'an engine of build-image' },
  { name: 'skopeo', debian: 'skopeo', purpose: 'checks what was pushed' },
  { name: 'docker', debian: 'docker.io', purpose: 'an engine of build-image' },
  { name: 'dockerd', debian: 'docker.io', purpose: "the docker engine's daemon", unless: 'DOCKER_HOST' },
  { name: 'prometheus', debian: 'prometheus', purpose: 'scrapes the pods that canary-gate judges' },
  { name: 'promtool', debian: 'prometheus', purpose: 'creates past samples for Prometheus' },
  { name: 'redis-server', debian: 'redis-server', purpose: "Argo CD's cache", unless: 'E2E_ARGOCD_NAMESPACE' },
  { name: 'busybox', debian: 'busybox-static', purpose: 'the web server of the smallest image' },
];
