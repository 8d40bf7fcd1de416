import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cluster } from '../tools/modules.ts';
import { program, toolboxFolder } from '../tools/toolbox.ts';
import type { Cluster } from './cluster.ts';
import type { Harness } from './harness.ts';
import type { Kubectl } from './kubectl.ts';
import { freePort, freePorts } from './ports.ts';
import { accepts, answers } from './probe.ts';

/** What an Argo CD Application applies, and where. */
export interface Application {
  readonly name: string;
  readonly repository: string;
  readonly path: string;
  readonly revision?: string;
  /** The namespace for objects that don't name one. */
  readonly namespace: string;
  /** How often automated sync tries a commit again. Default 5, as Argo CD's. */
  readonly retries?: number;
}

/** A running Argo CD that polls its repositories every few seconds. */
export class ArgoCd {
  readonly namespace: string;
  readonly #kubectl: Kubectl;

  constructor(namespace: string, kubectl: Kubectl) {
    this.namespace = namespace;
    this.#kubectl = kubectl;
  }

  /** Creates an Application with automated sync. */
  createApplication(application: Application): Promise<void> {
    const { name, repository, path, revision = 'HEAD', namespace, retries = 5 } = application;
    return this.#kubectl.apply({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name, namespace: this.namespace },
      spec: {
        project: 'default',
        source: { repoURL: repository, path, targetRevision: revision },
        destination: { server: 'https://kubernetes.default.svc', namespace },
        syncPolicy: { automated: { prune: true, selfHeal: true }, retry: { limit: retries } },
      },
    });
  }

  /** Makes Argo CD look at Git at once, as a webhook does. */
  async refresh(name: string): Promise<void> {
    const annotation = 'argocd.argoproj.io/refresh=hard';
    await this.#kubectl.run(
      'annotate',
      '--overwrite',
      `applications/${name}`,
      annotation,
      '--namespace',
      this.namespace,
    );
  }

  /** Waits until the last sync has ended, or the comparison has failed. */
  async ended(name: string, phase: 'Failed' | 'Succeeded'): Promise<void> {
    await this.#field(name, 'operationState.phase', phase);
  }

  /** Waits until the Application has a condition. */
  async reports(name: string, condition: string): Promise<void> {
    await this.#field(name, `conditions[?(@.type=="${condition}")].type`, condition);
  }

  /** Waits until the Application reports that this commit is applied and its resources are healthy. */
  async healthy(name: string, commit: string): Promise<void> {
    await this.applied(name, commit);
    await this.#field(name, 'health.status', 'Healthy');
  }

  /** Waits until the Application reports that this commit is applied. */
  async applied(name: string, commit: string): Promise<void> {
    await this.#field(name, 'sync.revision', commit);
    await this.#field(name, 'sync.status', 'Synced');
  }

  #field(name: string, field: string, value: string): Promise<void> {
    return this.#kubectl.wait(`application/${name}`, this.namespace, `.status.${field}`, value, '90s');
  }
}

