import { defaulted, defineContract, optional } from '../../core/contract.ts';
import { boolean, choice, duration, integer, lines, list, text, token } from '../../core/input-types.ts';
import { inputPath } from '../../files/input-path.ts';
import { repositoryName } from '../../github/repository/repository.ts';
import { secretsInKubeconfig } from '../../kubernetes/config/secrets-in-kubeconfig.ts';
import { mirrorUrl } from '../../tools/mirror.ts';
import { TOOLS } from '../../tools/tools.ts';
import { commitId } from './input-types/commit-id.ts';
import { graceLine } from './input-types/grace.ts';
import { objectPattern } from './input-types/object-pattern.ts';
import { pinnedImage } from './input-types/pinned-image.ts';
import { selector } from './input-types/selector.ts';
import { namespaceName, targetName } from './input-types/target-name.ts';

export const contract = defineContract({
  name: 'wait-for-rollout',
  description:
    'Waits until exactly this image and this commit run on Kubernetes; if they never will, fails within seconds and names the cause',
  branding: { icon: 'check-circle', color: 'blue' },
  inputs: {
    kubeconfig: optional(text, {
      description:
        'Kubeconfig: its content (also in Base64) or its path. Default: the files of `KUBECONFIG`, then `~/.kube/config`, then the service account of the pod that the runner runs in.',
      example: '${{ secrets.KUBECONFIG }}',
      secret: secretsInKubeconfig,
    }),
    contexts: optional(list(text), {
      description:
        "Contexts of the kubeconfig, one per line. The action waits for the targets in each of them. If one of several can't be asked, it waits in the others, and then fails. Default: the current context.",
      example: 'eks-staging',
    }),
    namespace: optional(list(namespaceName), {
      description:
        "Namespaces of the targets that name none, one per line. The action waits for them in each of these namespaces. Default: the context's namespace, else `default`.",
      example: 'staging',
    }),
    resources: optional(list(targetName), {
      description:
        'What to wait for, one per line: `kind/name` or `namespace/kind/name`. The kind can be a name, a short name or `kind.group`; `helm/name` is a Helm release. Objects that an Argo CD Application, a Flux object or a Helm release manages in the same cluster are waited for as well.',
      example: 'deployment/shop',
    }),
    selector: optional(selector, {
      description:
        'Label selector: the action waits for every Deployment, StatefulSet, DaemonSet and Job of the namespaces that it matches.',
      example: 'app.kubernetes.io/part-of=shop',
    }),
    manifests: optional(list(inputPath), {
      description:
        'Files or folders with rendered manifests (YAML or JSON), or folders with a kustomization.yaml (rendered by `kubectl kustomize`), one per line. The action waits for every object in them that can become ready.',
      example: 'rendered/staging',
    }),
    ignore: optional(list(objectPattern), {
      description:
        'Objects that must not count although a target manages them or `manifests` or `selector` names them, one per line: `kind/name` or `namespace/kind/name`, with the wildcards `*` and `?`. Examples: an Ingress that never gets an address, a Job that is suspended in Git. An Application is judged as if these objects were not in it. What `resources` names counts all the same.',
      example: 'ingress/*',
    }),
    'trust-health': optional(choice('argocd'), {
      description:
        'Whose health checks replace our own. `argocd`: an object without pods that an Application manages and that Argo CD calls Healthy is not judged once more. For kinds with a health check of your own in Argo CD.',
      example: 'argocd',
    }),
    image: optional(lines(pinnedImage), {
      description:
        'Images that must run, each with its digest (`repository@sha256:…`), one per line. Every pod of a target that uses the repository must run that digest (or the image of its platform in that index), and no older pod may be left.',
      example: 'ghcr.io/acme/shop@sha256:4be1f5a0c5b3e2d7f6a89b0c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f6a7b8c9d0e',
    }),
    revision: optional(commitId, {
      description: 'Commit that the Argo CD Applications and Flux objects among the targets must have applied.',
      example: '${{ needs.deploy.outputs.merge-commit-sha }}',
    }),
    repository: optional(repositoryName, {
      description:
        'GitHub repository of `revision` (`owner/name`). With it the action can tell whether another applied commit is newer (`superseded`) or older. Without it, only the very same commit counts.',
      example: 'acme/gitops',
    }),
    token: defaulted(token, '${{ github.token }}', {
      description: 'Token that may read `repository`.',
      example: '${{ github.token }}',
      secret: true,
    }),
    timeout: defaulted(duration, '10m', {
      description:
        'How long to wait at most. After that the step fails and says, per target, what is missing and since when.',
      example: '15m',
    }),
    'stable-for': defaulted(duration, '0s', {
      description:
        'How long all targets must stay current without a break. A failed liveness probe, a kill or a restart is a break, too.',
      example: '30s',
    }),
    grace: optional(lines(graceLine), {
      description:
        'How long a failure cause may last before the step fails, as `cause=duration` lines, for example `crash-loop=1m`. The README lists the causes and their defaults.',
      example: 'unschedulable=5m',
    }),
    logs: defaulted(integer({ min: 0, max: 1000 }), '20', {
      description: 'How many of the last log lines of a failed container to show; 0 for none.',
      example: '50',
    }),
    'on-failure': defaulted(choice('fail', 'undo'), 'fail', {
      description:
        'What to do with a release that failed or was not ready in time. `undo`: roll each Deployment, StatefulSet, DaemonSet, CloneSet and DeploymentConfig that is not current back to its previous revision, and wait for that. The step fails all the same. Workloads that Argo CD or Flux manages are refused.',
      example: 'undo',
    }),
    'registry-username': optional(text, {
      description:
        "User of the registry of `image`, if its index can't be read anonymously or with the Docker login of the runner.",
      example: '${{ github.actor }}',
    }),
    'registry-password': optional(text, {
      description: 'Password or token of that user.',
      example: '${{ github.token }}',
      secret: true,
    }),
    'insecure-registries': optional(list(text), {
      description: 'Registries (`host[:port]`) to use over plain HTTP.',
      example: 'registry.internal:5000',
    }),
    'install-tools': defaulted(boolean, 'false', {
      description: `Install Kustomize ${TOOLS.kustomize.version} if \`manifests\` names a kustomization and the runner has neither kubectl nor kustomize. Its SHA-256 is checked, and it is kept in the runner's tool cache.`,
      example: 'true',
    }),
    'tools-mirror': optional(mirrorUrl, {
      description:
        "URL to download tools from instead of `https://github.com`: a mirror with the same paths, for runners that can't reach GitHub.",
      example: 'https://artifacts.example.com/github',
    }),
    'dry-run': defaulted(boolean, 'false', {
      description:
        'Find the targets, check the permissions, and report the state of each target without waiting. The step succeeds whatever the state is.',
      example: 'true',
    }),
  },
  outputs: {
    result: {
      description: '`current`, `failed`, `timeout`, `paused`, `superseded` or `suspended`; empty with `dry-run`.',
    },
    reason: {
      description: 'The failure cause, such as `image-not-found` or `crash-loop`; otherwise the same as `result`.',
    },
    message: { description: 'One sentence about the result.' },
    resources: {
      description:
        "JSON list with an entry per target: context, namespace, kind, name, status, reason, message, ready, total, images. If the target is not current, also `evidence` (path to the failing container, exit code, signal, restarts, events, last log lines, a hint). After an undo, also `undo` (the revision that it was rolled back to). The entries of a context that can't be asked have the status `unknown`, and its error as their reason.",
    },
    duration: { description: 'Seconds waited.' },
  },
});
