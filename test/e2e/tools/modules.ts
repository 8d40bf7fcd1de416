/** Programs that are compiled from Go modules. `folder` holds go.mod and go.sum, which pin every version. */
export interface Toolbox {
  readonly name: string;
  /** The main packages; each becomes a program that is named like the last part of its path. */
  readonly packages: readonly string[];
  /** Variables that the linker sets: what a release build tells about itself. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Further names under which a program runs: some choose their role by the name. */
  readonly links?: Readonly<Record<string, string>>;
  /** Files that are copied from a module: name of the copy → module (`@version` where go.mod does not have it) and folder in it. */
  readonly files?: Readonly<Record<string, { readonly module: string; readonly folder: string }>>;
}

/**
 * Kubernetes and Argo CD share one go.mod, so what both import (client-go and most of the rest) is compiled once.
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

/** Progressive delivery: Rollouts that go through canary steps. */
export const argoRollouts: Toolbox = {
  name: 'argo-rollouts',
  packages: ['github.com/argoproj/argo-rollouts/cmd/rollouts-controller'],
  files: { 'argo-rollouts-crds': { module: 'github.com/argoproj/argo-rollouts', folder: 'manifests/crds' } },
};

/** The part of Flux that applies; of the one that fetches, the kinds. */
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

/** The program in the pods of the tests: the pause container and a web server with metrics. */
export const workload: Toolbox = { name: 'workload', packages: ['.'] };

export const toolboxes: readonly Toolbox[] = [cluster, argoRollouts, flux, buildkit, actionlint, act, workload, helm];