/** Returns the Argo CD in the namespace E2E_ARGOCD_NAMESPACE, or starts one for the cluster. */
export async function startArgoCd(harness: Harness, { kubeconfig, kubectl }: Cluster): Promise<ArgoCd> {
  const given = process.env['E2E_ARGOCD_NAMESPACE'];
  if (given !== undefined) return new ArgoCd(given, kubectl);
  const folder = harness.scratch('argo-cd');
  const namespace = 'argocd-e2e';
  const [redis] = await Promise.all([startRedis(harness), prepare(kubectl, namespace)]);
  const environment = {
    ...environmentIn(folder),
    KUBECONFIG: kubeconfig,
    // Makes the destination kubernetes.default.svc mean the cluster of the kubeconfig.
    ARGOCD_FAKE_IN_CLUSTER: 'true',
    // How often it polls the repository, and how long it caches the result.
    ARGOCD_RECONCILIATION_TIMEOUT: '5s',
    ARGOCD_RECONCILIATION_JITTER: '0s',
  };
  const [repositories, repositoryHealth, controllerHealth] = await freePorts(3);
  await harness.daemon({
    name: 'argocd-repo-server',
    program: program(cluster, 'argocd-repo-server'),
    args: [
      `--redis=${redis}`,
      '--logformat=text',
      '--address=127.0.0.1',
      `--port=${repositories}`,
      '--metrics-address=127.0.0.1',
      `--metrics-port=${repositoryHealth}`,
      '--disable-tls',
    ],
    env: environment,
    probe: answers(`http://127.0.0.1:${repositoryHealth}/healthz?full=true`),
  });
  await harness.daemon({
    name: 'argocd-application-controller',
    program: program(cluster, 'argocd-application-controller'),
    args: [
      `--redis=${redis}`,
      `--namespace=${namespace}`,
      '--logformat=text',
      `--repo-server=127.0.0.1:${repositories}`,
      '--repo-server-plaintext',
      `--metrics-port=${controllerHealth}`,
      // For this long it keeps quiet about manifests that it can't read. Default 3 minutes.
      '--repo-error-grace-period-seconds=1',
    ],
    env: environment,
    probe: answers(`http://127.0.0.1:${controllerHealth}/healthz`),
  });
  return new ArgoCd(namespace, kubectl);
}

async function startRedis(harness: Harness): Promise<string> {
  const port = await freePort();
  const folder = harness.scratch('redis');
  await harness.daemon({
    name: 'redis',
    program: 'redis-server',
    args: ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
    probe: accepts(port),
  });
  return `127.0.0.1:${port}`;
}

/** Creates what Argo CD needs to start: its kinds, namespace and settings. */
async function prepare(kubectl: Kubectl, namespace: string): Promise<void> {
  const kinds = join(toolboxFolder(cluster), 'share', 'argo-cd-crds');
  await kubectl.run('apply', '--server-side', '--kustomize', kinds);
  await kubectl.waitForKind('applications.argoproj.io');
  await kubectl.waitForKind('appprojects.argoproj.io');
  const object = (kind: string, name: string, data: object) => ({
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace, labels: { 'app.kubernetes.io/part-of': 'argocd' } },
    ...data,
  });
  await kubectl.apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    object('ConfigMap', 'argocd-cm', {}),
    object('ConfigMap', 'argocd-rbac-cm', {}),
    object('ConfigMap', 'argocd-cmd-params-cm', {}),
    object('Secret', 'argocd-secret', { stringData: { 'server.secretkey': randomBytes(24).toString('base64') } }),
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AppProject',
      metadata: { name: 'default', namespace },
      spec: {
        sourceRepos: ['*'],
        destinations: [{ namespace: '*', server: '*' }],
        clusterResourceWhitelist: [{ group: '*', kind: '*' }],
      },
    },
  );
}

/** Gives Argo CD private folders instead of its container's /app and /tmp, and puts kustomize on its PATH. */
function environmentIn(folder: string): Record<string, string> {
  const paths = Object.fromEntries(
    ['tmp', 'home', 'tls', 'ssh', 'gpg'].map((name) => {
      mkdirSync(join(folder, name));
      return [name, join(folder, name)];
    }),
  );
  const { tmp = '', home = '', tls = '', ssh = '', gpg = '' } = paths;
  return {
    TMPDIR: tmp,
    HOME: home,
    PATH: `${join(toolboxFolder(cluster), 'bin')}:${process.env['PATH'] ?? ''}`,
    ARGOCD_ASK_PASS_SOCK: join(folder, 'ask-pass.sock'),
    ARGOCD_GPG_ENABLED: 'false',
    ARGOCD_TLS_DATA_PATH: tls,
    ARGOCD_SSH_DATA_PATH: ssh,
    ARGOCD_GPG_DATA_PATH: gpg,
  };
}
