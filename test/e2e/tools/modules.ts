/** Programs that are compiled from Go modules. The folder with the toolbox's name has the go.mod and go.sum that pin every version. */
export interface Toolbox {
  readonly name: string;
  /** The main packages. Each becomes a program with the name of the last part of its path. */
  readonly packages: readonly string[];
  /** Variables that the linker sets, such as the version. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Symbolic links: name → program. Some programs choose their role by the name. */
  readonly links?: Readonly<Record<string, string>>;
  /** Folders to copy from a module: name of the copy → module (with `@version` if go.mod doesn't have it) and folder. */
  readonly files?: Readonly<Record<string, { readonly module: string; readonly folder: string }>>;
}

/**
 * Kubernetes and Argo CD share one go.mod, so packages that both import (such as client-go) are compiled once.
 */
export const cluster: Toolbox = {
  name: 'cluster',
  packages: [
    'k8s.io/kubernetes/cmd/kube-apiserver',
    'k8s.io/kubernetes/cmd/kube-controller-manager',
    'k8s.io/kubernetes/cmd/kube-scheduler',
    'k8s.io/kubernetes/cmd/kubelet',
    'k8s.io/kubernetes/cmd/kubectl',
    'sigs.k8s.io/kustomize/kustomize/v5',
    './argocd',
  ],
  variables: {
    'k8s.io/component-base/version.gitVersion': 'v1.34.4',
    'k8s.io/component-base/version.gitMajor': '1',
    'k8s.io/component-base/version.gitMinor': '34',
  },
  links: { 'argocd-application-controller': 'argocd', 'argocd-repo-server': 'argocd' },
  files: { 'argo-cd-crds': { module: 'github.com/argoproj/argo-cd/v3', folder: 'manifests/crds' } },
};

/** The controller of Argo Rollouts. */
export const argoRollouts: Toolbox = {
  name: 'argo-rollouts',
  packages: ['github.com/argoproj/argo-rollouts/cmd/rollouts-controller'],
  files: { 'argo-rollouts-crds': { module: 'github.com/argoproj/argo-rollouts', folder: 'manifests/crds' } },
};

/** Flux's kustomize-controller, and the kinds of its source-controller. */
export const flux: Toolbox = {
  name: 'flux',
  packages: ['github.com/fluxcd/kustomize-controller'],
  files: {
    'kustomize-crds': { module: 'github.com/fluxcd/kustomize-controller', folder: 'config/crd' },
    'source-crds': { module: 'github.com/fluxcd/source-controller@v1.7.2', folder: 'config/crd' },
  },
};

export const buildkit: Toolbox = {
  name: 'buildkit',
  packages: ['github.com/docker/buildx/cmd/buildx', 'github.com/moby/buildkit/cmd/buildkitd'],
};

export const actionlint: Toolbox = {
  name: 'actionlint',
  packages: ['github.com/rhysd/actionlint/cmd/actionlint'],
};

/** Runs workflow files on this machine, as GitHub's runner would. */
export const act: Toolbox = { name: 'act', packages: ['github.com/nektos/act'] };

export const helm: Toolbox = { name: 'helm', packages: ['helm.sh/helm/v3/cmd/helm'] };

/** The program in the tests' pods: the pause container and a web server with metrics. */
export const workload: Toolbox = { name: 'workload', packages: ['.'] };

export const toolboxes: readonly Toolbox[] = [cluster, argoRollouts, flux, buildkit, actionlint, act, workload, helm];
