/** A program that a Debian package brings; the harness asks for the program, so any other way of having it is as good. */
export interface Program {
  readonly name: string;
  /** The Debian package that holds it. */
  readonly debian: string;
  /** What the end-to-end tests do with it. */
  readonly purpose: string;
  /** The environment variable that makes it needless: it names what would else be started. */
  readonly unless?: 'KUBECONFIG' | 'E2E_REGISTRY' | 'DOCKER_HOST' | 'E2E_ARGOCD_NAMESPACE';
  /** The folder in which it lies, for programs that are not on PATH. */
  readonly at?: string;
}

/** The folder in which Debian's containernetworking-plugins puts the network plugins. */
export const networkPlugins = '/usr/lib/cni';

/** Every program that does not come from a Go module of this folder. */
export const programs: readonly Program[] = [
  { name: 'git', debian: 'git', purpose: 'the GitOps repository and the server that Argo CD pulls it from' },
  { name: 'openssl', debian: 'openssl', purpose: 'the certificates of the cluster', unless: 'KUBECONFIG' },
  { name: 'ip', debian: 'iproute2', purpose: "the pods' network", unless: 'KUBECONFIG' },
  { name: 'etcd', debian: 'etcd-server', purpose: "the API server's store", unless: 'KUBECONFIG' },
  { name: 'containerd', debian: 'containerd', purpose: 'pulls images and runs pods', unless: 'KUBECONFIG' },
  { name: 'ctr', debian: 'containerd', purpose: "brings the pods' pause image to containerd", unless: 'KUBECONFIG' },
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
  { name: 'skopeo', debian: 'skopeo', purpose: 'an independent look at what was pushed' },
  { name: 'docker', debian: 'docker.io', purpose: 'an engine of build-image' },
  { name: 'dockerd', debian: 'docker.io', purpose: "the docker engine's daemon", unless: 'DOCKER_HOST' },
  { name: 'prometheus', debian: 'prometheus', purpose: 'scrapes the pods that canary-gate judges' },
  { name: 'promtool', debian: 'prometheus', purpose: 'gives Prometheus samples of the past' },
  { name: 'redis-server', debian: 'redis-server', purpose: "Argo CD's cache", unless: 'E2E_ARGOCD_NAMESPACE' },
  { name: 'busybox', debian: 'busybox-static', purpose: 'the web server of the smallest image' },
];
