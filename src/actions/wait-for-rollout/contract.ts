import { defaulted, defineContract, optional } from '../../core/contract.ts';
import { boolean, choice, duration, integer, lines, list, text, token } from '../../core/input-types.ts';
import { repositoryName } from '../../github/repository.ts';
import { imageReference } from '../../image/reference.ts';
import { secretsInKubeconfig } from '../../kubernetes/config/secrets-in-kubeconfig.ts';
import { mirrorUrl } from '../../tools/mirror.ts';
import { TOOLS } from '../../tools/tools.ts';
import { graceLine } from './grace.ts';
import { selector } from './selector.ts';
import { namespaceName, targetName } from './target-name.ts';

export const contract = defineContract({
  name: 'wait-for-rollout',
  description:
    'Waits until exactly this image and this commit serve on Kubernetes, and says within seconds, with the cause, when they can not',
  branding: { icon: 'check-circle', color: 'blue' },
  inputs: {
    kubeconfig: optional(text, {
      description:
        'Kubeconfig: its content or its path. Where it is not given: the files of `KUBECONFIG`, then `~/.kube/config`, then the service account of the pod that the runner is.',
      example: '${{ secrets.KUBECONFIG }}',
      secret: secretsInKubeconfig,
    }),
    contexts: optional(list(text), {
      description:
        'Contexts of the kubeconfig, a line each: the targets are waited for in every one of them. Default: the current context.',
      example: 'eks-staging',
    }),
    namespace: optional(list(namespaceName), {
      description:
        "Namespaces of targets that name none, a line each: they are waited for in every one of them. Default: the context's, else `default`.",
      example: 'staging',
    }),
    resources: optional(list(targetName), {
      description:
        'What to wait for, a line each: `kind/name` or `namespace/kind/name`. Any kind by its name, short name or `kind.group`: workloads, Argo CD Applications, Flux objects, and all others by their conditions. `helm/name` is a Helm release. What an Application, a Flux Kustomization or HelmRelease, or a Helm release has brought into the same cluster is waited for as well.',
      example: 'deployment/shop',
    }),
    selector: optional(selector, {
      description:
        'Label selector: every Deployment, StatefulSet, DaemonSet and Job of the namespaces that it matches.',
      example: 'app.kubernetes.io/part-of=shop',
    }),
    manifests: optional(list(text), {
      description:
        'Files or folders of rendered manifests (YAML or JSON), or folders with a kustomization.yaml (rendered by `kubectl kustomize`), a line each: every object in them that can become ready is waited for.',
      example: 'rendered/staging',
    }),
    image: optional(lines(imageReference), {
      description:
        'Images that must run, each with its digest (`repository@sha256:…`), a line each: every current pod of the targets that use the repository must run that digest (or the image of its platform in that index), and no older pod may be left.',
      example: 'ghcr.io/acme/shop@sha256:4be1f5a0c5b3e2d7f6a89b0c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f6a7b8c9d0e',
    }),
    revision: optional(text, {
      description: 'Commit that the Argo CD Applications and Flux objects among the targets must have applied.',
      example: '${{ needs.deploy.outputs.merge-commit-sha }}',
    }),
    repository: optional(repositoryName, {
      description:
        'Repository of `revision` on GitHub (`owner/name`): tells a newer applied commit (`superseded`) from an older one. Without it only equality is known.',
      example: 'acme/gitops',
    }),
    token: defaulted(token, '${{ github.token }}', {
      description: 'Token that may read `repository`.',
      example: '${{ github.token }}',
      secret: true,
    }),
    timeout: defaulted(duration, '10m', {
      description:
        'Longest wait. At its end the step fails and says, per target, what was still missing and since when.',
      example: '15m',
    }),
    'stable-for': defaulted(duration, '0s', {
      description: 'How long all targets must stay current without a break.',
      example: '30s',
    }),
    grace: optional(lines(graceLine), {
      description:
        'How long a cause of failure may last before it counts, as `cause=duration` lines, for example `crash-loop=1m`. The causes and their defaults stand in the documentation.',
      example: 'unschedulable=5m',
    }),
    logs: defaulted(integer({ min: 0, max: 1000 }), '20', {
      description: 'Last lines of a failed container to show; 0 for none.',
      example: '50',
    }),
    'on-failure': defaulted(choice('fail', 'undo'), 'fail', {
      description:
        'What becomes of a release that failed or was not ready in time. `undo`: each Deployment, StatefulSet and DaemonSet that is not current goes back to its previous revision, as with `kubectl rollout undo`, which is waited for as well; the step fails all the same. For teams that apply by kubectl: what Argo CD or Flux keeps is refused.',
      example: 'undo',
    }),
    'registry-username': optional(text, {
      description:
        'User of the registry of `image`, where its index can not be read anonymously or by the Docker login.',
      example: '${{ github.actor }}',
    }),
    'registry-password': optional(text, {
      description: 'Password or token of that user.',
      example: '${{ github.token }}',
      secret: true,
    }),
    'insecure-registries': optional(list(text), {
      description: 'Registries (`host[:port]`) that are spoken to over plain HTTP.',
      example: 'registry.internal:5000',
    }),
    'install-tools': defaulted(boolean, 'false', {
      description: `Bring Kustomize ${TOOLS.kustomize.version} where \`manifests\` names a kustomization and the runner has neither kubectl nor kustomize. Its SHA-256 is checked, and it is kept in the runner's tool cache.`,
      example: 'true',
    }),
    'tools-mirror': optional(mirrorUrl, {
      description:
        'URL that stands for `https://github.com` where a tool is brought: a mirror with the same paths, for runners that do not reach GitHub.',
      example: 'https://artifacts.example.com/github',
    }),
    'dry-run': defaulted(boolean, 'false', {
      description:
        'Connects, finds the targets, checks the rights, looks once and says what would be waited for; decides nothing and succeeds.',
      example: 'true',
    }),
  },
  outputs: {
    result: {
      description: '`current`, `failed`, `timeout`, `paused`, `superseded` or `suspended`; empty with `dry-run`.',
    },
    reason: {
      description: 'Cause of a failure, such as `image-not-found` or `crash-loop`; else the same as `result`.',
    },
    message: { description: 'One sentence about the result.' },
    resources: {
      description:
        'JSON list, one entry per target: context, namespace, kind, name, status, reason, message, ready, total, image proof; where it is not current also `evidence`: the way to the container at fault, exit code, signal, restarts, events, last lines, a hint; and `undo`: the revision it went back to.',
    },
    duration: { description: 'Seconds waited.' },
  },
});
